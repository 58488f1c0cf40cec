"""What runs on this machine: `preflight`, `start`, `up`, `down`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from workshop.errors import FELL_SHORT
from workshop.verbs.options import Ephemeral, Port


def preflight(
    as_json: Annotated[bool, typer.Option("--json", help="Print the lines as JSON, for programs.")] = False,
) -> None:
    """See whether this machine has what the workshop needs.

    workshop preflight

    Each line that is not ok names the command that mends it. This is a read-only operation.
    Exit code 0: nothing has to be mended; 1: something has.
    """
    from workshop import preflight
    from workshop.preflight_line import FAIL, report

    lines = preflight.run()
    if as_json:
        typer.echo(json.dumps([line.as_dict() for line in lines], indent=2))
    else:
        typer.echo(report(lines))
    if any(line.status == FAIL for line in lines):
        raise typer.Exit(FELL_SHORT)


def start(
    open_browser: Annotated[bool, typer.Option("--open", help="Open JupyterLab in the browser.")] = False,
    sandbox_port: Annotated[int, Port] = 4566,
    lab_port: Annotated[int, Port] = 8888,
    guide_port: Annotated[int, Port] = 8000,
    ephemeral: Annotated[bool, Ephemeral] = False,
) -> None:
    """Run the local AWS, JupyterLab and the guide, until Ctrl-C.

    workshop start --open

    A port that is taken is replaced by the next free one, and that is said. Logs go to .sandbox/logs/.
    """
    from workshop.clone import clone_folder
    from workshop.start.command import start as start_everything
    from workshop.start.services import Ports

    ports = Ports(sandbox_port, lab_port, guide_port)
    raise typer.Exit(start_everything(clone_folder(), ports, open_browser, ephemeral=ephemeral))


def up(port: Annotated[int, Port] = 4566, ephemeral: Annotated[bool, Ephemeral] = False) -> None:
    """Start the local AWS in the background, where it goes on until `workshop down`.

    workshop up

    If it runs already, that is said. A port that is taken is replaced by the next free one, and that is
    said too. This is the only verb that leaves something running. What the local AWS holds is kept in
    .sandbox/state/, and is there again the next time.
    """
    from workshop.clone import clone_folder
    from workshop.sandbox_process import up as start_sandbox

    start_sandbox(clone_folder(), port, typer.echo, ephemeral=ephemeral)
    _say_if_not_used()


def down() -> None:
    """End the local AWS that `workshop up` has started.

    workshop down

    What it holds is kept in .sandbox/state/, for the next `workshop up`. Your files are not touched.
    """
    from workshop.clone import clone_folder
    from workshop.sandbox_process import down as end_sandbox

    end_sandbox(clone_folder(), typer.echo)
    _say_if_not_used()


def _say_if_not_used() -> None:
    """A word where an AWS account is chosen: neither verb is about it."""
    import os

    from workshop.clone import clone_folder
    from workshop.target import prefers_aws

    if prefers_aws(os.environ, clone_folder()):
        typer.echo(
            "The other verbs talk to the AWS account that you have chosen, which this does not touch "
            "(workshop target). To use the local AWS: workshop target sandbox"
        )
