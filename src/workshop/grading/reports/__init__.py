"""The records of a batch, for people and programs: one page, two tables, JSON and JUnit; in CI a summary."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from workshop.grading.declared import Declared
from workshop.grading.record import Record
from workshop.grading.reports import (
    csv_report,
    html_report,
    json_report,
    junit_report,
    markdown_report,
)
from workshop.whole_files import write_whole


def write_reports(
    folder: Path,
    records: Sequence[Record],
    declared: Declared,
    part: str,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Writes all reports into `folder`. part: which part of a batch this is, in words, or empty.

    A table is appended to the file that GITHUB_STEP_SUMMARY names, as `workshop check` does it.
    """
    write_whole(folder / "report.html", html_report.as_text(records, declared, part))
    write_whole(folder / "report.json", json_report.as_text(records))
    write_whole(folder / "report.xml", junit_report.as_text(records))
    write_whole(folder / "learners.csv", csv_report.learners(records, declared))
    write_whole(folder / "checks.csv", csv_report.checks(records))
    if named := environ.get("GITHUB_STEP_SUMMARY"):
        with Path(named).open("a", encoding="utf-8") as file:
            file.write(markdown_report.as_text(records, part))
