"""`make grade-demo`: thirty submissions, among them hostile ones, graded in whole and in two parts.

python -m benchmarks.grading [--jobs N] [--report DIR]

Prints each row with what it should say, and how long it took; then whether two parts, merged, say the same.
Exit code 1 if a row is wrong, or the parts differ.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.workshop.grading.handed_in import class_of_thirty, hand_in
from tests.workshop.grading.judging import verdicts, wrong
from workshop.grading.batch import Order, Shard, grade
from workshop.grading.limits import MEGABYTE, Limits
from workshop.grading.merge import merge
from workshop.grading.record import FOLDER, load

LIMITS = Limits(seconds=60, processes=60, memory=900 * MEGABYTE, disk=100 * MEGABYTE)
"""Tight, so that what is bounded by itself is stopped by the limits first."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--report", type=Path, default=Path("graded"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grade-demo-") as folder:
        return _demo(Path(folder), options.jobs, options.report)


def _demo(folder: Path, jobs: int, report: Path) -> int:
    outside = folder / "outside"
    outside.mkdir()
    outside.chmod(0o777)
    handed_in = class_of_thirty(outside)
    hand_in(handed_in, folder / "submissions")
    console = Console(stderr=True)
    began = time.monotonic()
    grade(Order(folder / "submissions", report, jobs, limits=LIMITS), console=console)
    seconds = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    records = [record for file in (report / FOLDER).iterdir() if (record := load(file))]
    by_name = {record.name: record for record in records}
    table = Table("submission", "state", "points", "seconds", "processor", "MB", "right", "said")
    faults = []
    for one in handed_in:
        record = by_name[one.name]
        fault = wrong(one, record)
        faults += [fault] if fault else []
        use = record.use
        table.add_row(
            *(one.name.partition(" ")[0], record.state, f"{record.points}/{record.possible}"),
            *(f"{use.get('seconds', 0):.1f}", f"{use.get('processor_seconds', 0):.1f}"),
            *(str(use.get("memory", 0) // MEGABYTE), fault or "yes", record.first_problem[:60]),
        )
    Console().print(table)
    print(f"{len(records)} submissions, {jobs} at a time: {seconds:.0f} s,", end=" ")
    print(f"{used.ru_utime + used.ru_stime:.0f} s of processor time.")
    print(f"Written outside: {[path.name for path in outside.iterdir()] or 'nothing'}.")
    parts = [folder / "part-1", folder / "part-2"]
    for number, part in enumerate(parts, start=1):
        grade(Order(folder / "submissions", part, jobs, Shard(number, 2), LIMITS), console=console)
    merge(parts, folder / "merged", console=console)
    same = verdicts(folder / "merged") == verdicts(report)
    print(f"Two parts, merged, say the same: {'yes' if same else 'NO'}.")
    return 0 if same and not faults else 1


if __name__ == "__main__":
    sys.exit(main())
