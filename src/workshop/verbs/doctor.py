"""The verb `workshop doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from workshop.verbs.options import TargetOption


def doctor(
    url: Annotated[
        str | None,
        typer.Argument(
            metavar="[URL|PATH]",
            help="Of a request to an API; a path such as /users is asked of the stack's APIs.",
            show_default=False,
        ),
    ] = None,
    method: Annotated[
        str | None, typer.Option("--method", "-X", help="GET without it, POST with --data.")
    ] = None,
    data: Annotated[str | None, typer.Option("--data", "-d", help="The body, as JSON.")] = None,
    invoke: Annotated[
        bool, typer.Option("--invoke", help="Invoke the function directly, too, to see its result.")
    ] = False,
    stack: Annotated[
        str | None,
        typer.Option("--stack", help="Whose APIs are asked where no URL is named; without it, yours."),
    ] = None,
    target: TargetOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Find out why an API answers as it does, layer by layer, and say how to mend it.

    workshop doctor http://127.0.0.1:4566/_aws/execute-api/API-ID/users --data '{"userId": "ada"}'

    It sends this one request and reads everything else. Exit code 0: healthy; 1: the cause was found;
    4: it was not, and what was ruled out is said.
    """
    from workshop.clone import clone_folder
    from workshop.doctor import verb
    from workshop.doctor.asking import Wish

    wish = Wish(method, data, invoke)
    raise typer.Exit(verb.doctor(url, stack, wish, target, json, typer.echo, clone_folder()))
