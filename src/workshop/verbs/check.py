"""The verb `workshop check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workshop.verbs.options import TargetOption


def check(
    lab: Annotated[
        str | None,
        typer.Argument(
            metavar="[LAB]", help="Its number or its name; without it, the lab you have begun last."
        ),
    ] = None,
    all_labs: Annotated[bool, typer.Option("--all", help="Check every lab you have begun.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again when your files or the stack change, until Ctrl-C.")
    ] = False,
    json: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="Write the results as JSON; - prints them, and no more."),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write the results as JUnit XML.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", metavar="FILE", help="Write the results as a Markdown table.")
    ] = None,
    work: Annotated[
        Path | None, typer.Option("--work", metavar="DIR", help="Folder with your labs, in place of work/.")
    ] = None,
    target: TargetOption = None,
) -> None:
    """Check your work on a lab, by probing what runs.

    workshop check 1

    The first thing that falls short is shown in full: what was seen, what was expected, why, and what to do.
    Exit code 0: nothing falls short; 1: something does; 2: not begun; 3: the workshop's own fault, or no
    sandbox runs; 130: Ctrl-C.
    """
    from workshop.checking.verb import Options
    from workshop.checking.verb import check as check_labs

    raise typer.Exit(check_labs(Options(lab, all_labs, watch, json, junit, markdown, work, target)))
