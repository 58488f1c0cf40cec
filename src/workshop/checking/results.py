"""How the checks ended: flat data that every report is made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workshop.checking.declare import Check
from workshop.checking.finding import Finding
from workshop.errors import FELL_SHORT, OURS

Outcome = Literal["passed", "failed", "skipped", "error", "not_shown"]


@dataclass(frozen=True)
class CheckResult:
    """How one check ended.

    finding: of a failed check. reason: one line, for every other outcome but passed.
    traceback: of an error. output: what the grader printed. seconds: how long it took.
    """

    lab: str
    check: Check
    outcome: Outcome
    finding: Finding | None = None
    reason: str = ""
    traceback: str = ""
    output: str = ""
    seconds: float = 0.0

    @property
    def id(self) -> str:
        return self.check.id

    @property
    def message(self) -> str:
        """What there is to say of it in one line; empty if it passed."""
        text = self.finding.saw if self.finding else self.reason
        return " ".join(text.split())


@dataclass(frozen=True)
class LabResults:
    """The checks of one lab, in the order they ran.

    broken: the traceback, where the grader's file cannot be loaded; then there are no checks.
    """

    key: str
    checks: tuple[CheckResult, ...]
    broken: str = ""

    @property
    def number(self) -> str:
        """As it is typed: `1`."""
        return self.key.partition("-")[0].lstrip("0")

    @property
    def core(self) -> tuple[CheckResult, ...]:
        return tuple(one for one in self.checks if not one.check.stretch)

    @property
    def stretch(self) -> tuple[CheckResult, ...]:
        return tuple(one for one in self.checks if one.check.stretch)

    @property
    def points(self) -> int:
        """Points earned by core checks."""
        return sum(one.check.points for one in self.core if one.outcome == "passed")

    @property
    def possible(self) -> int:
        """Points that core checks could earn here: what cannot be shown here is not among them."""
        return sum(one.check.points for one in self.core if one.outcome != "not_shown")

    @property
    def outcomes(self) -> dict[str, str]:
        """By check id, in the order they ran."""
        return {one.id: one.outcome for one in self.checks}

    @property
    def first_failure(self) -> CheckResult | None:
        """The check to mend first; a core one, if one failed."""
        return next((one for one in (*self.core, *self.stretch) if one.outcome == "failed"), None)


@dataclass(frozen=True)
class Results:
    """One run. target: the address of what was probed. at: when it began, ISO 8601, UTC."""

    labs: tuple[LabResults, ...]
    target: str
    work: str
    at: str
    seconds: float

    def checks(self) -> Iterator[CheckResult]:
        """All checks of all labs, in order."""
        for lab in self.labs:
            yield from lab.checks

    @property
    def exit_code(self) -> int:
        """0 nothing falls short; 1 a core check failed; 3 a core check met the workshop's own fault."""
        outcomes = {one.outcome for lab in self.labs for one in lab.core}
        if "error" in outcomes or any(lab.broken for lab in self.labs):
            return OURS
        return FELL_SHORT if "failed" in outcomes else 0
