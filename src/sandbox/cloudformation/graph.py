"""Which resource needs which: the order in which a stack is made and taken down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.cloudformation.intrinsics import Scope, get_att, sub_names, sub_parts
from sandbox.cloudformation.wording import invalid

Graph = Mapping[str, frozenset[str]]
"""Logical id → the logical ids it needs."""


def references(value: Any, scope: Scope | None = None) -> Iterator[tuple[str, str]]:
    """`("Ref" or "Fn::GetAtt", name)` of all that a value refers to.

    With a scope, only the branch of each Fn::If that its condition takes.
    """
    if isinstance(value, list):
        for item in value:
            yield from references(item, scope)
    elif isinstance(value, dict) and len(value) == 1:
        yield from _of_function(*next(iter(value.items())), scope)
    elif isinstance(value, dict):
        for member in value.values():
            yield from references(member, scope)


def _of_function(name: str, argument: Any, scope: Scope | None) -> Iterator[tuple[str, str]]:
    if name == "Ref":
        if isinstance(argument, str):
            yield "Ref", argument
    elif name == "Fn::GetAtt":
        logical_id, attribute = get_att(argument)
        yield "Fn::GetAtt", logical_id
        yield from references(attribute, scope)
    elif name == "Fn::Sub":
        yield from _of_sub(argument, scope)
    elif name == "Fn::If" and scope is not None and isinstance(argument, list) and len(argument) == 3:
        if argument[0] in scope.conditions:
            yield from references(argument[1 if scope.holds(argument[0]) else 2], scope)
    else:
        yield from references(argument, scope)


def _of_sub(argument: Any, scope: Scope | None) -> Iterator[tuple[str, str]]:
    text, own = sub_parts(argument)
    for name in sub_names(text):
        if name in own:
            continue
        if "." in name:
            yield "Fn::GetAtt", name.split(".")[0]
        else:
            yield "Ref", name
    yield from references(own, scope)


def check_circles(graph: Graph) -> None:
    """Raise AwsError if resources need one another in a circle, naming them."""
    left = {name: set(needs) & graph.keys() for name, needs in graph.items()}
    _peel(left)
    # What needs a circle is not part of one: peel from the other side too.
    needed_by = {name: {other for other, needs in left.items() if name in needs} for name in left}
    _peel(needed_by)
    if needed_by:
        raise invalid(f"Circular dependency between resources: [{', '.join(sorted(needed_by))}]")


def _peel(left: dict[str, set[str]]) -> None:
    """Take away, again and again, what has no edge any more."""
    while free := [name for name, edges in left.items() if not edges]:
        for name in free:
            del left[name]
        for edges in left.values():
            edges.difference_update(free)


def needing(graph: Graph) -> dict[str, frozenset[str]]:
    """The graph the other way round: logical id → those that need it."""
    return {name: frozenset(other for other, needs in graph.items() if name in needs) for name in graph}
