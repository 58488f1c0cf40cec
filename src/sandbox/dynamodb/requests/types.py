"""Parameters read as the service model has them: the types of their JSON, and what AWS takes for them.

AWS reads a whole request before it checks any of it; what has another type is a SerializationException
(sandbox/dynamodb/serialization.py).
"""

from __future__ import annotations

import math
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from sandbox.dynamodb import serialization, values
from sandbox.errors import AwsError

_JAVA = {"string": "String", "boolean": "Boolean", "integer": "Integer", "long": "Long", "double": "Double"}


def read(shape: Shape, value: Any, *, inside: bool = False, exact: bool = False) -> Any:
    """`value` with its nulls and unknown members left out, and its words for booleans as booleans.

    inside: whether it stands in a list or map; exact: whether attribute values are looked at to their ends,
    and not as far as `values.stored` takes them. Raises AwsError(SerializationException).
    """
    if value is None:
        return None
    if shape.name == "AttributeValue" and not exact:
        return _attribute_value(value, inside)
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            raise serialization.not_a_structure(value, shape.name, inside=inside)
        members = shape.members
        known = {
            name: read(members[name], each, exact=exact) for name, each in value.items() if name in members
        }
        return {name: each for name, each in known.items() if each is not None}
    if isinstance(shape, ListShape):
        if not isinstance(value, list):
            raise serialization.not_a_list(value, inside=inside)
        return [_read_inside(shape.member, each, exact) for each in value]
    if isinstance(shape, MapShape):
        if not isinstance(value, dict):
            raise serialization.not_a_map(value, _java_type(shape.value), inside=inside)
        return {name: _read_inside(shape.value, each, exact) for name, each in value.items()}
    return _scalar(shape.type_name, value)


def _attribute_value(value: Any, inside: bool) -> Any:
    """An attribute value as it is stored; one that cannot be is left to the rules, which know its place."""
    if not isinstance(value, dict):
        raise serialization.not_a_structure(value, "AttributeValue", inside=inside)
    try:
        return values.stored(value)
    except AwsError as error:
        if error.code != "ValidationException":
            raise
        return value


def _read_inside(shape: Shape, value: Any, exact: bool) -> Any:
    """An element of a list or map; a null where more is inside counts as nothing inside."""
    if value is None and isinstance(shape, StructureShape | MapShape):
        return {}
    if value is None and isinstance(shape, ListShape):
        return []
    return read(shape, value, inside=True, exact=exact)


def _java_type(shape: Shape) -> str:
    """The type of a map's values in AWS's Java."""
    if isinstance(shape, ListShape):
        return f"java.util.List<com.amazonaws.dynamodb.v20120810.{shape.member.name}>"
    return "java.lang.String" if shape.type_name == "string" else shape.name


def _scalar(kind: str, value: Any) -> Any:
    if kind == "blob":
        return values.stored({"B": value})["B"]
    if kind == "boolean":
        return values.stored({"BOOL": value})["BOOL"]
    if kind == "string":
        if type(value) is str:
            return value
        raise serialization.not_a_scalar(value, "String")
    if type(value) not in (int, float) or not math.isfinite(value):
        raise serialization.not_a_scalar(value, _JAVA.get(kind, "Long"))
    return math.floor(value) if kind in ("integer", "long") else value
