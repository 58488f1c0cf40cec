"""The operators of conditions as functions of items. A missing attribute satisfies `<>` and nothing else."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from sandbox.dynamodb.expressions.operators import Operand
from sandbox.dynamodb.expressions.values import begins_with, comparable, compare, contains, equal, kind_of
from sandbox.dynamodb.model import AttributeValue, Item

Test = Callable[[Item], bool]
Relation = Callable[[AttributeValue, AttributeValue], bool]

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_RELATIONS: dict[str, Relation] = {"begins_with": begins_with, "contains": contains}


def test_of(name: str, operands: Sequence[Operand]) -> Test:
    """The test that the comparison or function `name` makes of an item."""
    if name in _RELATIONS:
        return _related(_RELATIONS[name], *operands)
    if name in _ORDERS:
        return _ordered(_ORDERS[name], *operands)
    return _OTHERS[name](*operands)


def _equal(left: Operand, right: Operand) -> Test:
    return _related(equal, left, right)


def _unequal(left: Operand, right: Operand) -> Test:
    same = _related(equal, left, right)
    return lambda item: not same(item)


def _related(relation: Relation, left: Operand, right: Operand) -> Test:
    get, other = left.get, right.get
    if right.literal is not None:
        literal = right.literal

        def test_literal(item: Item) -> bool:
            value = get(item)
            return value is not None and relation(value, literal)

        return test_literal

    def test(item: Item) -> bool:
        one, two = get(item), other(item)
        return one is not None and two is not None and relation(one, two)

    return test


def _ordered(holds: Callable[[Any, Any], bool], left: Operand, right: Operand) -> Test:
    get, other = left.get, right.get
    if right.literal is not None:
        kind = kind_of(right.literal)
        limit = comparable(kind, right.literal[kind])

        def test_literal(item: Item) -> bool:
            value = get(item)
            return value is not None and kind in value and holds(comparable(kind, value[kind]), limit)

        return test_literal

    def test(item: Item) -> bool:
        one, two = get(item), other(item)
        if one is None or two is None:
            return False
        order = compare(one, two)
        return order is not None and holds(order, 0)

    return test


def _between(middle: Operand, low: Operand, high: Operand) -> Test:
    above = _ordered(operator.ge, middle, low)
    below = _ordered(operator.le, middle, high)
    return lambda item: above(item) and below(item)


def _in(wanted: Operand, *listed: Operand) -> Test:
    get = wanted.get
    getters = [one.get for one in listed]

    def test(item: Item) -> bool:
        value = get(item)
        if value is None:
            return False
        found = (other(item) for other in getters)
        return any(one is not None and equal(value, one) for one in found)

    return test


def _exists(attribute: Operand) -> Test:
    get = attribute.get
    return lambda item: get(item) is not None


def _not_exists(attribute: Operand) -> Test:
    get = attribute.get
    return lambda item: get(item) is None


def _of_type(attribute: Operand, name: Operand) -> Test:
    return _related(lambda value, wanted: wanted["S"] in value, attribute, name)


_OTHERS: dict[str, Callable[..., Test]] = {
    "=": _equal,
    "<>": _unequal,
    "BETWEEN": _between,
    "IN": _in,
    "attribute_exists": _exists,
    "attribute_not_exists": _not_exists,
    "attribute_type": _of_type,
}
