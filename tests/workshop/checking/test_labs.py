"""What the authors of labs have to keep: each check is explained, hinted at, and there once."""

import re
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from tests.repository.sources import ROOT
from workshop.catalogue import HINTS, labs
from workshop.checking.command import GRADERS
from workshop.checking.declare import declared
from workshop.checking.grading import file_of, key_of
from workshop.checking.guide import place
from workshop.checking.order import in_order, verify

LABS = labs(ROOT)
KEYS = [lab.key for lab in LABS]
PRECONDITIONS = {"01-dynamodb": [], "05-troubleshooting": ["layers-below", "ticket"]}
"""What has no points, as it is done before the lab."""


def checks_of(lab):
    """What `@check` says in the lab's graders, in the order of the file."""
    file = file_of(ROOT / GRADERS, lab.key)
    spec = spec_from_file_location(f"checks_of_{lab.number}", file)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return [check for value in vars(module).values() if (check := declared(value))]


def _without_points(lab):
    return [check.id for check in checks_of(lab) if check.points < 1]


def test_there_are_labs_and_each_has_its_graders():
    assert KEYS
    graders = [key_of(file) for file in sorted((ROOT / GRADERS).glob("test_*.py"))]
    assert graders == KEYS


@pytest.mark.parametrize("lab", LABS, ids=KEYS)
class TestEachLab:
    def test_its_checks_can_come_one_after_the_other(self, lab):
        checks = checks_of(lab)
        verify(lab.key, checks, checks)
        assert in_order(lab.key, checks) == checks, "a check stands before one it needs"

    def test_each_check_has_three_hints_and_there_are_no_others(self, lab):
        checks = checks_of(lab)
        assert list(lab.hints) == [check.id for check in checks]
        for name, hints in lab.hints.items():
            assert len(set(hints)) == HINTS, f"{name}: two hints that are the same"

    def test_what_is_a_stretch_is_said_the_same_twice(self, lab):
        assert list(lab.stretch) == [check.id for check in checks_of(lab) if check.stretch]

    def test_each_check_is_a_place_in_the_guide(self, lab):
        for check in checks_of(lab):
            there = place(ROOT, check.guide)
            assert there is not None, f"{check.id}: no page {check.guide}"
            file, _, anchor = there.file.partition("#")
            assert anchor == check.id
            anchors = re.findall(r"\{[^}]*#([\w-]+)[^}]*\}", (ROOT / file).read_text())
            assert anchors.count(anchor) == 1, f"{file}: {anchors.count(anchor)} anchors {{#{anchor}}}"

    def test_statements_are_sentences_of_their_own(self, lab):
        statements = [check.statement for check in checks_of(lab)]
        assert len(set(statements)) == len(statements)
        assert not [one for one in statements if one != one.strip() or one.endswith(".") or not one]
        assert _without_points(lab) == PRECONDITIONS.get(lab.key, ["layers-below"])
