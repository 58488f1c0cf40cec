"""The verbs of a lab that has begun: `hint`, `reset`, `solve`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from workshop.errors import Problem
from workshop.verbs.options import LabArgument, Language, Yes

Word = Annotated[
    str | None,
    typer.Option(metavar="WORD", help="Your instructor's word, where the class's answers are locked."),
]


def hint(
    lab: LabArgument,
    check: Annotated[
        str | None,
        typer.Argument(metavar="[CHECK]", help="A check's name; without it, the first that fails."),
    ] = None,
    word: Word = None,
) -> None:
    """Give the next hint for a check; each has three, and they are counted.

    workshop hint 1 partition-key
    """
    from workshop.catalogue import find_lab
    from workshop.clone import clone_folder
    from workshop.hints import next_hint

    clone = clone_folder()
    typer.echo(next_hint(clone, find_lab(clone, lab), check, word))


def reset(
    lab: LabArgument,
    language: Annotated[
        Language | None, typer.Option(help="Start over in this language; without it, in the same.")
    ] = None,
    yes: Annotated[bool, Yes] = False,
) -> None:
    """Put a lab's starter back in place of your files.

    workshop reset 1

    It names each file that you changed or added, and asks. Your files are kept in work/.aside/.
    """
    from workshop import lifecycle
    from workshop.catalogue import find_lab
    from workshop.clone import clone_folder
    from workshop.folders import shown
    from workshop.status import where_am_i
    from workshop.ticket_step import refuse_open_ticket

    clone = clone_folder()
    there = lifecycle.begun(clone, find_lab(clone, lab))
    refuse_open_ticket(there.folder)
    chosen = language or there.language
    changes, place = there.changes(), shown(there.folder, clone)
    if not changes.any() and chosen == there.language:
        typer.echo(f"There is nothing to reset: {place} is as the starter is.")
        return
    other = "" if chosen == there.language else f", in {lifecycle.LANGUAGE_NAMES[chosen]}"
    typer.echo(f"{place} becomes the starter again{other}. What it holds now is kept in work/.aside/.")
    typer.echo(lifecycle.losses(changes))
    if not (yes or _confirm("Put the starter in its place?", f"workshop reset {there.lab.number} --yes")):
        typer.echo("Nothing was changed.")
        return
    typer.echo(lifecycle.reset(clone, there, chosen))
    typer.echo(f"\n{where_am_i(clone)}")


def solve(
    lab: LabArgument,
    anyway: Annotated[bool, typer.Option("--anyway", help="Before the checks have passed.")] = False,
    word: Word = None,
) -> None:
    """Put a lab's solution in place, once its checks have passed.

    workshop solve 1 --anyway

    Your files that make way are kept in work/.aside/, and named; those that the solution has not, stay.
    """
    from workshop import lifecycle
    from workshop.catalogue import find_lab
    from workshop.clone import clone_folder
    from workshop.status import where_am_i

    clone = clone_folder()
    there = lifecycle.begun(clone, find_lab(clone, lab))
    typer.echo(lifecycle.solve(clone, there, anyway, word))
    typer.echo(f"\n{where_am_i(clone)}")


def _confirm(question: str, without_asking: str) -> bool:
    """Whether the person says yes. Raises Problem if nobody is there to ask."""
    if not sys.stdin.isatty():
        do_next = f"if you mean it: {without_asking}"
        raise Problem("the terminal", "none: nobody can be asked", "a yes", do_next)
    return typer.confirm(question)
