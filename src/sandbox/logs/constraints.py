"""What the service model forbids, in AWS's words.

`1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must …`
Sources: cases log-limit; localstack/localstack, tests/aws/services/logs/*.snapshot.json (recorded on AWS in
February 2026); what is missing: amazon-archives/cloudwatch-logs-centralize-logs#5; a length before a pattern:
aws/amazon-genomics-cli#430; for the patterns and bounds botocore's `logs/2014-03-28/service-2.json`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from sandbox.api_call import ApiCall
from sandbox.backend import protocols, shapes
from sandbox.dynamodb.requests.printing import java
from sandbox.logs.faults import invalid

_LONG_NAME = "Invalid LogGroup or LogStream, both must have length less than or equal to 512."
_RESERVED = "Log groups starting with AWS/ are reserved for AWS."
_NAMES = ("LogGroupName", "LogStreamName")
_NAME_LENGTH = 512
_UNTOLD = ("LogGroupIdentifier",)
"""What AWS does not repeat in its words: getmoto/moto, test_get_log_events_using_arn (aws_verified)."""
_RETENTION = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""Days that PutRetentionPolicy takes (API Reference, *PutRetentionPolicy*)."""


def check(call: ApiCall) -> None:
    """Pass a call whose parameters the model allows.

    Raises AwsError: InvalidParameterException, SerializationException for what has another type.
    """
    shape = _input(call.operation)
    if shape is None:
        return
    misfit = shapes.misfit(call)
    if misfit is not None and misfit.code == "SerializationException":
        raise misfit
    told = list(_in_structure(shape, call.parameters, ""))
    if call.operation == "PutRetentionPolicy" and not told:
        told = list(_retention(call.parameters["retentionInDays"]))
    if _LONG_NAME in told:
        raise invalid(_LONG_NAME)
    if told:
        raise invalid(f"{len(told)} validation error{'s' * (len(told) > 1)} detected: {'; '.join(told)}")
    if call.operation == "CreateLogGroup" and call.parameters["logGroupName"].lower().startswith("aws/"):
        raise invalid(_RESERVED)


@cache
def _input(operation: str) -> StructureShape | None:
    model = protocols.service_model("logs")
    return model.operation_model(operation).input_shape if operation in model.operation_names else None


@cache
def _form(pattern: str) -> Any:
    """A pattern of the model, compiled; Python's own `re` does not know Java's classes such as \\p{L}."""
    if "\\p" not in pattern:
        return re.compile(pattern)
    import regex

    return regex.compile(pattern)


def _retention(days: int) -> Iterator[str]:
    if days not in _RETENTION:
        allowed = ", ".join(map(str, _RETENTION))
        yield _failed(f"'{days}'", "retentionInDays", f"satisfy enum value set: [{allowed}]")


def _in_structure(shape: StructureShape, value: dict[str, Any], place: str) -> Iterator[str]:
    for name, member in shape.members.items():
        where = f"{place}.{name}" if place else name
        given = value.get(name)
        if given is not None:
            yield from _in(member, given, where)
        elif name in shape.required_members:
            yield _failed("null", where, "not be null")


def _in(shape: Shape, value: Any, place: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        yield from _in_structure(shape, value, place)
    elif isinstance(shape, ListShape):
        yield from _length(shape, value, place)
        for number, each in enumerate(value, 1):
            yield from _in(shape.member, each, f"{place}.{number}.member")
    elif isinstance(shape, MapShape):
        yield from _length(shape, value, place)
    elif shape.type_name == "string":
        yield from _of_string(shape, value, place)
    elif shape.type_name in ("integer", "long"):
        yield from _of_range(shape, value, place)


def _of_string(shape: Shape, value: str, place: str) -> Iterator[str]:
    if shape.name in _NAMES and len(value) > _NAME_LENGTH:
        yield _LONG_NAME
        return
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield _failed(f"'{value}'", place, f"satisfy enum value set: [{', '.join(allowed)}]")
    yield from _length(shape, value, place)
    pattern = shape.metadata.get("pattern")
    if pattern is not None and not _form(pattern).fullmatch(value):
        shown = "" if shape.name in _UNTOLD else f" '{value}'"
        must = f"Member must satisfy regular expression pattern: {pattern}"
        yield f"Value{shown} at '{place}' failed to satisfy constraint: {must}"


def _length(shape: Shape, value: Any, place: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        yield _failed(f"'{java(shape, value)}'", place, f"have length greater than or equal to {least}")
    if most is not None and len(value) > most:
        yield _failed(f"'{java(shape, value)}'", place, f"have length less than or equal to {most}")


def _of_range(shape: Shape, value: int, place: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        yield _failed(f"'{value}'", place, f"have value greater than or equal to {least}")
    if most is not None and value > most:
        yield _failed(f"'{value}'", place, f"have value less than or equal to {most}")


def _failed(value: str, place: str, must: str) -> str:
    return f"Value {value} at '{place}' failed to satisfy constraint: Member must {must}"
