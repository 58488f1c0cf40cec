"""The verb `workshop begin`, and what is asked then: the language, what to go on from, whether to deploy."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from workshop.verbs.options import LabArgument, Language, TargetOption

if TYPE_CHECKING:
    from workshop.beginning import Own
    from workshop.catalogue import Lab

From = Literal["own", "ours"]


def begin(
    lab: LabArgument,
    language: Annotated[
        Language | None, typer.Option(help="The language of your code; asked once, Python by default.")
    ] = None,
    source: Annotated[
        From | None,
        typer.Option("--from", help="Go on from your own work on the lab before, or from our answer."),
    ] = None,
    deploy: Annotated[
        bool | None,
        typer.Option("--deploy/--no-deploy", help="Deploy it at once, or do not ask.", show_default=False),
    ] = None,
    target: TargetOption = None,
) -> None:
    """Copy a lab to work/, where you do it.

    workshop begin 1

    From lab 2 on it goes on from the lab before: you are asked whether from your own work or from our answer.
    Where what the labs before make does not run, you are asked whether to deploy it.
    Your own files are never overwritten; files that are missing are put back.
    """
    from workshop import lifecycle
    from workshop.catalogue import find_lab
    from workshop.clone import clone_folder
    from workshop.status import where_am_i

    clone = clone_folder()
    found = find_lab(clone, lab)
    chosen = language or lifecycle.language_of(clone, found) or _ask_language()
    is_new = not lifecycle.has_begun(clone, found)
    typer.echo(_begin(clone, found, chosen, source) if is_new else _complete(clone, found, chosen, source))
    if deploy or (deploy is None and is_new and _wants_layers_below(clone, found, chosen, target)):
        from workshop.deploy.verb import deploy as deploy_lab

        typer.echo("")
        raise typer.Exit(deploy_lab(found.key, None, target, yes=False, say=typer.echo, clone=clone))
    typer.echo(f"\n{where_am_i(clone)}")


def _complete(clone: Path, lab: Lab, language: str, source: From | None) -> str:
    from workshop import beginning, lifecycle

    if source is not None:
        raise beginning.has_begun_already(clone, lab)
    return lifecycle.begin(clone, lab, language)


def _begin(clone: Path, lab: Lab, language: str, source: From | None) -> str:
    """Puts the folder there, from the learner's own work or from ours; returns what it was made of."""
    from workshop import beginning, lifecycle

    found = beginning.own_work(clone, lab, language)
    if isinstance(found, str):
        if source == "own":
            raise beginning.no_own_work(lab, found)
        return "\n\n".join(filter(None, (found, lifecycle.begin(clone, lab, language))))
    if (source or _ask_source(found)) == "own":
        said = lifecycle.begin(clone, lab, language, found.grown.files, found.notes())
        return f"{said}\n\n{found.taken()}".rstrip()
    return f"{lifecycle.begin(clone, lab, language)}\n\n{found.passed_over()}"


def _ask_language() -> str:
    if not sys.stdin.isatty():
        typer.echo("In Python, as nobody is there to ask; for Node.js: --language nodejs\n")
        return "python"
    return _ask("In which language do you write your code, python or nodejs?", ("python", "nodejs"))


def _ask_source(own: Own) -> str:
    """Whether to go on from the learner's work or from ours; where nobody is there: own, if it has passed."""
    if not own.grown.yours:
        return "own"  # nothing to choose: all is ours, and what does not fit is said
    typer.echo(f"{own.offer()}\n")
    default, other = ("own", "ours") if own.passed else ("ours", "own")
    words = {"own": "your own work", "ours": "our answer"}
    if not sys.stdin.isatty():
        typer.echo(f"From {words[default]}, as nobody is there to ask; from {words[other]}: --from {other}\n")
        return default
    question = "Go on from your own work, or from our answer? (own, ours; diff shows how they differ)"
    while (answer := _ask(question, ("own", "ours", "diff"), default)) == "diff":
        typer.echo(f"\n{own.difference()}\n")
    typer.echo("")
    return answer


def _ask(question: str, answers: tuple[str, ...], default: str | None = None) -> str:
    """One of the answers, asked for until it is one."""
    answer = ""
    while answer not in answers:
        answer = str(typer.prompt(question, default=default or answers[0])).strip().lower()
    return answer


def _wants_layers_below(clone: Path, lab: Lab, language: str, target_text: str | None) -> bool:
    """Whether to deploy what the labs before make: asked where it does not run, and somebody is there."""
    from workshop import beginning, target
    from workshop.errors import NotRunning

    if lab.number == 1:
        return False
    labs = "lab 1 makes" if lab.number == 2 else f"labs 1 to {lab.number - 1} make"
    name, type_this = target.prefix(os.environ), f"workshop deploy {lab.number}"
    try:
        chosen = target.choose(target_text, os.environ, clone)
    except NotRunning:
        typer.echo(f"\nWhether what {labs} is deployed is not known: the local AWS is not running.")
        typer.echo(f"Once it runs, this makes what is missing: {type_this}")
        return False
    missing = beginning.not_standing(clone, lab, language, chosen, name)
    if not missing:
        return False
    typer.echo(f"\nWhat {labs} does not all run: the stack {name} has no output {', '.join(missing)}.")
    if not sys.stdin.isatty():
        typer.echo(f"Your copy makes it as it is, without any edit of yours: {type_this}")
        return False
    return typer.confirm("Your copy makes it as it is. Deploy it now?", default=True)
