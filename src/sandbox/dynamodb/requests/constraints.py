"""What the service model forbids, found in a request and worded as AWS words it.

`2 validation errors detected: Value 'x' at 'select' failed to satisfy constraint: Member must …; Value …`

AWS has two frameworks that word it. The older, most operations': `Value '0' at 'limit' failed …`; the newer
one, of the operations in `NEWER`, tells lengths and ranges without the value: `Value at 'Limit' failed …`.
Sources: cases ddb-table-*, ddb-bad-returnvalues, ddb-batch-get-100, ddb-batch-empty,
ddb-createtable-attrtype; architect/dynalite `validations/index.js` (`checkValidations`);
nubo-db/dynamodb-conformance tier3; paritysuite/dynamodb-conformance `captures/cross-region-latest.json`
(probes o_*, s_*, c_*).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from sandbox.dynamodb.requests import shapes
from sandbox.dynamodb.requests.printing import java
from sandbox.dynamodb.requests.words import WRITES, invalid

MOST_TOLD = 10

NEWER = WRITES | {"Query", "BatchGetItem"}

NAME = "[a-zA-Z0-9_.-]+"
_NAME = re.compile(NAME)
_CONTROL = frozenset(("CreateTable", "DescribeTable", "DeleteTable", "UpdateTable", "UpdateTimeToLive"))

# AWS itself writes UPDATE_NEW, and does not say where (case ddb-bad-returnvalues).
_BAD_RETURN_VALUE = (
    "Failed to satisfy constraint: Member must satisfy enum value set: "
    "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]"
)


@dataclass(frozen=True)
class Place:
    """Where a value stands, as each of the two frameworks writes it. newer: which of them tells it."""

    older: str = ""
    newer: str = ""
    is_newer: bool = False
    owner: str = ""
    member: str = ""

    def of_member(self, owner: str, name: str) -> Place:
        """The place of the member `name` of a structure of the shape `owner`."""
        before = self.older and f"{self.older}.", self.newer and f"{self.newer}."
        return Place(before[0] + shapes.lower_first(name), before[1] + name, self.is_newer, owner, name)

    def of_element(self, key: object) -> Place:
        """The place of an element of a list (from 1) or a map."""
        return replace(
            self, older=f"{self.older}.{key}.member", newer=f"{self.newer}.{key}.member", owner="", member=""
        )


def check(operation: str, shape: StructureShape, parameters: dict[str, Any]) -> None:
    """Pass parameters, read by their types, that the model allows. Raises AwsError(ValidationException)."""
    if "TableName" in shape.members:
        _check_table_name(operation, parameters.get("TableName"))
    if operation == "BatchWriteItem" and parameters.get("RequestItems") == {}:
        raise invalid("The requestItems parameter is required for BatchWriteItem")
    place = Place(is_newer=operation in NEWER)
    most = 1 if operation == "UpdateItem" else MOST_TOLD
    told = list(islice(_in_structure(shape, parameters, place), most))
    if told:
        raise invalid(f"{len(told)} validation error{'s' * (len(told) > 1)} detected: {'; '.join(told)}")


def _check_table_name(operation: str, name: str | None) -> None:
    """AWS checks the name of the table first, and tells no other error beside its own."""
    if name is None and operation in _CONTROL:
        raise invalid("The parameter 'TableName' is required but was not present in the request")
    place = Place("tableName", "TableName", operation in NEWER)
    told = [_null(place)] if name is None else list(_of_table_name(name, place, operation in _CONTROL))
    if told:
        raise invalid(f"{len(told)} validation error{'s' * (len(told) > 1)} detected: {'; '.join(told)}")


def _of_table_name(name: str, place: Place, is_control: bool) -> Iterator[str]:
    """An ARN, or a name: of three letters at least where a table is made or managed."""
    if name.startswith("arn:"):
        return
    least = 3 if is_control else 1
    if not name and not is_control:
        yield _length(place, "''", f"greater than or equal to {least}")
        return
    if not _NAME.fullmatch(name):
        yield _failed(place, f"'{name}'", f"satisfy regular expression pattern: {NAME}")
    if len(name) < least:
        yield _failed(place, f"'{name}'", f"have length greater than or equal to {least}")
    if len(name) > 255:
        yield _failed(place, f"'{name}'", "have length less than or equal to 255")


def _in(shape: Shape, value: Any, place: Place) -> Iterator[str]:
    if shape.name == "AttributeValue" or value is None:
        return
    if shape.name == "TableArn":
        if place.older != "tableName":
            yield from _of_table_name(value, place, False)
    elif isinstance(shape, StructureShape):
        yield from _in_structure(shape, value, place)
    elif isinstance(shape, ListShape):
        yield from _of_length(shape, value, place)
        for number, each in enumerate(value, 1):
            yield from _in(shape.member, each, place.of_element(number))
    elif isinstance(shape, MapShape):
        yield from _in_map(shape, value, place)
    elif shape.type_name == "string":
        yield from _of_string(shape, value, place)
    elif shape.type_name in ("integer", "long"):
        yield from _of_range(shape, value, place)


def _in_structure(shape: StructureShape, value: dict[str, Any], place: Place) -> Iterator[str]:
    required, left_alone = shapes.required(shape), shapes.left_alone(shape)
    for name, member in shapes.members(shape):
        where = place.of_member(shape.name, name)
        given = value.get(name)
        if given is None and name in required and where.older != "tableName":
            yield _null(where)
        elif given is not None and name not in left_alone:
            yield from _in(member, given, where)


def _in_map(shape: MapShape, value: dict[str, Any], place: Place) -> Iterator[str]:
    yield from _of_length(shape, value, place)
    allows = _key_test(shape.key)
    if not all(map(allows, value)):
        told = ", ".join(_of_keys(shape.key))
        yield _failed(place, f"'{java(shape, value)}'", told, "Map keys must satisfy constraint: [{}]")
    least, most = shapes.limits(shape.value)
    lists = isinstance(shape.value, ListShape)
    if lists and not all(_within(len(each), least, most) for each in value.values() if each is not None):
        told = ", ".join(_of_limits(least, most))
        yield _failed(place, f"'{java(shape, value)}'", told, "Map value must satisfy constraint: [{}]")
    if shape.value.name == "AttributeValue":
        return
    for key, each in value.items():
        if not lists:
            yield from _in(shape.value, each, place.of_element(key))
            continue
        for number, element in enumerate(each or (), 1):
            yield from _in(shape.value.member, element, place.of_element(key).of_element(number))


def _key_test(shape: Shape) -> Callable[[str], bool]:
    """Whether a key of a map is allowed."""
    if shape.name == "TableArn":
        return lambda key: key.startswith("arn:") or (0 < len(key) <= 255 and bool(_NAME.fullmatch(key)))
    least, most = shapes.limits(shape)
    return lambda key: _within(len(key), least, most)


def _of_keys(shape: Shape) -> list[str]:
    if shape.name == "TableArn":
        return [*_of_limits(1, 255), f"Member must satisfy regular expression pattern: {NAME}"]
    return _of_limits(*shapes.limits(shape))


def _of_limits(least: int | None, most: int | None) -> list[str]:
    told = []
    if most is not None:
        told.append(f"Member must have length less than or equal to {most}")
    if least is not None:
        told.append(f"Member must have length greater than or equal to {least}")
    return told


def _within(length: int, least: int | None, most: int | None) -> bool:
    return (least is None or length >= least) and (most is None or length <= most)


def _of_string(shape: Shape, value: str, place: Place) -> Iterator[str]:
    allowed = shapes.enumeration(shape)
    if allowed and value not in allowed:
        if shape.name == "ReturnValue":
            yield _BAD_RETURN_VALUE
        else:
            yield _failed(place, f"'{value}'", f"satisfy enum value set: [{', '.join(allowed)}]")
    pattern = shapes.pattern(shape)
    if pattern is not None and not pattern.fullmatch(value):
        told = shape.metadata["pattern"]
        yield _failed(place, f"'{value}'", f"satisfy regular expression pattern: {told}")
    yield from _of_length(shape, value, place)


def _of_length(shape: Shape, value: Any, place: Place) -> Iterator[str]:
    least, most = shapes.limits(shape, place.owner, place.member)
    if least is not None and len(value) < least:
        yield _length(place, f"'{java(shape, value)}'", f"greater than or equal to {least}")
    if most is not None and len(value) > most:
        yield _length(place, f"'{java(shape, value)}'", f"less than or equal to {most}")


def _of_range(shape: Shape, value: int, place: Place) -> Iterator[str]:
    least, most = shapes.limits(shape)
    if least is not None and value < least:
        yield _bound(place, f"'{value}'", f"have value greater than or equal to {least}")
    if most is not None and value > most:
        yield _bound(place, f"'{value}'", f"have value less than or equal to {most}")


def _length(place: Place, value: str, bound: str) -> str:
    return _bound(place, value, f"have length {bound}")


def _bound(place: Place, value: str, must: str) -> str:
    if place.is_newer:
        return f"Value at '{place.newer}' failed to satisfy constraint: Member must {must}"
    return _failed(place, value, must)


def _null(place: Place) -> str:
    return _failed(place, "null", "not be null")


def _failed(place: Place, value: str, must: str, form: str = "Member must {}") -> str:
    return f"Value {value} at '{place.older}' failed to satisfy constraint: {form.format(must)}"
