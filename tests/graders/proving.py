"""Grading a submission, and the messages that a lab's graders have."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from tests import labs as graders
from tests.graders import shared, tickets
from tests.graders.submission import HERE, Submission
from workshop.checking import run_checks
from workshop.checking.message import Message
from workshop.checking.results import LabResults
from workshop.target import Target

GRADERS = Path(graders.__path__[0])
LABS = sorted(path.stem for path in (HERE / "mistakes").glob("*.yaml"))
PACKAGES = {
    "01-dynamodb": "dynamodb",
    "02-iam": "iam",
    "03-lambda": "function",  # `lambda` is a keyword of Python
    "04-api-gateway": "gateway",
    "05-troubleshooting": "troubleshooting",
}
"""The packages of tests.labs that hold what a lab's checks are made of."""


def graded(submission: Submission, target: Target, work: Path) -> LabResults:
    """Lay a submission out in `work`, deploy and grade it; in `target`, or where its kind shares a stack."""
    if submission.ticket is not None:
        return tickets.grade(submission, target, work)
    folder = submission.write(work)
    if shared.is_in_code_only(submission):
        stack = shared.take(submission, target.url)
        stack.run(folder)
        results = check(submission.lab, stack.target, work)
        shared.give_back(submission, stack)
        return results
    submission.deploy(folder, target)
    return check(submission.lab, seen_as(target, submission.status), work)


def check(lab: str, target: Target, work: Path) -> LabResults:
    """The checks of one lab, as `workshop check` runs them."""
    (results,) = run_checks(GRADERS, work, target, [lab], environ={}).labs
    assert not results.broken, results.broken
    return results


def messages_of(lab: str) -> dict[str, Message]:
    """The messages of a lab's graders by their names: those in its own package, and those it shares."""
    package = importlib.import_module(f"tests.labs.{PACKAGES[lab]}")
    found: dict[str, Message] = {}
    for module in (*package.SHARED, *_modules(package)):
        found |= {name: value for name, value in vars(module).items() if isinstance(value, Message)}
    return {name: message for name, message in found.items() if name not in package.NEVER_SAID}


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(module.name)


@dataclass(frozen=True)
class SlowTarget(Target):
    """A target whose tables and functions have the status `status`, whatever they are."""

    status: str = ""

    def session(self) -> Any:
        session = super().session()
        session.events.register("after-call.dynamodb.DescribeTable", self._change)
        session.events.register("after-call.lambda.GetFunctionConfiguration", self._change_function)
        return session

    def _change(self, parsed: dict[str, Any], **_: Any) -> None:
        if "Table" in parsed:
            parsed["Table"]["TableStatus"] = self.status

    def _change_function(self, parsed: dict[str, Any], **_: Any) -> None:
        if "State" in parsed:
            parsed["State"] = self.status


def seen_as(target: Target, status: str | None) -> Target:
    """The target itself, or one whose tables have another status."""
    return target if status is None else SlowTarget(**vars(target), status=status)
