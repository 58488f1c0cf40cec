"""The verbs of lab 5: `break`, `seal`, `mend`."""

from __future__ import annotations

from typing import Annotated

import typer

from workshop.verbs.options import TargetOption


def break_(
    seed: Annotated[
        int | None,
        typer.Option("--seed", min=0, metavar="N", help="Which ticket; without it, one is drawn and said."),
    ] = None,
    together: Annotated[
        int, typer.Option("--together", min=1, max=2, metavar="N", help="So many incidents at once: 1 or 2.")
    ] = 1,
    list_: Annotated[
        bool, typer.Option("--list", help="For instructors: every incident, and a seed that gives it.")
    ] = False,
    target: TargetOption = None,
) -> None:
    """Break your running stack without saying how, and open a ticket that tells what is seen of it.

    workshop break --seed 7

    Your files stay as they are. Find the cause, write it to diagnosis.yaml, seal it, repair it. It refuses
    where the stack does not work as lab 4 says, or where a ticket is open.
    """
    from workshop.clone import clone_folder
    from workshop.incidents import words
    from workshop.incidents.breaking import Wish, break_stack
    from workshop.incidents.refusals import told
    from workshop.target import choose, prefix

    if list_:
        typer.echo(words.listing(together))
        return
    clone = clone_folder()
    there = choose(target, clone=clone)
    typer.echo("Please wait: first it is seen whether all of your API works …", err=True)
    with told("see what runs: workshop status; then put back what was changed: workshop mend"):
        ticket = break_stack(there, prefix(), clone, Wish(seed, together))
    typer.echo(words.ticket(ticket))


def seal(target: TargetOption = None) -> None:
    """Seal your diagnosis of the open ticket, before you repair anything.

    workshop seal

    It reads work/05-troubleshooting/diagnosis.yaml, looks your evidence up in the running stack, and notes
    whether the symptom is still there. It does not say whether layer and cause are right; sealed is sealed.
    """
    from workshop.clone import clone_folder
    from workshop.incidents import words
    from workshop.incidents.refusals import told
    from workshop.incidents.sealing import seal as seal_diagnosis
    from workshop.target import choose, prefix

    clone = clone_folder()
    with told("see what runs: workshop status; then the same again: workshop seal"):
        ticket, part = seal_diagnosis(choose(target, clone=clone), prefix(), clone)
    typer.echo(words.sealed(ticket, part))


def mend(target: TargetOption = None) -> None:
    """Give up the open ticket: put back what is still broken of it, and close it.

    workshop mend

    What you have repaired yourself becomes as it was before the ticket, too. Asked again it does nothing.
    Exit code 1: the stack still does not answer as it should, for another reason.
    """
    from workshop.clone import clone_folder
    from workshop.errors import FELL_SHORT
    from workshop.incidents import words
    from workshop.incidents.mending import mend as mend_stack
    from workshop.incidents.refusals import told
    from workshop.target import choose, prefix

    clone = clone_folder()
    with told("see what runs: workshop status; then the same again: workshop mend"):
        found = mend_stack(choose(target, clone=clone), prefix(), clone)
    typer.echo(words.mended(found))
    if found.sick is not None:
        raise typer.Exit(FELL_SHORT)
