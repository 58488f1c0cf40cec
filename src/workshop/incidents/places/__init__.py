"""What of a stack an incident may change: each place is read before, and put back as it was.

read(stack)             the place as it is, as plain data
restore(stack, before)  puts back what differs from what was read; asked twice it does nothing more
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workshop.incidents.places import function, http_api, rest_api, role, table
from workshop.incidents.stack import Stack

Plain = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """read: what it is like now. restore: makes it what it was like."""

    read: Callable[[Stack], Plain]
    restore: Callable[[Stack, Plain], None]


PLACES: Mapping[str, Place] = {
    "table": Place(table.read, table.restore),
    "role": Place(role.read, role.restore),
    "code": Place(function.read_code, function.restore_code),
    "configuration": Place(function.read_configuration, function.restore_configuration),
    "concurrency": Place(function.read_concurrency, function.restore_concurrency),
    "permission": Place(function.read_permission, function.restore_permission),
    "http": Place(http_api.read, http_api.restore),
    "rest": Place(rest_api.read, rest_api.restore),
}
"""By their names: in the order in which they are put back, from the table outwards."""


def read(stack: Stack) -> dict[str, Plain]:
    """The whole stack as it is, by place. This is a read-only operation."""
    return {"stack": {"StackId": stack.id}} | {name: place.read(stack) for name, place in PLACES.items()}


def restore(stack: Stack, before: Mapping[str, Plain], places: frozenset[str]) -> None:
    """Puts these places back as they were."""
    for name, place in PLACES.items():
        if name in places:
            place.restore(stack, before[name])
