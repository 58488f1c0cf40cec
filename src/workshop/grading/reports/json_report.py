"""The records as one JSON document: the results format of `workshop check`, with more in it.

docs/instructor/grading.md describes what is more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from workshop.checking.reports import words
from workshop.errors import OURS
from workshop.grading.record import VERSION, Record, exit_code

_OF_A_SUBMISSION = ("submission", "state", "reason", "at", "seconds", "isolation", "use", "labs", "log")


def as_text(records: Sequence[Record]) -> str:
    """All records as JSON, in lines."""
    return json.dumps(as_dict(records), indent=1, ensure_ascii=True) + "\n"


def as_dict(records: Sequence[Record]) -> dict[str, Any]:
    """All records as JSON's own types."""
    code = exit_code(records)
    return {
        "version": VERSION,
        "status": {0: "pass", 1: "fail"}.get(code, "error"),
        "message": words.OUR_FAULT if code == OURS else None,
        "tests": [{**test, "submission": one.name} for one in records for test in one.tests],
        "workshop": {
            "at": min((one.at for one in records if one.at), default=""),
            "seconds": round(sum(one.use.get("seconds", 0.0) for one in records), 3),
            "target": "sandbox",
            "work": "",
            "exit_code": code,
            "labs": list(_labs(records)),
            "submissions": [_submission(one) for one in records],
        },
    }


def _submission(one: Record) -> dict[str, Any]:
    told = one.as_dict()["workshop"]
    return {name: told[name] for name in _OF_A_SUBMISSION} | {
        "status": one.status,
        "points": one.points,
        "possible": one.possible,
    }


def _labs(records: Iterable[Record]) -> Iterable[dict[str, Any]]:
    """The labs over all submissions: points are sums."""
    of_lab: dict[str, list[dict[str, Any]]] = {}
    for one in records:
        for lab in one.labs:
            of_lab.setdefault(lab["lab"], []).append(lab)
    for key, labs in sorted(of_lab.items()):
        whole = sum(lab["points"] == lab["possible"] for lab in labs)
        yield {
            "lab": key,
            "points": sum(lab["points"] for lab in labs),
            "possible": sum(lab["possible"] for lab in labs),
            "verdict": f"{whole} of {len(labs)} submissions have all points",
            "broken": next((lab["broken"] for lab in labs if lab["broken"]), None),
        }
