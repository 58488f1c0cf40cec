"""Arguments and options that several verbs have in common."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

Language = Literal["python", "nodejs"]
LabArgument = Annotated[
    str, typer.Argument(metavar="LAB", help="Its number or its name: 1, or 01-dynamodb.", show_default=False)
]
TargetOption = Annotated[
    str | None,
    typer.Option(
        "--target",
        metavar="TARGET",
        help="sandbox, aws, or the URL of an AWS emulator of this machine; without it, what is chosen.",
    ),
]
Port = typer.Option(min=0, max=65535, metavar="PORT", help="TCP port on 127.0.0.1; 0 takes any free one.")
Yes = typer.Option("--yes", "-y", help="Do not ask.")
Ephemeral = typer.Option("--ephemeral", help="Begin empty and keep nothing; what was kept stays as it is.")
