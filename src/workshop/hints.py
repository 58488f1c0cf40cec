"""`workshop hint`: three hints a check, one at a time."""

from __future__ import annotations

from pathlib import Path

from workshop import progress, solution_lock
from workshop.catalogue import HINTS, Lab
from workshop.errors import Problem
from workshop.folders import work_folder
from workshop.next_step import first_failing


def next_hint(clone: Path, lab: Lab, check: str | None, word: str | None = None) -> str:
    """The next hint for the check, which is counted. Without `check`: for the first one that fails.

    Raises Problem for a check that the lab has not, and for the last hint of a lab whose answers are locked.
    """
    work = work_folder(clone)
    noted = progress.load(work).labs[lab.key]
    chosen = check or first_failing(lab, noted) or _first_open(lab, noted)
    if chosen is None:
        return f"Every check of lab {lab.number} has passed: no hint is needed.\nDo next: workshop"
    if chosen not in lab.hints:
        raise Problem(
            f"the check '{chosen}' of lab {lab.number}",
            "no check of that name",
            f"one of {', '.join(lab.hints)}",
            f"workshop hint {lab.number} (for the first check that fails)",
        )
    given = noted.hints.get(chosen, 0)
    number = min(given + 1, HINTS)
    if number == HINTS:
        again = (
            f"workshop check {lab.number}; or, with the word: workshop hint {lab.number} {chosen} --word WORD"
        )
        solution_lock.refuse(clone, lab.number, again, word)
    if number > given:
        progress.record_hint(work, lab.key, chosen, number)
    words = lab.hints[chosen][number - 1]
    used = sum({**noted.hints, chosen: number}.values())
    count = f"You have used {used} of the {HINTS * len(lab.hints)} hints of lab {lab.number}."
    return f"{chosen}, hint {number} of {HINTS}:\n\n  {words}\n\n{count}\n{_more(lab, chosen, given)}"


def _first_open(lab: Lab, noted: progress.LabProgress) -> str | None:
    """The first check that has not passed yet."""
    return next((one for one in lab.hints if noted.outcomes.get(one) not in ("passed", "not_shown")), None)


def _more(lab: Lab, check: str, given: int) -> str:
    if given + 1 < HINTS:
        return f"For the next one: workshop hint {lab.number} {check}"
    if given + 1 == HINTS:
        return f"That is the last hint. Do next: try it, then workshop check {lab.number}"
    return (
        f"You have had all {HINTS} hints for this check; this was the last one, again.\n"
        f"To see the solution: workshop solve {lab.number}, or before you have passed: "
        f"workshop solve {lab.number} --anyway"
    )
