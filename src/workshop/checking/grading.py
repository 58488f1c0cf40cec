"""One run of checks: what is checked, against which target, and how the checks have ended so far."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from workshop.checking.declare import Check
from workshop.checking.finding import CheckFailed, NotShown
from workshop.checking.lab import CheckedLab
from workshop.checking.order import obstacle
from workshop.checking.results import CheckResult, LabResults
from workshop.errors import Problem
from workshop.target import Target


@dataclass(frozen=True)
class Began:
    """All checks of the run are known. count: how many there are."""

    count: int


@dataclass(frozen=True)
class CheckBegan:
    """A check begins, the `number`th (from 1)."""

    lab: str
    check: Check
    number: int


@dataclass(frozen=True)
class CheckEnded:
    """A check has ended, and how."""

    result: CheckResult


Event = Began | CheckBegan | CheckEnded
OnEvent = Callable[[Event], object]


@dataclass
class Grading:
    """What one run needs and collects. choose: says which target; asked once, when it is needed."""

    work: Path
    choose: Callable[[], Target]
    prefix: str
    on_event: OnEvent = lambda event: None
    ended: list[CheckResult] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    """Traceback by lab, where a grader's file could not be loaded."""
    problem: Problem | None = None
    internal_error: str = ""
    interrupted: bool = False
    gone: bool = False
    """Whether the target stopped answering during the run."""
    _labs: dict[str, CheckedLab] = field(default_factory=dict)

    @cached_property
    def target(self) -> Target:
        """What is probed. Raises what `choose` raises."""
        return self.choose()

    def lab(self, key: str) -> CheckedLab:
        """The lab that checks of this key look at; one for the whole run."""
        if key not in self._labs:
            self._labs[key] = CheckedLab(key, self.work / key, self.target, self.prefix)
        return self._labs[key]

    def close(self) -> None:
        """Ends what the labs started."""
        for lab in self._labs.values():
            lab.close()

    def reason_to_skip(self, key: str, check: Check) -> str | None:
        """Why this check is not tried; None if it is."""
        if self.gone:
            return f"because {self.target.where} no longer answers"
        need = obstacle(check, {one.id: one.outcome for one in self.ended if one.lab == key})
        return f"because `{need}` has not passed" if need else None

    def judge(self, key: str, check: Check, error: BaseException) -> CheckResult:
        """How a check ended that was ended by `error`."""
        if isinstance(error, NotShown):
            return CheckResult(key, check, "not_shown", reason=error.reason)
        if self._has_gone():
            self.gone = True
            return CheckResult(key, check, "error", reason=self._farewell(), traceback=trace(error))
        if isinstance(error, CheckFailed):
            return CheckResult(key, check, "failed", finding=error.finding)
        return CheckResult(key, check, "error", reason=_in_short(error), traceback=trace(error))

    def results(self, keys: Iterable[str]) -> tuple[LabResults, ...]:
        """The checks that have ended, by lab."""
        return tuple(
            LabResults(
                key, tuple(one for one in self.ended if one.lab == key), broken=self.broken.get(key, "")
            )
            for key in keys
        )

    def _has_gone(self) -> bool:
        return self.gone or not self.target.answers()

    def _farewell(self) -> str:
        if self.target.kind != "sandbox":
            return (
                f"What answered at {self.target.url} went away during the check. Start it, and check again."
                if self.target.kind == "endpoint"
                else f"{self.target.where} could not be reached any more during the check. To see why: "
                "workshop target"
            )
        return (
            f"The sandbox at {self.target.url} went away during the check. "
            "Type `workshop up`, and check again; where `workshop` says so, deploy before."
        )


def trace(error: BaseException) -> str:
    """The traceback as text, without the frames of pytest that led to the grader."""
    frames = error.__traceback__
    while frames and frames.tb_next and _is_pytest(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error, frames))


def _in_short(error: BaseException) -> str:
    if isinstance(error, Problem):
        return f"{error.looked_at}: {error.found}. Do next: {error.do_next}"
    return traceback.format_exception_only(error)[-1].strip()


def _is_pytest(file: str) -> bool:
    return not {"_pytest", "pluggy"}.isdisjoint(Path(file).parts)


def key_of(file: Path) -> str:
    """The lab that a grader's file is about.

    >>> key_of(Path("tests/labs/test_01_dynamodb.py"))
    '01-dynamodb'
    """
    return file.stem.removeprefix("test_").replace("_", "-")


def file_of(graders: Path, key: str) -> Path:
    """The grader's file of a lab: what `key_of` undoes."""
    return graders / f"test_{key.replace('-', '_')}.py"
