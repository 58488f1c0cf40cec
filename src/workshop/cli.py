"""The command `workshop`: registers every verb and decides the exit code. The verbs are in workshop.verbs."""

from __future__ import annotations

import sys

import typer

from workshop.errors import OURS, USAGE, NotRunning, Problem
from workshop.verbs import (
    begin,
    check,
    classroom,
    clean,
    cost,
    deploy,
    doctor,
    explain,
    grade,
    incidents,
    labs,
    running,
    status,
    target,
    trace,
)

app = typer.Typer(
    name="workshop",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="""Build the serverless CRUD backend on a local AWS that answers as AWS does.

    See whether this machine has what the workshop needs:

        workshop preflight

    See the whole backend in ten minutes, in a notebook; Ctrl-C ends it:

        workshop start

    Do a lab. Start the local AWS in the background, and copy the lab to work/:

        workshop up

        workshop begin 1

    Then go round: edit a file, deploy it, check it, and ask for a hint where you are stuck:

        workshop deploy 1

        workshop check 1

        workshop hint 1

    Lost? This says where you are, and what to do next:

        workshop

    Every verb explains itself:

        workshop begin --help
    """,
)

app.command()(running.preflight)
app.command()(running.start)
app.command()(running.up)
app.command()(running.down)
app.command()(status.status)
app.command()(begin.begin)
app.command()(deploy.deploy)
app.command()(check.check)
app.command()(labs.hint)
app.command()(trace.trace)
app.command()(explain.explain)
app.command()(doctor.doctor)
app.command("break")(incidents.break_)
app.command()(incidents.seal)
app.command()(incidents.mend)
app.command()(cost.cost)
app.command()(labs.reset)
app.command()(labs.solve)
app.command()(classroom.lock)
app.command()(grade.grade)
app.command()(target.target)
app.command()(clean.clean)


@app.callback(invoke_without_command=True)
def alone(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        status.where_am_i()


def main() -> None:
    """Entry point of the console script."""
    try:
        app()
    except NotRunning as problem:
        _end(f"workshop cannot go on.\n{problem}", OURS)
    except Problem as problem:
        _end(f"workshop cannot go on.\n{problem}", USAGE)
    except Exception as error:  # whatever it is: the learner is told that it is not theirs
        _end(*_unexpected(error))


def _unexpected(error: Exception) -> tuple[str, int]:
    """What is said of an error nobody foresaw; a sandbox that went away meanwhile is one that is known."""
    from botocore.exceptions import ConnectionError, HTTPClientError

    problem = _of_an_account(error)
    if problem is not None:
        return f"workshop cannot go on.\n{problem}", USAGE
    if isinstance(error, ConnectionError | HTTPClientError):
        gone = NotRunning("the last request to the local AWS", str(error), "an answer")
        return f"workshop cannot go on.\n{gone}", OURS
    import traceback

    trace = "".join(traceback.format_exception(error))
    return (
        f"{trace}\nThis is the workshop's own fault, not yours: {type(error).__name__}: {error}\n"
        "Your files are as they were. Do next: the same command again; if it ends like this again, then\n"
        "workshop preflight, and report the lines above."
    ), OURS


def _of_an_account(error: Exception) -> Problem | None:
    """What is said where the way to an AWS account, or the sign-in, was lost meanwhile; None for all else."""
    from botocore.exceptions import BotoCoreError, ClientError

    if not isinstance(error, BotoCoreError | ClientError):
        return None
    from workshop.target.refusals import ENDED, EXPIRED, worded

    code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else ""
    lost = isinstance(error, ENDED) or code in EXPIRED or "amazonaws.com" in str(error)
    return worded("of this clone", error) if lost else None


def _end(words: str, code: int) -> None:
    print(words, file=sys.stderr)
    sys.exit(code)
