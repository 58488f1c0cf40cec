"""The doctor names the right cause of every fault, on both kinds of API and in both languages."""

import pytest

from tests.docs import symptoms
from tests.workshop.doctor.faults import FAULTS
from tests.workshop.doctor.stack import MAIN

CASES = [
    pytest.param(language, fault, id=f"{language}-{fault.name}")
    for language in MAIN
    for fault in FAULTS.values()
]


@pytest.mark.parametrize(("language", "fault"), CASES)
def test_the_cause_is_named(stack_in, language, fault):
    stack = stack_in(language)
    with fault.break_it(stack):
        reports = [stack.diagnose(kind, f"user-{fault.name}-{kind}") for kind in fault.kinds]
    for kind, report in zip(fault.kinds, reports, strict=True):
        assert report.cause is not None, [(one.layer, one.state, one.says) for one in report.examined]
        assert report.cause.id == fault.cause, report.cause.says
        assert fault.says in report.cause.says
        assert report.exit_code == 1
        assert report.examined[-1].layer == report.cause.layer
        assert report.cause.template
        assert report.cause.command
        assert all(one.state == "sound" for one in report.examined[:-1])
        symptoms.expect(report, kind)
