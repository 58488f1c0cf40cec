"""Which check comes first, and which stands in the way of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workshop.checking.declare import Check
from workshop.errors import Problem


class BrokenGraders(Problem):
    """The graders contradict themselves: the fault of those who wrote them, never of a learner."""

    def __init__(self, lab: str, found: str, expected: str) -> None:
        super().__init__(
            f"the checks of lab {lab}", found, expected, "tell whoever gave you the workshop; you can go on"
        )


def verify(lab: str, chosen: Sequence[Check], all_of_lab: Sequence[Check]) -> None:
    """Raises BrokenGraders for an id that is there twice, and for a need that cannot be met."""
    ids = [one.id for one in chosen]
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice is not None:
        raise BrokenGraders(lab, f"two checks with the id '{twice}'", "an id for each check")
    known = {one.id: one for one in all_of_lab}
    for one in chosen:
        for need in one.needs:
            if need not in known:
                there = f"one of {', '.join(known)}"
                raise BrokenGraders(lab, f"'{one.id}' needs '{need}', which is no check", there)
            if known[need].stretch and not one.stretch:
                found = f"'{one.id}' needs '{need}', which is a stretch check"
                raise BrokenGraders(lab, found, "core checks that need core checks only")


def in_order(lab: str, checks: Sequence[Check]) -> list[Check]:
    """The checks as they were given, each after those it needs. Raises BrokenGraders for a circle.

    Needs that are not among the checks are not looked at: somebody chose to run some checks only.
    """
    waiting, ordered = list(checks), []
    given = {one.id for one in checks}
    done: set[str] = set()
    while waiting:
        ready = next((one for one in waiting if done.issuperset(given.intersection(one.needs))), None)
        if ready is None:
            circle = ", ".join(f"'{one.id}' needs {' and '.join(one.needs)}" for one in waiting)
            raise BrokenGraders(lab, f"a circle: {circle}", "checks that can come one after the other")
        waiting.remove(ready)
        ordered.append(ready)
        done.add(ready.id)
    return ordered


def obstacle(check: Check, outcomes: Mapping[str, str]) -> str | None:
    """The first needed check that has run and not passed; None if nothing is in the way.

    >>> obstacle(Check("b", "B", 1, "p#b", ("a",), False), {"a": "failed"})
    'a'
    """
    return next((need for need in check.needs if outcomes.get(need, "passed") != "passed"), None)
