"""The parameters that expressions have replaced: Expected, ScanFilter, QueryFilter, KeyConditions …

They give the same objects as expressions do. Sources: Developer Guide, *Legacy conditional parameters*; the
words are those of architect/dynalite `validations/index.js` and its tests, which were checked against AWS.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.dynamodb.expressions.conditions import Condition
from sandbox.dynamodb.expressions.faults import invalid
from sandbox.dynamodb.expressions.item_tests import Test, test_of
from sandbox.dynamodb.expressions.key_conditions import Clause, KeyClauses
from sandbox.dynamodb.expressions.operators import Operand
from sandbox.dynamodb.expressions.paths import getter
from sandbox.dynamodb.expressions.projections import Projection
from sandbox.dynamodb.expressions.values import compare, kind_of
from sandbox.dynamodb.model import AttributeValue
from sandbox.dynamodb.values import stored
from sandbox.errors import AwsError

_OPERATORS = {
    "EQ": "=",
    "NE": "<>",
    "LE": "<=",
    "LT": "<",
    "GE": ">=",
    "GT": ">",
    "BETWEEN": "BETWEEN",
    "IN": "IN",
    "BEGINS_WITH": "begins_with",
    "CONTAINS": "contains",
    "NOT_CONTAINS": "contains",
    "NULL": "attribute_not_exists",
    "NOT_NULL": "attribute_exists",
}
_COUNTS = {"NULL": (0, 0), "NOT_NULL": (0, 0), "BETWEEN": (2, 2), "IN": (1, None)}
_SCALARS = ("S", "N", "B")
_TAKES = {
    **dict.fromkeys(("LE", "LT", "GE", "GT", "CONTAINS", "NOT_CONTAINS", "IN", "BETWEEN"), _SCALARS),
    "BEGINS_WITH": ("S", "B"),
}


def expected(given: Mapping[str, Mapping[str, Any]], conditional_operator: str | None = None) -> Condition:
    """What Expected asks of an item. Raises AwsError(ValidationException)."""
    wanted = {name: _of_expected(name, one) for name, one in given.items()}
    return _combined(wanted, conditional_operator)


def filters(given: Mapping[str, Mapping[str, Any]], conditional_operator: str | None = None) -> Condition:
    """What ScanFilter or QueryFilter asks of an item. Raises AwsError(ValidationException)."""
    return _combined({name: _of_condition(one) for name, one in given.items()}, conditional_operator)


def key_conditions(given: Mapping[str, Mapping[str, Any]]) -> KeyClauses:
    """What KeyConditions asks of keys. Raises AwsError(ValidationException)."""
    wanted = {name: _of_condition(one) for name, one in given.items()}
    if not 1 <= len(wanted) <= 2:
        raise invalid("Conditions can be of length 1 or 2 only")
    return KeyClauses([Clause(name, _OPERATORS[how], values) for name, (how, values) in wanted.items()])


def attributes_to_get(given: Sequence[str]) -> Projection:
    """What AttributesToGet leaves of an item. Raises AwsError(ValidationException)."""
    for place, name in enumerate(given):
        if name in given[:place]:
            raise wrong(f"Duplicate value in attribute name: {name}")
    return Projection([(name,) for name in given])


def wrong(message: str) -> AwsError:
    """A parameter that makes no sense."""
    return invalid(f"One or more parameter values were invalid: {message}")


_Wanted = tuple[str, list[AttributeValue]]


def _of_condition(one: Mapping[str, Any]) -> _Wanted:
    how = str(one.get("ComparisonOperator"))
    values = [stored(value) for value in one.get("AttributeValueList") or ()]
    _check_values(how, values)
    return how, values


def _of_expected(name: str, one: Mapping[str, Any]) -> _Wanted:
    how, exists, value, listed = (
        one.get(key) for key in ("ComparisonOperator", "Exists", "Value", "AttributeValueList")
    )
    if listed is not None and value is not None:
        raise wrong(f"Value and AttributeValueList cannot be used together for Attribute: {name}")
    if how is None:
        return _of_value(name, exists, value, listed)
    if exists is not None:
        raise wrong(f"Exists and ComparisonOperator cannot be used together for Attribute: {name}")
    if how not in ("NULL", "NOT_NULL") and listed is None and value is None:
        text = "Value or AttributeValueList must be used with ComparisonOperator"
        raise wrong(f"{text}: {how} for Attribute: {name}")
    values = [stored(entry) for entry in (listed if value is None else [value]) or ()]
    _check_values(str(how), values)
    return str(how), values


def _of_value(name: str, exists: Any, value: Any, listed: Any) -> _Wanted:
    if listed is not None:
        text = "AttributeValueList can only be used with a ComparisonOperator"
        raise wrong(f"{text} for Attribute: {name}")
    if exists is False:
        if value is not None:
            raise wrong(f"Value cannot be used when Exists is false for Attribute: {name}")
        return "NULL", []
    if value is None:
        told = "null" if exists is None else "true"
        raise wrong(f"Value must be provided when Exists is {told} for Attribute: {name}")
    return "EQ", [stored(value)]


def _check_values(how: str, values: Sequence[AttributeValue]) -> None:
    least, most = _COUNTS.get(how, (1, 1))
    if len(values) < least or (most is not None and len(values) > most):
        raise wrong(f"Invalid number of argument(s) for the {how} ComparisonOperator")
    kinds = [kind_of(value) for value in values]
    if len(set(kinds)) > 1:
        raise wrong("AttributeValues inside AttributeValueList must be of same type")
    for kind in kinds:
        if kind not in _TAKES.get(how, (kind,)):
            raise wrong(f"ComparisonOperator {how} is not valid for {kind} AttributeValue type")
    if how == "BETWEEN" and compare(values[0], values[1]) == 1:
        text = (
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
        )
        raise invalid(text)


def _combined(wanted: Mapping[str, _Wanted], conditional_operator: str | None) -> Condition:
    """All must hold, or with OR one. AWS wants two conditions where it is told how to combine them."""
    if conditional_operator is not None and not wanted:
        raise invalid("ConditionalOperator cannot be used without Filter or Expected")
    if conditional_operator is not None and len(wanted) == 1:
        raise invalid("ConditionalOperator can only be used when Filter or Expected has two or more elements")
    tests = [_test(name, how, values) for name, (how, values) in wanted.items()]
    enough = any if conditional_operator == "OR" else all
    return Condition(lambda item: enough(test(item) for test in tests), frozenset(wanted), frozenset())


def _test(name: str, how: str, values: Sequence[AttributeValue]) -> Test:
    get = getter((name,))
    operands = [Operand(get, (name,)), *map(_literal, values)]
    test = test_of(_OPERATORS[how], operands)
    if how != "NOT_CONTAINS":
        return test
    # A missing attribute neither contains a value nor does it not (scylladb test_expected.py).
    return lambda item: get(item) is not None and not test(item)


def _literal(value: AttributeValue) -> Operand:
    return Operand(lambda item: value, None, value, kind_of(value))
