"""`%check`, `%hint` and `%trace`: the verbs of the same names, in a notebook and against what it talks to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from workshop.clone import clone_folder
from workshop.errors import Problem
from workshop.target import Target

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from workshop.checking.reports.card import Card
    from workshop.tracing.pair import Waterfalls
    from workshop.tracing.waterfall import Waterfall

NAMES = ("check", "hint", "trace")

Given = TypeVar("Given")


def register(shell: InteractiveShell, target: Target, clone: Callable[[], Path] = clone_folder) -> None:
    """Gives the shell `%check`, `%hint` and `%trace`. clone: says where the labs are, when it is asked."""

    def check(line: str) -> Card:
        """`%check 1`: check a lab; without a number, the one you have begun last."""
        return _or_usage_error(lambda: check_lab(clone(), target, *words(line, "%check 1", 1)))

    def hint(line: str) -> None:
        """`%hint 1 partition-key`: the next hint; without a check, for the first one that fails."""
        print(_or_usage_error(lambda: give_hint(clone(), *words(line, "%hint 1 partition-key", 2))))

    def trace(line: str) -> Waterfall | Waterfalls:
        """`%trace`: the way of the last request; `%trace ID` of another; `%trace ID ID` of two."""
        return _or_usage_error(lambda: draw(target, *words(line, "%trace $first $second", 2)))

    manager: Any = shell.magics_manager
    for name, magic in zip(NAMES, (check, hint, trace), strict=True):
        manager.register_function(magic, magic_kind="line", magic_name=name)


def unregister(shell: InteractiveShell) -> None:
    """Takes them back."""
    for name in NAMES:
        shell.magics_manager.magics["line"].pop(name, None)


def words(line: str, example: str, most: int) -> list[str]:
    """What was typed behind the magic's name. Raises Problem for more than `most` words."""
    typed = line.split()
    if len(typed) > most:
        raise Problem(
            "what was typed behind the magic's name", line, "no more than in the example below", example
        )
    return typed


def check_lab(clone: Path, target: Target, lab: str | None = None) -> Card:
    """Checks a lab in this process; the card shows itself in a notebook. Raises Problem, BrokenGraders."""
    from workshop.checking import command
    from workshop.checking.reports.card import Card

    order = command.order(clone, clone / "work", lab)
    return Card(command.carry_out(order, target), clone, order.log)


def give_hint(clone: Path, lab: str | None = None, check: str | None = None) -> str:
    """The next hint, in words. Raises Problem where there is none."""
    from workshop.catalogue import find_lab
    from workshop.checking import command
    from workshop.hints import next_hint

    key = lab or command.order(clone, clone / "work").keys[0]
    return next_hint(clone, find_lab(clone, key), check)


def draw(target: Target, *wanted: str) -> Waterfall | Waterfalls:
    """The way of a request over time; of two side by side. Without an id it is the last one's.

    Raises NotRunning; Problem where there is no such request. This is a read-only operation.
    """
    from workshop.tracing.pair import Waterfalls
    from workshop.tracing.show import traced
    from workshop.tracing.waterfall import Waterfall

    ways = [traced(target, one) for one in wanted or ("last",)]
    return Waterfall(ways[0]) if len(ways) == 1 else Waterfalls(ways[0], ways[1])


def _or_usage_error(act: Callable[[], Given]) -> Given:
    """What `act` gives; a Problem is shown by IPython as words, without a traceback."""
    from IPython.core.error import UsageError

    try:
        return act()
    except Problem as problem:
        raise UsageError(f"The workshop cannot go on.\n{problem}") from problem
