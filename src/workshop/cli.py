"""The command `workshop`: every verb, thin."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from workshop.clone import clone_folder
from workshop.errors import Problem

FELL_SHORT, USAGE = 1, 2

app = typer.Typer(
    name="workshop",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="""Build the serverless CRUD backend on a local AWS that answers as AWS does.

    See whether this machine has what the workshop needs:

        workshop preflight

    Start the local AWS, JupyterLab and the guide, and stop all three with Ctrl-C:

        workshop start

    Then open the notebook it names and run it, cell by cell. Every verb explains itself:

        workshop start --help
    """,
)

Port = typer.Option(min=0, max=65535, metavar="PORT", help="TCP port on 127.0.0.1; 0 takes any free one.")


@app.callback(invoke_without_command=True)
def tutorial(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def preflight(
    as_json: Annotated[bool, typer.Option("--json", help="Print the lines as JSON, for programs.")] = False,
) -> None:
    """See whether this machine has what the workshop needs.

    workshop preflight

    Each line that is not ok names the command that mends it. This is a read-only operation.
    Exit code 0: nothing has to be mended; 1: something has.
    """
    from workshop import preflight as checks

    lines = checks.run()
    if as_json:
        typer.echo(json.dumps([line.as_dict() for line in lines], indent=2))
    else:
        typer.echo(checks.report(lines))
    if any(line.status == checks.FAIL for line in lines):
        raise typer.Exit(FELL_SHORT)


@app.command()
def start(
    open_browser: Annotated[bool, typer.Option("--open", help="Open JupyterLab in the browser.")] = False,
    sandbox_port: Annotated[int, Port] = 4566,
    lab_port: Annotated[int, Port] = 8888,
    guide_port: Annotated[int, Port] = 8000,
) -> None:
    """Run the local AWS, JupyterLab and the guide, until Ctrl-C.

    workshop start --open

    A port that is taken is replaced by the next free one, and that is said. Logs go to .sandbox/logs/.
    """
    from workshop.start.command import start as start_everything
    from workshop.start.services import Ports

    ports = Ports(sandbox_port, lab_port, guide_port)
    raise typer.Exit(start_everything(clone_folder(), ports, open_browser))


def main() -> None:
    """Entry point of the console script."""
    try:
        app()
    except Problem as problem:
        print(f"workshop cannot go on.\n{problem}", file=sys.stderr)
        sys.exit(USAGE)
