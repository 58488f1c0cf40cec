"""The verb `status`, and what `workshop` alone says."""

from __future__ import annotations

import typer

from workshop.verbs.options import TargetOption


def where_am_i() -> None:
    """Say where the learner is, and the one next action."""
    from workshop import status as lookup
    from workshop.clone import clone_folder

    typer.echo(lookup.where_am_i(clone_folder()))
    typer.echo("\nAll about your work: workshop status. All verbs: workshop --help")


def status(target: TargetOption = None) -> None:
    """Show what runs, what is deployed, and how far you are.

    workshop status

    This is a read-only operation.
    """
    from workshop import status as lookup
    from workshop.clone import clone_folder

    typer.echo(lookup.status(clone_folder(), target))
