"""The verb of a class: `lock`."""

from __future__ import annotations

from typing import Annotated

import typer

from workshop.errors import Problem


def lock(
    labs: Annotated[
        list[str] | None, typer.Argument(metavar="[LAB]...", help="Which labs; without it, all of them.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it opens: 16:30, or 2026-11-24T16:30.")
    ] = None,
    word: Annotated[str | None, typer.Option(metavar="WORD", help="A word of yours that opens it.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Take the lock away.")] = False,
) -> None:
    """Lock solutions and last hints for a class: for instructors, before the clone is handed out.

    workshop lock --until 16:30 --word otter

    It writes class.toml into the clone. Without --until and --word only taking it away opens it.
    """
    from workshop import solution_lock
    from workshop.catalogue import find_lab
    from workshop.catalogue import labs as all_labs
    from workshop.clone import clone_folder

    clone = clone_folder()
    if open_ and (until or word):
        raise Problem("--open", "--until or --word beside it", "one or the other", "workshop lock --open")
    chosen = [find_lab(clone, lab) for lab in labs] if labs else all_labs(clone)
    locks = solution_lock.read(clone)
    for lab in chosen:
        locks.pop(lab.number, None)
        if not open_:
            moment = solution_lock.time_of(until) if until else None
            locks[lab.number] = solution_lock.Lock(moment, solution_lock.hashed(word) if word else None)
    solution_lock.write(clone, locks)
    for lab in all_labs(clone):
        held = locks.get(lab.number)
        typer.echo(f"Lab {lab.number}: {f'locked; it waits for {held.told()}' if held else 'open'}")
    if locks:
        typer.echo(f"Do next: hand {solution_lock.FILE} out with the clone. `make bundle` takes it along.")
