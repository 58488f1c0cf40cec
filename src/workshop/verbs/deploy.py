"""The verb `workshop deploy`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workshop.verbs.options import TargetOption


def deploy(
    lab: Annotated[
        str | None,
        typer.Argument(
            metavar="[LAB]", help="Its number or its name; without it, the lab you have begun last."
        ),
    ] = None,
    work: Annotated[
        Path | None, typer.Option("--work", metavar="DIR", help="Folder with your labs, in place of work/.")
    ] = None,
    target: TargetOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Answer every question with yes.")] = False,
    sam: Annotated[
        bool, typer.Option("--sam", help="Let the AWS SAM CLI do it, and show the commands.")
    ] = False,
) -> None:
    """Deploy your copy of a lab through CloudFormation.

    workshop deploy 1

    What will change is said first, and you are asked before anything of yours is deleted. A failure is
    explained, with the line of your template. With --sam the AWS SAM CLI builds and deploys; it is
    installed when you first ask for it.
    Exit code 0: deployed, or nothing to do; 1: the template or the deployment failed; 2: not begun, or a
    question without a yes; 130: Ctrl-C, and CloudFormation goes on.
    """
    from workshop.deploy.verb import deploy as deploy_lab

    raise typer.Exit(deploy_lab(lab, work, target, yes, sam, say=typer.echo))
