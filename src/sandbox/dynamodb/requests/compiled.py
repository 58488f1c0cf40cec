"""The service model's checks of one operation, made ready once: a plain request passes without a walk.

What is not plain at first sight (a long name, a nested structure) is read and checked slowly and exactly, by
`types` and `constraints`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from botocore.model import MapShape, Shape, StructureShape

from sandbox.dynamodb.requests import constraints, shapes, types
from sandbox.dynamodb.requests.words import Parameters

Test = Callable[[Any], bool]

_PLAIN_TABLE = re.compile(r"[a-zA-Z0-9_.-]{3,255}").fullmatch


class Operation:
    """The checks of one operation's parameters."""

    def __init__(self, name: str, shape: StructureShape) -> None:
        self._name = name
        self._shape = shape
        self._required = tuple(shapes.required(shape))
        self._tests = {member: _test(of) for member, of in shape.members.items()}

    def read(self, parameters: Parameters) -> dict[str, Any]:
        """The parameters without nulls and without members DynamoDB does not know.

        Attribute values are looked at by the operation's own rules.
        Raises AwsError: SerializationException, ValidationException.
        """
        given = {}
        for name, value in parameters.items():
            test = self._tests.get(name)
            if test is None or value is None:
                continue
            if not test(value):
                return self._read_slowly(parameters)
            given[name] = value
        for name in self._required:
            if name not in given:
                return self._read_slowly(parameters)
        return given

    def check_types(self, parameters: Parameters) -> None:
        """Pass parameters whose JSON has the types of the model. Raises AwsError(SerializationException)."""
        types.read(self._shape, dict(parameters), exact=True)

    def _read_slowly(self, parameters: Parameters) -> dict[str, Any]:
        given: dict[str, Any] = types.read(self._shape, dict(parameters))
        constraints.check(self._name, self._shape, given)
        return given


@cache
def operation(name: str) -> Operation | None:
    """The checks of an operation; None for one without parameters, or that DynamoDB does not have."""
    shape = shapes.input_of(name)
    return None if shape is None else Operation(name, shape)


def _test(shape: Shape) -> Test:
    """Whether a value passes at first sight."""
    if shape.name == "TableArn":
        return lambda value: type(value) is str and _PLAIN_TABLE(value) is not None
    if shape.type_name == "boolean":
        return lambda value: type(value) is bool
    if shape.type_name == "string":
        return _string_test(shape)
    if shape.type_name in ("integer", "long"):
        return _range_test(shape)
    if isinstance(shape, MapShape) and shape.value.name == "AttributeValue":
        return lambda value: type(value) is dict
    if shape.name == "ExpressionAttributeNameMap":
        return lambda value: type(value) is dict and all(type(name) is str for name in value.values())
    return lambda value: False


def _string_test(shape: Shape) -> Test:
    allowed = frozenset(shapes.enumeration(shape))
    if allowed:
        return lambda value: type(value) is str and value in allowed
    least, most = shapes.limits(shape)
    low, high = least or 0, float("inf") if most is None else most
    pattern = shapes.pattern(shape)
    if pattern is None:
        return lambda value: type(value) is str and low <= len(value) <= high
    matches = pattern.fullmatch
    return lambda value: type(value) is str and low <= len(value) <= high and matches(value) is not None


def _range_test(shape: Shape) -> Test:
    least, most = shapes.limits(shape)
    low = float("-inf") if least is None else least
    high = float("inf") if most is None else most
    return lambda value: type(value) is int and low <= value <= high
