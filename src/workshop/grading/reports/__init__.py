"""The records of a batch, for people and programs: one page, two tables, JSON and JUnit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workshop.checking.files import write_whole
from workshop.grading.declared import Declared
from workshop.grading.record import Record
from workshop.grading.reports import csv_report, html_report, json_report, junit_report


def write_reports(folder: Path, records: Sequence[Record], declared: Declared, part: str) -> None:
    """Writes all reports into `folder`. part: which part of a batch this is, in words, or empty."""
    write_whole(folder / "report.html", html_report.as_text(records, declared, part))
    write_whole(folder / "report.json", json_report.as_text(records))
    write_whole(folder / "report.xml", junit_report.as_text(records))
    write_whole(folder / "learners.csv", csv_report.learners(records, declared))
    write_whole(folder / "checks.csv", csv_report.checks(records))
