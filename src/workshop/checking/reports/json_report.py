"""The results for programs: a superset of the test results format of Exercism's track runners, version 3.

Exercism knows three statuses; `outcome` is ours and says more. docs/reference/results.md describes it all,
docs/reference/results.schema.json is its JSON Schema.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workshop.checking.finding import Finding
from workshop.checking.guide import place
from workshop.checking.reports import words
from workshop.checking.results import CheckResult, LabResults, Outcome, Results

VERSION = 3
STATUS: dict[Outcome, str] = {
    "passed": "pass",
    "not_shown": "pass",
    "failed": "fail",
    "skipped": "fail",
    "error": "error",
}
RUN_STATUS = {0: "pass", 1: "fail", 3: "error"}
MOST_OUTPUT = 500
"""Exercism's limit of what a test printed."""
CUT = "\n(Output was cut here: it was longer than 500 characters.)"


def as_text(results: Results, clone: Path) -> str:
    """The results as JSON, in lines."""
    return json.dumps(as_dict(results, clone), indent=2, ensure_ascii=False) + "\n"


def as_dict(results: Results, clone: Path) -> dict[str, Any]:
    """The results as JSON's own types."""
    return {
        "version": VERSION,
        "status": RUN_STATUS[results.exit_code],
        "message": words.OUR_FAULT if RUN_STATUS[results.exit_code] == "error" else None,
        "tests": [
            as_test(one, number, clone)
            for lab in results.labs
            for number, one in enumerate(lab.checks, start=1)
        ],
        "workshop": {
            "at": results.at,
            "seconds": round(results.seconds, 3),
            "target": results.target,
            "work": results.work,
            "exit_code": results.exit_code,
            "labs": [_lab(lab) for lab in results.labs],
        },
    }


def _lab(lab: LabResults) -> dict[str, Any]:
    return {
        "lab": lab.key,
        "points": lab.points,
        "possible": lab.possible,
        "verdict": words.verdict(lab),
        "broken": lab.broken or None,
    }


def as_test(one: CheckResult, number: int, clone: Path) -> dict[str, Any]:
    """One check as JSON's own types. number: its place in its lab, from 1."""
    there = place(clone, one.check.guide)
    return {
        "name": one.check.statement,
        "status": STATUS[one.outcome],
        "message": str(one.finding) if one.finding else one.reason or None,
        "output": _cut(one.output) or None,
        "task_id": number,
        "id": one.id,
        "lab": one.lab,
        "outcome": one.outcome,
        "points": one.check.points if one.outcome == "passed" else 0,
        "possible": one.check.points,
        "stretch": one.check.stretch,
        "needs": list(one.check.needs),
        "guide": there.file if there else one.check.guide,
        "hint": words.hint_command(one),
        "seconds": round(one.seconds, 3),
        "finding": _finding(one.finding) if one.finding else None,
        "traceback": one.traceback or None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "saw": finding.saw,
        "expected": finding.expected,
        "why": finding.why,
        "next_step": finding.next_step,
        "where": finding.where or None,
        "evidence": [item.as_dict() for item in finding.evidence],
    }


def _cut(output: str) -> str:
    return output if len(output) <= MOST_OUTPUT else output[: MOST_OUTPUT - len(CUT)] + CUT
