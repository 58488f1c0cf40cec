"""Attribute values: which of them DynamoDB stores, and how it writes them.

Sources: cases ddb-empty-string-set, ddb-duplicate-set, ddb-nesting, ddb-number-text, ddb-number-precision;
architect/dynalite `validations/index.js` (`validateAttributeValue`, checked against AWS);
nubo-db/dynoxide `tests/nesting_depth.rs` (captured: 31 maps around a value are stored, 32 are not).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from sandbox.dynamodb import numbers, serialization
from sandbox.dynamodb.model import AttributeValue
from sandbox.errors import AwsError

MOST_LEVELS = 32
"""Levels of a value, its own among them: a string in an attribute is on the first."""

KINDS = ("S", "B", "N", "BOOL", "NULL", "BS", "NS", "SS", "L", "M")
"""The types of values, in the order in which DynamoDB reads them."""

NESTED_TOO_DEEPLY = (
    "Nesting Levels have exceeded supported limits: "
    "Attributes in the item have nested levels beyond supported limit"
)
NO_TYPE = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
TWO_TYPES = (
    "Supplied AttributeValue has more than one datatypes set, "
    "must contain exactly one of the supported datatypes"
)
_BAD = "One or more parameter values were invalid: "
_EMPTY_SET = {
    "SS": f"{_BAD}An string set  may not be empty",
    "NS": f"{_BAD}An number set  may not be empty",
    "BS": f"{_BAD}Binary sets should not be empty",
}
_TRUE, _FALSE = ("TRUE", "1", "YES"), ("FALSE", "0", "NO")


def stored(value: Any, prefix: str = "", level: int = 1) -> AttributeValue:
    """One value as DynamoDB keeps it: the same, with its numbers in canonical text.

    prefix: how the messages begin; level: of lists and maps, how deep the value stands.
    Raises AwsError: ValidationException, SerializationException where the JSON is of another type.

    >>> stored({"L": [{"N": "1.50"}]})
    {'L': [{'N': '1.5'}]}
    """
    if type(value) is dict and len(value) == 1:
        ((kind, content),) = value.items()
        if kind == "S" and type(content) is str:
            return value
        read = _READ.get(kind)
        if read is not None and content is not None:
            kept = read(content, prefix, level)
            return value if kept is content else {kind: kept}
    return _odd(value, prefix, level)


def _odd(value: Any, prefix: str, level: int) -> AttributeValue:
    """A value that does not have one known type: refused, but for members DynamoDB does not know."""
    if value is not None and not isinstance(value, dict):
        raise serialization.not_a_structure(value, "AttributeValue", inside=True)
    given = {kind: value[kind] for kind in KINDS if value and value.get(kind) is not None}
    kept = {kind: _READ[kind](content, prefix, level) for kind, content in given.items()}
    if len(kept) != 1:
        raise _invalid(prefix + (TWO_TYPES if kept else NO_TYPE))
    return kept


def _string(content: Any, prefix: str, level: int) -> str:
    if type(content) is str:
        return content
    raise serialization.not_a_scalar(content, "String")


def _number(content: Any, prefix: str, level: int) -> str:
    if type(content) is not str:
        raise serialization.not_a_scalar(content, "String")
    try:
        return numbers.canonical(content)
    except AwsError as error:
        raise _invalid(prefix + error.message) from error


def _binary(content: Any, prefix: str, level: int) -> str:
    """Base64 text, of which no other spelling of the same bytes is taken."""
    if type(content) is str:
        try:
            raw = base64.b64decode(content)
        except ValueError as error:
            raise serialization.not_a_blob(content) from error
        if base64.b64encode(raw).decode() == content:
            return content
    raise serialization.not_a_blob(content)


def _boolean(content: Any, prefix: str, level: int) -> bool:
    """A boolean, or one of the words that AWS takes for it."""
    if type(content) is bool:
        return content
    word = content.upper() if isinstance(content, str) else None
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise serialization.not_a_scalar(content, "Boolean")


def _null(content: Any, prefix: str, level: int) -> bool:
    if not _boolean(content, prefix, level):
        raise _invalid(f"{prefix}{_BAD}Null attribute value types must have the value of true")
    return True


def _members(kind: str, content: Any, prefix: str) -> list[Any]:
    if not isinstance(content, list):
        raise serialization.not_a_list(content)
    if not content:
        raise _invalid(prefix + _EMPTY_SET[kind])
    return content


def _strings(content: Any, prefix: str, level: int) -> list[str]:
    members = [_string(member, prefix, level) for member in _members("SS", content, prefix)]
    if len(set(members)) != len(members):
        # With the prefix, since June 2026, the strings are quoted; without it they are not.
        told = json.dumps(members, ensure_ascii=False) if prefix else f"[{', '.join(members)}]"
        raise _invalid(f"{prefix}{_BAD}Input collection {told} contains duplicates.")
    return members


def _numbers(content: Any, prefix: str, level: int) -> list[str]:
    members = [_number(member, prefix, level) for member in _members("NS", content, prefix)]
    if len(set(members)) != len(members):
        raise _invalid(f"{prefix}Input collection contains duplicates")
    return members


def _binaries(content: Any, prefix: str, level: int) -> list[str]:
    members = [_binary(member, prefix, level) for member in _members("BS", content, prefix)]
    if len(set(members)) != len(members):
        told = ", ".join(members)
        raise _invalid(f"{prefix}{_BAD}Input collection [{told}]of type BS contains duplicates.")
    return members


def _list(content: Any, prefix: str, level: int) -> list[AttributeValue]:
    if not isinstance(content, list):
        raise serialization.not_a_list(content)
    _check_depth(content, prefix, level)
    return [stored(value, prefix, level + 1) for value in content]


def _map(content: Any, prefix: str, level: int) -> dict[str, AttributeValue]:
    if not isinstance(content, dict):
        raise serialization.not_a_map(content, "AttributeValue")
    _check_depth(content, prefix, level)
    return {name: stored(value, prefix, level + 1) for name, value in content.items()}


def _check_depth(content: Any, prefix: str, level: int) -> None:
    if content and level >= MOST_LEVELS:
        raise _invalid(prefix + NESTED_TOO_DEEPLY)


def _invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message, 400)


_READ: dict[str, Callable[[Any, str, int], Any]] = {
    "S": _string,
    "N": _number,
    "B": _binary,
    "BOOL": _boolean,
    "NULL": _null,
    "SS": _strings,
    "NS": _numbers,
    "BS": _binaries,
    "L": _list,
    "M": _map,
}
