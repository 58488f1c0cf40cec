"""`python -m tests.workshop.doctor [python|nodejs]`: all first sentences in a row, as they are really said.

Read them as somebody who does not know the code. It breaks a stack of its own by every fault and incident in
turn, and takes what the sandbox does not show from given answers; what is left out is named at the end.
"""

from __future__ import annotations

import sys
import textwrap

from sandbox import Sandbox
from tests.solutions.deployed import Deployed, deploy, fresh_account, target_in
from tests.workshop.doctor.faults import FAULTS
from tests.workshop.doctor.stack import Stack
from tests.workshop.doctor.test_layers import NOT_SHOWN
from tests.workshop.doctor.test_requests import WRONG_URLS
from workshop.doctor.checklist import CAUSES
from workshop.incidents import INCIDENTS

WIDTH = 110


def main(language: str) -> None:
    told: dict[str, set[str]] = {}
    for layer, given, cause, _ in NOT_SHOWN:
        told.setdefault(cause, set()).add(layer.examine(given)[0].says)
    with Sandbox(port=0) as sandbox:
        sandbox.settings(function_state_ms=0)
        target = target_in(sandbox, fresh_account())
        outputs = deploy("04-api-gateway", language, target, say=lambda line: None)
        stack = Stack(Deployed("04-api-gateway", language, sandbox.session(target.account), outputs), target)
        for kind, change, cause, _ in WRONG_URLS:
            url = change(f"{outputs[kind]}/users", stack.ids[kind])
            told.setdefault(cause, set()).add(stack.diagnose(kind, method="GET", url=url).cause.says)
        for name in [*FAULTS, *INCIDENTS]:
            fault = FAULTS[name]
            with fault.break_it(stack):
                for kind in fault.kinds:
                    cause = stack.diagnose(kind, f"{name}-{kind}").cause
                    if cause is not None:
                        told.setdefault(cause.id, set()).add(cause.says)
    for cause in CAUSES:
        for says in sorted(told.get(cause, ())):
            print(textwrap.fill(f"{cause}: {says}", WIDTH, subsequent_indent="    "))
    print("\nNot said:", ", ".join(cause for cause in CAUSES if cause not in told))


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["python"]))
