"""The verb `workshop explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from workshop.verbs.options import TargetOption


def explain(
    request: Annotated[
        str,
        typer.Argument(
            metavar="[REQUEST-ID|last]",
            help="The id of a request; without it, the last one that was decided about.",
            show_default=False,
        ),
    ] = "last",
    target: TargetOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say why a request was denied or allowed: by which policy, and what is not as it should be.

    workshop explain last

    This is a read-only operation.
    """
    from workshop import explaining
    from workshop.clone import clone_folder

    explaining.show(target, request, json, typer.echo, clone=clone_folder())
