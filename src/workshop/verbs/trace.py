"""The verb `workshop trace`."""

from __future__ import annotations

from typing import Annotated

import typer

from workshop.verbs.options import TargetOption


def trace(
    request: Annotated[
        str,
        typer.Argument(
            metavar="[REQUEST-ID|last]",
            help="The id of a request; without it, the last one to an API.",
            show_default=False,
        ),
    ] = "last",
    target: TargetOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Show the way of a request: stage, route, permission, function, its AWS calls, the answer.

    workshop trace last

    This is a read-only operation.
    """
    import shutil
    import sys

    from workshop.clone import clone_folder
    from workshop.tracing import show

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    show.show(target, request, json, typer.echo, width, clone_folder())
