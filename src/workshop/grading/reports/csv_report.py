"""The records as tables for a spreadsheet: a row for each learner, and a row for each check of each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from workshop.checking.reports.words import printable
from workshop.grading.declared import Declared
from workshop.grading.record import STATES, Record, seen

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula (OWASP, *CSV Injection*)."""


def learners(records: Sequence[Record], declared: Declared) -> str:
    """A row for each learner: state, points in all and by lab, seconds, and what there is to say."""
    keys = [lab.key for lab in declared.labs]
    head = ["submission", "state", "points", "possible", *keys, "seconds", "processor_seconds", "reason"]
    rows = []
    for one in records:
        points = {lab["lab"]: lab["points"] for lab in one.labs}
        times = [one.use.get(name, "") for name in ("seconds", "processor_seconds")]
        by_lab = [points.get(key, "") for key in keys]
        told = [one.name, STATES[one.state][1], one.points, one.possible]
        rows.append([*told, *by_lab, *times, one.first_problem])
    return _table(head, rows)


def checks(records: Sequence[Record]) -> str:
    """A row for each check of each learner, with what it saw."""
    head = [
        "submission",
        "lab",
        "check",
        "statement",
        "outcome",
        "points",
        "possible",
        "stretch",
        "saw",
        "next",
    ]
    return _table(
        head,
        [
            [
                *(one.name, test["lab"], test["id"], test["name"], test["outcome"]),
                *(test["points"], test["possible"], test["stretch"], seen(test)),
                test["finding"]["next_step"] if test["finding"] else "",
            ]
            for one in records
            for test in one.tests
        ],
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(head)
    for row in rows:
        table.writerow([_cell(value) if isinstance(value, str) else value for value in row])
    return text.getvalue()


def _cell(text: str) -> str:
    """Text that no spreadsheet computes.

    >>> _cell("=1+1")
    "'=1+1"
    """
    plain = printable(" ".join(text.split()))
    return f"'{plain}" if plain.startswith(_FORMULA) else plain
