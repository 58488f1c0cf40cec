"""The verb `target`."""

from __future__ import annotations

from typing import Annotated

import typer


def target(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[sandbox|aws]", help="What to choose; without it, what is chosen is said."),
    ] = None,
    profile: Annotated[
        str | None, typer.Option("--profile", metavar="P", help="A profile of ~/.aws; only for aws.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="R", help="A region; without it, the profile's.")
    ] = None,
    boundary: Annotated[
        str | None,
        typer.Option(
            "--boundary", metavar="ARN", help="The permissions boundary that every role gets; only for aws."
        ),
    ] = None,
) -> None:
    """Choose where the labs run: on the local AWS, or in an AWS account of your own.

    workshop target aws --profile workshop --region eu-west-1

    The choice is for this clone and for all verbs, until you choose again; --target of a verb is for this
    once. Nothing is made by it. Keys that lie about in the environment are never used for an account, and
    AWS_ENDPOINT_URL is not looked at there.
    """
    from workshop.clone import clone_folder
    from workshop.target.verb import Wish, choose_target, said

    clone = clone_folder()
    if name is None and not (profile or region or boundary):
        typer.echo(said(clone))
    else:
        typer.echo(choose_target(clone, Wish(name, profile, region, boundary)))
