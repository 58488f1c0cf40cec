"""What stands behind `=` in SET: values, paths, sums, functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sandbox.dynamodb.expressions.arithmetic import combined, incorrect_type
from sandbox.dynamodb.expressions.faults import Fault, invalid
from sandbox.dynamodb.expressions.operators import incorrect_type as incorrect_operand
from sandbox.dynamodb.expressions.operators import path_needed
from sandbox.dynamodb.expressions.paths import Elements, getter
from sandbox.dynamodb.expressions.tree import UPDATE_FUNCTIONS
from sandbox.dynamodb.model import AttributeValue, Item

Compute = Callable[[Item], AttributeValue]


class Term(NamedTuple):
    """A value to be set.

    compute: gives it for the item as it was; raises AwsError(ValidationException). path, literal: as of an
    operand. kind: its type where that is known beforehand.
    """

    compute: Compute
    path: Elements | None = None
    literal: AttributeValue | None = None
    kind: str | None = None


def literal_term(value: AttributeValue, kind: str) -> Term:
    """The value of a placeholder."""
    return Term(lambda item: value, None, value, kind)


def path_term(path: Elements) -> Term:
    """The value of an attribute, which must be there."""
    get = getter(path)

    def compute(item: Item) -> AttributeValue:
        value = get(item)
        if value is None:
            raise invalid("The provided expression refers to an attribute that does not exist in the item")
        return value

    return Term(compute, path)


def check_term(name: str, terms: list[Term]) -> None:
    """Pass what the operator or function takes. Raises Fault (architect/dynalite `test/updateItem.js`)."""
    if UPDATE_FUNCTIONS.get(name, len(terms)) != len(terms):
        text = "Incorrect number of operands for operator or function"
        raise Fault(f"{text}; operator or function: {name}, number of operands: {len(terms)}")
    if name == "if_not_exists":
        if terms[0].path is None:
            raise path_needed(name)
        return
    takes = "L" if name == "list_append" else "N"
    for term in terms:
        if term.literal is not None and term.kind != takes:
            raise incorrect_operand(name, str(term.kind))


def operation_term(name: str, terms: list[Term]) -> Term:
    """A sum, a difference, `if_not_exists` or `list_append`."""
    one, other = terms[0].compute, terms[1].compute
    if name == "if_not_exists":
        get = getter(terms[0].path or ("",))
        return Term(lambda item: get(item) or other(item), kind=terms[1].kind)
    if name == "list_append":
        return Term(lambda item: {"L": [*_members(one(item)), *_members(other(item))]}, kind="L")
    return Term(lambda item: combined(name, _number(one(item)), _number(other(item))), kind="N")


def _members(value: AttributeValue) -> list[AttributeValue]:
    if "L" not in value:
        raise incorrect_type()
    return list(value["L"])


def _number(value: AttributeValue) -> AttributeValue:
    if "N" not in value:
        raise incorrect_type()
    return value
