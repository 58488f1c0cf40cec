"""What many got wrong: the findings of a class, put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workshop.grading.declared import Declared
from workshop.grading.record import Record, seen

DEPLOYMENT = "deployment"
"""Stands for a check where a lab could not be deployed."""


@dataclass(frozen=True)
class Mistake:
    """One mistake. learners: who made it. example: what the first of them was told, by its parts.

    Findings of one check are the same mistake where they say the same of why it matters: what they saw
    holds names and values of each learner's own.
    """

    lab: str
    check: str
    title: str
    learners: tuple[str, ...]
    example: Mapping[str, str]


@dataclass(frozen=True)
class Tally:
    """How one check ended over all who handed its lab in."""

    lab: str
    check: str
    title: str
    stretch: bool
    outcomes: Mapping[str, int]

    @property
    def count(self) -> int:
        return sum(self.outcomes.values())


def mistakes(records: Iterable[Record]) -> list[Mistake]:
    """The mistakes of a class, the commonest first."""
    who: dict[tuple[str, str, str], list[str]] = {}
    told: dict[tuple[str, str, str], tuple[str, Mapping[str, str]]] = {}
    for one in records:
        for key, title, parts in _of(one):
            who.setdefault(key, []).append(one.name)
            told.setdefault(key, (title, parts))
    found = [Mistake(key[0], key[1], told[key][0], tuple(names), told[key][1]) for key, names in who.items()]
    return sorted(found, key=lambda one: (-len(one.learners), one.lab, one.check, one.title))


def tallies(records: Sequence[Record], declared: Declared) -> list[Tally]:
    """How each check ended, in the order of labs and checks; those that nobody handed in are left out."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for one in records:
        for test in one.tests:
            counts.setdefault((test["lab"], test["id"]), Counter())[test["outcome"]] += 1
    return [
        Tally(lab.key, check.id, check.statement, check.stretch, counts[lab.key, check.id])
        for lab in declared.labs
        for check in declared.checks[lab.key]
        if (lab.key, check.id) in counts
    ]


def _of(one: Record) -> Iterable[tuple[tuple[str, str, str], str, Mapping[str, str]]]:
    for lab in one.labs:
        if problem := lab["deployment"]:
            yield (lab["lab"], DEPLOYMENT, ""), "It can be deployed", {"saw": problem["text"]}
    for test in one.tests:
        if test["outcome"] == "failed":
            yield (test["lab"], test["id"], test["finding"]["why"]), test["name"], _parts(test)


def _parts(test: Mapping[str, Any]) -> Mapping[str, str]:
    finding = test["finding"]
    return {
        "saw": seen(test),
        "expected": finding["expected"],
        "why": finding["why"],
        "do next": finding["next_step"],
    }
