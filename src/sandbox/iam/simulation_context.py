"""The context entries of a simulation: checked by their types, and written as a request would have them.

Source: IAM API Reference, *ContextEntry*; answers of SimulateCustomPolicy recorded by
github.com/radkawar/stackd, testdata/aws/iam/simulation.json and simulation_inputs.json.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.errors import AwsError

TYPES = ("binary", "ip", "boolean", "numeric", "date", "string")
_LIST = "List"
# In the order in which IAM lists them.
_ALL_TYPES = (
    "binary, ipList, booleanList, ip, boolean, numericList, dateList, numeric, date, stringList, string, "
    "binaryList"
)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_SHORTEST_NAME, _LONGEST_NAME = 5, 256


def invalid(message: str) -> AwsError:
    """The simulator's refusal of its input."""
    return AwsError("InvalidInput", message, 400)


def violation(field: str, constraint: str) -> AwsError:
    """IAM's refusal of a parameter that breaks a constraint of the service model."""
    text = f"1 validation error detected: Value at '{field}' failed to satisfy constraint: {constraint}"
    return AwsError("ValidationError", text, 400)


def context_of(entries: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Condition key in lower case → its values. Raises AwsError where an entry is wrong."""
    context: dict[str, tuple[str, ...]] = {}
    for number, entry in enumerate(entries, 1):
        if not entry:
            continue
        name = str(entry.get("ContextKeyName") or "")
        kind = entry.get("ContextKeyType")
        _check_form(name, kind, number)
        if name.lower() in context:
            raise invalid(f"Duplicate context key: {name}.")
        context[name.lower()] = _values(name, kind, entry.get("ContextKeyValues") or ())
    return context


def _check_form(name: str, kind: str | None, number: int) -> None:
    field = f"contextEntries.{number}.member"
    if not name:
        raise invalid("ContextKeyName cannot be null or empty.")
    if len(name) < _SHORTEST_NAME:
        limit = f"Member must have length greater than or equal to {_SHORTEST_NAME}"
        raise violation(f"{field}.contextKeyName", limit)
    if len(name) > _LONGEST_NAME:
        limit = f"Member must have length less than or equal to {_LONGEST_NAME}"
        raise violation(f"{field}.contextKeyName", limit)
    if kind is None:
        raise invalid(f"Context key {name} has invalid type null.")
    if kind.removesuffix(_LIST) not in TYPES:
        raise violation(f"{field}.contextKeyType", f"Member must satisfy enum value set: [{_ALL_TYPES}]")


def _values(name: str, kind: Any, given: Sequence[str]) -> tuple[str, ...]:
    if not given:
        raise invalid(f"Context values for context key {name} cannot be null or empty.")
    if not kind.endswith(_LIST) and len(given) > 1:
        raise invalid(f"Context key {kind} expected a single value, but received {len(given)}.")
    read = _READERS[kind.removesuffix(_LIST)]
    try:
        return tuple(read(value) for value in given)
    except ValueError as error:
        raise invalid(f"Invalid context value for key {name}: expected {error}.") from error


def _boolean(value: str) -> str:
    """Whatever is not true is false."""
    return "true" if value.lower() == "true" else "false"


def _numeric(value: str) -> str:
    if not _NUMBER.fullmatch(value):
        raise ValueError("numeric format")
    return str(Decimal(value))


def _date(value: str) -> str:
    if _NUMBER.fullmatch(value):
        return value
    try:
        datetime.fromisoformat(f"{value}-01" if re.fullmatch(r"\d{4}-\d\d", value) else value)
    except ValueError as error:
        raise ValueError("DateTime format") from error
    return value


def _ip(value: str) -> str:
    try:
        ipaddress.ip_address(value)
    except ValueError as error:
        raise ValueError("IP address") from error
    return value


def _binary(value: str) -> str:
    try:
        base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("base-64 encoded binary format") from error
    return value


_READERS: dict[str, Callable[[str], str]] = {
    "string": str,
    "boolean": _boolean,
    "numeric": _numeric,
    "date": _date,
    "ip": _ip,
    "binary": _binary,
}
