"""What a row has to say, held against what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.workshop.grading.handed_in import HandedIn
from workshop.grading.record import Record, seen


def wrong(one: HandedIn, record: Record) -> str:
    """What is wrong with the row; empty if it is right."""
    if record.state != one.state:
        return f"{record.state}, not {one.state}: {record.first_problem} {record.log[-500:]}"
    if one.failed:
        first = next((test for test in record.tests if test["outcome"] != "passed"), None)
        if first is None or f"{first['lab']} {first['id']}" != one.failed:
            return f"first {first and first['id']}, not {one.failed}"
        if one.words not in seen(first):
            return f"no '{one.words}' in: {seen(first)}"
    elif one.words not in record.reason:
        return f"no '{one.words}' in: {record.reason}"
    return ""


def verdicts(report: Path) -> dict[str, Any]:
    """What a report says of each submission, but for what differs from run to run: times, made-up names."""
    held = json.loads((report / "report.json").read_text())
    return {
        one["submission"]: (
            *(one["state"], one["points"], one["possible"]),
            [
                (test["lab"], test["id"], test["outcome"], test["points"])
                for test in held["tests"]
                if test["submission"] == one["submission"]
            ],
        )
        for one in held["workshop"]["submissions"]
    }
