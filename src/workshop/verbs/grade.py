"""The verb `workshop grade`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workshop.errors import Problem

MERGE = "merge"


def grade(
    folders: Annotated[
        list[str],
        typer.Argument(
            metavar="SUBMISSIONS | merge DIR...",
            help="A folder with a folder for each learner; or merge, and the reports of several parts.",
            show_default=False,
        ),
    ],
    jobs: Annotated[
        int | None, typer.Option(metavar="N", help="How many at the same time; without it, one a processor.")
    ] = None,
    shard: Annotated[
        str | None, typer.Option(metavar="PART", help="Grade one part only, such as 3/20.")
    ] = None,
    report: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the report.")] = Path("graded"),
    seconds: Annotated[int, typer.Option(metavar="SECONDS", help="How long one submission may take.")] = 300,
) -> None:
    """Grade what many have handed in, each in a local AWS of its own.

    workshop grade submissions/ --report graded

    A submission is a learner's work/, a repository of their own with it, or the folder of one lab. Each is
    copied, deployed and checked by itself, within limits. What is graded is kept in the report's folder, so
    that the same command goes on where it was ended. Parts of a batch become one:

    workshop grade merge part-1 part-2 --report graded

    Exit code 0: nothing falls short; 1: something does; 2: not understood; 3: the workshop's own fault, or
    somebody was not graded; 130: Ctrl-C.
    """
    from workshop.grading.batch import Order, Shard
    from workshop.grading.batch import grade as grade_all
    from workshop.grading.limits import Limits

    first, *others = folders
    if first == MERGE:
        _refuse_options(jobs is not None or shard is not None or seconds != Limits().seconds)
        raise typer.Exit(_merge(others, report))
    if others:
        found = f"{len(folders)} folders"
        raise Problem("grade", found, "one, with a folder for each learner", f"workshop grade {first}")
    part = Shard.read(shard) if shard is not None else Shard()
    order = Order(Path(first), report, _processors() if jobs is None else jobs, part, Limits(seconds=seconds))
    raise typer.Exit(grade_all(order))


def _merge(folders: list[str], report: Path) -> int:
    from workshop.grading.merge import merge

    if not folders:
        raise Problem("grade merge", "no folder", "the reports of all parts", "workshop grade merge part-*")
    return merge([Path(folder) for folder in folders], report)


def _refuse_options(given: bool) -> None:
    if given:
        found = "--jobs, --shard or --seconds"
        raise Problem("grade merge", found, "folders and --report: nothing is graded", "leave them out")


def _processors() -> int:
    import os

    return os.cpu_count() or 1
