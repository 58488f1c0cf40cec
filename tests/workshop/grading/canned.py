"""Records as graders make them, without grading: for what is made of them."""

from __future__ import annotations

from typing import Any

from workshop.grading.declared import Declared
from workshop.grading.record import Record

LAB = "01-dynamodb"


def tests_of(declared: Declared, failed: dict[str, str]) -> list[dict[str, Any]]:
    """The checks of lab 1; those in `failed` have seen what is said there, all others passed."""
    tests = declared.not_tried(LAB, "")
    for test in tests:
        test |= {"outcome": "passed", "status": "pass", "message": None, "points": test["possible"]}
        if test["id"] in failed:
            finding = {"saw": failed[test["id"]], "expected": "another", "why": f"Why {test['id']}."}
            finding |= {"next_step": "Change it, then: workshop deploy 1", "where": None, "evidence": []}
            test |= {"outcome": "failed", "status": "fail", "finding": finding, "points": 0}
            test["message"] = finding["saw"]
    return tests


def record(declared: Declared, name: str, failed: dict[str, str] | None = None, **more: Any) -> Record:
    """A graded submission of lab 1."""
    tests = tests_of(declared, failed or {})
    core = [test for test in tests if not test["stretch"]]
    lab = {
        "lab": LAB,
        "points": sum(test["points"] for test in core),
        "possible": declared.possible(LAB),
        "verdict": f"{len(failed or {})} failed",
        "broken": None,
        "deployment": more.pop("deployment", None),
    }
    use = {
        "seconds": 2.5,
        "processor_seconds": 2.0,
        "memory": 2**20,
        "processes": 3,
        "disk": 0,
        "clean": True,
    }
    return Record(
        name=name,
        state=more.pop("state", "short" if failed else "passed"),
        fingerprint=more.pop("fingerprint", "f"),
        labs=(lab,),
        tests=tuple(tests),
        at="2026-11-23T01:00:00+00:00",
        use=use,
        isolation="bubblewrap",
        **more,
    )
