"""The verb `clean`."""

from __future__ import annotations

from typing import Annotated

import typer

from workshop.verbs.options import TargetOption, Yes


def clean(target: TargetOption = None, yes: Annotated[bool, Yes] = False) -> None:
    """Delete all that the workshop made under your prefix, and prove that nothing is left.

    workshop clean

    Stacks, what notebooks made, log groups, roles, and the bucket with your code are shown first, and you are
    asked. Then each list is looked at once more. Your files stay as they are.
    Exit code 0: nothing is left; 1: something is, or could not be looked at; 2: no yes.
    """
    from workshop.cleaning.clean import clean as clean_all
    from workshop.cleaning.kinds import Account
    from workshop.clone import clone_folder
    from workshop.deploy.verb import asker
    from workshop.target import choose, prefix

    account = Account(choose(target, clone=clone_folder()), prefix(), typer.echo)
    raise typer.Exit(clean_all(account, asker(yes, typer.echo)))
