"""What is kept of one submission: results as `workshop check --json` writes them, and what grading adds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from workshop.checking.reports import words
from workshop.errors import FELL_SHORT, OURS
from workshop.whole_files import write_whole

State = Literal["passed", "short", "stopped", "refused", "error", "missing"]
FOLDER = "submissions"
VERSION = 3
"""Of the results format: docs/reference/results.md."""

STATES: Mapping[State, tuple[str, str, str]] = {
    "passed": ("✔", "passed", "Nothing falls short."),
    "short": ("✘", "failed", "At least one core check failed."),
    "stopped": ("■", "stopped", "It was ended before its checks were: see the reason."),
    "refused": ("∅", "not taken", "It could not be graded as it was handed in: see the reason."),
    "error": ("!", "error", words.OUR_FAULT),
    "missing": ("?", "not graded", "No batch has graded it yet."),
}
"""A symbol, a word and the meaning of each state."""

_STATUS: Mapping[State, str] = {"passed": "pass", "error": "error", "missing": "error"}


@dataclass(frozen=True)
class Record:
    """One submission's row. labs: as in the results format, and `deployment`: null, or what was wrong.

    tests: all checks of the labs handed in. use: seconds, processor_seconds, memory, processes, disk, as
    measured. fingerprint: of what was handed in and of what graded it. isolation: how it was kept in.
    """

    name: str
    state: State
    reason: str = ""
    fingerprint: str = ""
    labs: tuple[dict[str, Any], ...] = ()
    tests: tuple[dict[str, Any], ...] = ()
    at: str = ""
    use: dict[str, Any] = field(default_factory=dict)
    isolation: str = ""
    log: str = ""

    @property
    def points(self) -> int:
        return sum(lab["points"] for lab in self.labs)

    @property
    def possible(self) -> int:
        return sum(lab["possible"] for lab in self.labs)

    @property
    def status(self) -> str:
        """`pass`, `fail` or `error`."""
        return _STATUS.get(self.state, "fail")

    @property
    def first_problem(self) -> str:
        """What there is to say of it in one line; empty if it passed."""
        if self.reason:
            return " ".join(self.reason.split())
        failed = next((one for one in self.tests if one["outcome"] in ("failed", "error")), None)
        return f"{failed['lab']} {failed['id']}: {seen(failed)}" if failed else ""

    def as_dict(self) -> dict[str, Any]:
        """The record as JSON's own types."""
        return {
            "version": VERSION,
            "status": self.status,
            "message": words.OUR_FAULT if self.status == "error" else None,
            "tests": list(self.tests),
            "workshop": {
                "at": self.at,
                "seconds": self.use.get("seconds", 0.0),
                "target": "sandbox",
                "work": self.name,
                "exit_code": exit_code([self]),
                "labs": list(self.labs),
                "submission": self.name,
                "state": self.state,
                "reason": self.reason,
                "fingerprint": self.fingerprint,
                "isolation": self.isolation,
                "use": self.use,
                "log": self.log,
            },
        }


def seen(test: Mapping[str, Any]) -> str:
    """What a check saw, or why it was not tried, in one line."""
    text = test["finding"]["saw"] if test["finding"] else test["message"] or ""
    return " ".join(text.split())


def exit_code(records: Iterable[Record]) -> int:
    """0 nothing falls short; 1 something does; 3 the workshop's own fault, or one was not graded."""
    statuses = {record.status for record in records}
    return OURS if "error" in statuses else FELL_SHORT if "fail" in statuses else 0


def save(folder: Path, file_name: str, record: Record) -> None:
    """Writes a record into a report's folder, whole or not at all."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    text = json.dumps(record.as_dict(), indent=1, ensure_ascii=True) + "\n"
    write_whole(folder / FOLDER / file_name, text)


def load(file: Path) -> Record | None:
    """The record in a file; None where there is none, or none that can be read."""
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        own = held["workshop"]
        return Record(
            name=own["submission"],
            state=own["state"],
            reason=own["reason"],
            fingerprint=own["fingerprint"],
            labs=tuple(own["labs"]),
            tests=tuple(held["tests"]),
            at=own["at"],
            use=own["use"],
            isolation=own["isolation"],
            log=own["log"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
