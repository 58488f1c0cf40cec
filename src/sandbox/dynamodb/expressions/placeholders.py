"""What stands for names and values in expressions: ExpressionAttributeNames, ExpressionAttributeValues.

Sources: cases ddb-empty-names, ddb-empty-values, ddb-value-without-colon, ddb-unused-names-read; the limits
of keys were captured from AWS by ExtendDB (`tests/test_expression_attribute_map_validation.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.dynamodb.expressions.faults import Fault, invalid
from sandbox.dynamodb.model import AttributeValue
from sandbox.dynamodb.values import NESTED_TOO_DEEPLY, stored
from sandbox.errors import AwsError

LONGEST_KEY = 255
_NAMES, _VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
_NAME_KEY = re.compile(r"#[A-Za-z0-9_]+")
_VALUE_KEY = re.compile(r":[A-Za-z0-9_]+")


class Placeholders:
    """Names and values of one request, and which of them its expressions have used.

    Made from the parameters as they came; None means that the parameter is absent, which {} does not.
    Raises AwsError(ValidationException) where AWS refuses them.

    >>> Placeholders({"#n": "name"}, None).name("#n")
    'name'
    """

    def __init__(self, names: Mapping[str, Any] | None, values: Mapping[str, Any] | None) -> None:
        if names is not None:
            _check_names(names)
        self._names: Mapping[str, str] = names or {}
        self._values: dict[str, AttributeValue] = {} if values is None else _checked_values(values)
        self._used: set[str] = set()

    def name(self, placeholder: str) -> str:
        """The name that stands behind `#placeholder`. Raises Fault."""
        self._used.add(placeholder)
        found = self._names.get(placeholder)
        if found is None:
            text = "An expression attribute name used in the document path is not defined; attribute name"
            raise Fault(f"{text}: {placeholder}")
        return found

    def value(self, placeholder: str) -> AttributeValue:
        """The value that stands behind `:placeholder`. Raises Fault."""
        self._used.add(placeholder)
        found = self._values.get(placeholder)
        if found is None:
            text = "An expression attribute value used in expression is not defined; attribute value"
            raise Fault(f"{text}: {placeholder}")
        return found

    def check_all_used(self) -> None:
        """To be called after all expressions of the request. Raises AwsError(ValidationException)."""
        for parameter, given in ((_NAMES, self._names), (_VALUES, self._values)):
            unused = [key for key in given if key not in self._used]
            if unused:
                told = ", ".join(unused)
                raise invalid(f"Value provided in {parameter} unused in expressions: keys: {{{told}}}")


# Told without the value's key (getmoto/moto `tests/test_dynamodb/test_dynamodb_update_expressions.py`,
# verified against AWS).
_EMPTY_SET = "set  may not be empty"


def _check_names(names: Mapping[str, Any]) -> None:
    if not names:
        raise invalid(f"{_NAMES} must not be empty")
    for key, name in names.items():
        _check_key(_NAMES, _NAME_KEY, key, f" size of key: {len(key)}")
        if name == "":
            raise invalid(f"{_NAMES} contains invalid value: Empty attribute name for key {key}")


def _checked_values(values: Mapping[str, Any]) -> dict[str, AttributeValue]:
    if not values:
        raise invalid(f"{_VALUES} must not be empty")
    for key in values:
        _check_key(_VALUES, _VALUE_KEY, key, "")
    checked = {}
    for key, value in values.items():
        try:
            checked[key] = stored(value)
        except AwsError as error:
            told_bare = error.message == NESTED_TOO_DEEPLY or error.message.endswith(_EMPTY_SET)
            if error.code != "ValidationException" or told_bare:
                raise
            text = f"{_VALUES} contains invalid value: {error.message} for key {key}"
            raise invalid(text) from error
    return checked


def _check_key(parameter: str, shape: re.Pattern[str], key: str, told: str) -> None:
    if len(key) > LONGEST_KEY:
        text = "The expression attribute map contains a key that is too long;"
        raise invalid(f"{parameter} contains invalid key: {text}{told}")
    if not shape.fullmatch(key):
        raise invalid(f'{parameter} contains invalid key: Syntax error; key: "{key}"')
