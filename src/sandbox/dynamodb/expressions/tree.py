"""What an expression is once it is read: paths, placeholders of values, operations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

CONDITION_FUNCTIONS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
    "size": 1,
}
UPDATE_FUNCTIONS = {"if_not_exists": 2, "list_append": 2}
COMPARATORS = frozenset(("=", "<>", "<", "<=", ">", ">="))
LOGICAL = frozenset(("AND", "OR", "NOT"))


@dataclass(frozen=True, slots=True)
class Path:
    """`a.#b[3]` is ("a", "#b", 3): names and placeholders of names are text, places in lists are numbers."""

    elements: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A placeholder of a value, such as `:v`."""

    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or a function with its operands.

    name: `=`, `<>`, `<`, `<=`, `>`, `>=`, `BETWEEN`, `IN`, `AND`, `OR`, `NOT`, `+`, `-` or a function's name.
    function: whether it was written as a function.
    """

    name: str
    operands: tuple[Node, ...]
    function: bool = False


Node = Path | Value | Operation


@dataclass(frozen=True, slots=True)
class Action:
    """One action of an update. verb: SET, REMOVE, ADD, DELETE; operand: what REMOVE lacks."""

    verb: str
    path: Path
    operand: Node | None


def walk(node: Node) -> Iterator[Node]:
    """`node` and all within it, from left to right, an operation before its operands."""
    yield node
    if isinstance(node, Operation):
        for operand in node.operands:
            yield from walk(operand)
