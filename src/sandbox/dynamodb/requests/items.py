"""What PutItem, UpdateItem, DeleteItem and GetItem refuse before they look at a table.

The order is architect/dynalite's (`validations/putItem.js` …, checked against AWS). Expressions, their names
and values, Expected and AttributeUpdates are read by `sandbox.dynamodb.expressions`, after these rules.
"""

from __future__ import annotations

from typing import Any

from sandbox.dynamodb.requests.use import Use, check_use
from sandbox.dynamodb.requests.words import ONE_ERROR, bad_values, invalid
from sandbox.dynamodb.values import stored

_CONDITIONS = ("Expected", "ConditionalOperator")
_WRITE = Use(("ConditionExpression",), _CONDITIONS, ("Expected",), is_write=True)
_UPDATE = Use(
    ("UpdateExpression", "ConditionExpression"),
    ("AttributeUpdates", *_CONDITIONS),
    ("Expected",),
    is_write=True,
)
_READ = Use(("ProjectionExpression",), ("AttributesToGet",))


def put_item(given: dict[str, Any]) -> None:
    """The rules of PutItem. Raises AwsError."""
    check_use(given, _WRITE)
    store(given, "Item", ONE_ERROR)
    _check_old_values_only(given)


def delete_item(given: dict[str, Any]) -> None:
    """The rules of DeleteItem. Raises AwsError."""
    check_use(given, _WRITE)
    store(given, "Key", ONE_ERROR)
    _check_old_values_only(given)


def update_item(given: dict[str, Any]) -> None:
    """The rules of UpdateItem. Raises AwsError."""
    check_use(given, _UPDATE)
    store(given, "Key", ONE_ERROR)


def get_item(given: dict[str, Any]) -> None:
    """The rules of GetItem. Raises AwsError."""
    check_use(given, _READ)
    store(given, "Key")
    check_attributes_to_get(given)


def store(given: dict[str, Any], name: str, prefix: str = "") -> None:
    """Put the attribute values of the parameter `name` as they are stored. Raises AwsError."""
    given[name] = {attribute: stored(value, prefix) for attribute, value in given[name].items()}


def check_attributes_to_get(given: dict[str, Any]) -> None:
    """Pass attributes that are named once. Raises AwsError."""
    seen = set()
    for name in given.get("AttributesToGet", ()):
        if name in seen:
            raise bad_values(f"Duplicate value in attribute name: {name}")
        seen.add(name)


def _check_old_values_only(given: dict[str, Any]) -> None:
    """Case ddb-put-returnvalues."""
    if given.get("ReturnValues", "NONE") not in ("NONE", "ALL_OLD"):
        raise invalid("ReturnValues can only be ALL_OLD or NONE")
