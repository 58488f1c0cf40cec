"""Checking as the command line and notebooks do it: which labs, against what, and what is noted of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workshop import progress
from workshop.catalogue import find_lab, labs
from workshop.checking.grading import OnEvent, file_of
from workshop.checking.results import Results
from workshop.checking.runner import run_checks
from workshop.errors import Problem
from workshop.target import Target
from workshop.whole_files import write_whole

GRADERS = Path("tests") / "labs"
LOG = Path(".sandbox") / "logs" / "check.log"


@dataclass(frozen=True)
class Order:
    """What is to be checked. keys: of labs that have begun. left_out: keys of those that have not."""

    clone: Path
    work: Path
    keys: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @property
    def log(self) -> Path:
        """Where the tracebacks of the workshop's own errors go."""
        return self.clone / LOG


def order(clone: Path, work: Path, lab: str | None = None, all_labs: bool = False) -> Order:
    """What is to be checked: the lab named, all that have begun, or the one the learner is on.

    Raises Problem where that has not begun. This is a read-only operation.
    """
    if lab is not None and all_labs:
        found = f"both: {lab} and --all"
        raise Problem("what to check", found, "one lab, or --all", f"workshop check {lab}")
    if lab is not None:
        key = find_lab(clone, lab).key
        if not (work / key).is_dir():
            _not_begun(f"the folder {work / key}", find_lab(clone, lab).number)
        return Order(clone, work, (key,))
    keys = [one.key for one in labs(clone) if file_of(clone / GRADERS, one.key).is_file()]
    begun = [key for key in keys if (work / key).is_dir()]
    if not begun:
        _not_begun(f"the folder {work}", 1)
    if all_labs:
        return Order(clone, work, tuple(begun), tuple(key for key in keys if key not in begun))
    noted = progress.load(work).labs
    # Of labs that nothing is noted of, the later one: max keeps the first of equals.
    latest = max(reversed(begun), key=lambda key: progress.moment(noted[key].begun_at))
    return Order(clone, work, (latest,))


def _not_begun(looked_at: str, number: int) -> None:
    raise Problem(looked_at, "no lab that has begun", "your own copy of the lab", f"workshop begin {number}")


def carry_out(
    order: Order,
    target: Target,
    on_event: OnEvent | None = None,
    junit: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Results:
    """Checks what was ordered, and notes it in the learner's progress; tracebacks go into the log.

    Raises what `run_checks` raises; then nothing is noted.
    """
    results = run_checks(order.clone / GRADERS, order.work, target, order.keys, on_event, junit, environ)
    for lab in results.labs:
        if not lab.broken:
            progress.record_check(order.work, lab.key, lab.outcomes, results.at)
    text = error_log(results)
    if text:
        order.log.parent.mkdir(parents=True, exist_ok=True)
        write_whole(order.log, text)
    return results


def error_log(results: Results) -> str:
    """The workshop's own errors with their tracebacks; empty if there are none."""
    broken = [f"{lab.key}: the checks cannot be loaded\n{lab.broken}\n" for lab in results.labs if lab.broken]
    errors = [
        f"{one.lab}, {one.id}: {one.reason}\n{one.traceback}\n{one.output}"
        for one in results.checks()
        if one.outcome == "error"
    ]
    return (
        "\n".join([f"Checked at {results.at}, {results.target}\n", *broken, *errors])
        if broken or errors
        else ""
    )
