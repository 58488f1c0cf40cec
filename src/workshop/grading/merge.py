"""The records of several batches, such as those of a CI's jobs, as one report."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop.clone import clone_folder
from workshop.errors import Problem
from workshop.grading.batch import BATCH_FILE, made, note, tell_result
from workshop.grading.declared import declared_checks
from workshop.grading.record import FOLDER, Record, exit_code, load, save
from workshop.grading.reports import write_reports
from workshop.lock import alone_in

if TYPE_CHECKING:
    from rich.console import Console

MISSING = "None of the folders that were merged holds its record: its part has not run, or not to its end."


def merge(
    folders: Sequence[Path], report: Path, clone: Path | None = None, console: Console | None = None
) -> int:
    """Puts the records of `folders` together into `report`, and returns the exit code.

    Who has handed in, and is in none of them, is a row of its own. Raises Problem for a folder that no batch
    has written, and for two different records of one submission.
    """
    from rich.console import Console

    console = console or Console(file=sys.stderr)
    declared = declared_checks(clone or clone_folder())
    batches = [(folder, _batch(folder)) for folder in folders]
    names: dict[str, str] = {}
    found: dict[str, tuple[Path, Record]] = {}
    for folder, batch in batches:
        names |= batch["submissions"]
        for file in sorted((folder / FOLDER).glob("*.json")):
            record = load(file)
            if record is None:
                continue
            if file.name in found and found[file.name][1] != record:
                raise _two(record.name, found[file.name][0], file)
            found[file.name] = (file, record)
    records = {
        record_file: found[record_file][1] if record_file in found else Record(name, "missing", MISSING)
        for record_file, name in sorted(names.items(), key=lambda one: one[1])
    }
    with alone_in(made(report)):
        note(report, 1, 1, names)
        for record_file, record in records.items():
            if record.state != "missing":
                save(report, record_file, record)
        write_reports(report, list(records.values()), declared, "")
    tell_result(list(records.values()), report, console)
    return exit_code(records.values())


def _batch(folder: Path) -> dict[str, Any]:
    file = folder / BATCH_FILE
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        return {"submissions": dict(held["submissions"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem(
            f"the file {file}",
            f"nothing that can be read: {error}",
            "a folder that `workshop grade … --report` has written",
            "workshop grade merge DIR DIR --report graded",
        ) from error


def _two(name: str, one: Path, other: Path) -> Problem:
    return Problem(
        f"the records of {name}",
        f"two that differ: {one} and {other}",
        "one: each submission belongs to one part",
        "merge the folders of one run only",
    )
