"""A stack as CloudFormation tells of it: state, events as they come, outputs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from workshop.deploy.events import Event, parse

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.03, 1.5, 1.6
"""Seconds between two looks at the events: short at first and after news, then longer and longer,
because AWS throttles DescribeStackEvents for a whole account."""

Show = Callable[[list[Event]], None]


@dataclass(frozen=True)
class State:
    """A stack that is there. outputs, tags: by name. protected: termination protection is on."""

    id: str
    name: str
    status: str
    reason: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    protected: bool = False
    tags: dict[str, str] = field(default_factory=dict)


def state(client: Any, stack: str) -> State | None:
    """The stack's state, by its name or id; None if there is none. This is a read-only operation."""
    try:
        said = client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if is_missing(error):
            return None
        raise
    if said["StackStatus"] == "DELETE_COMPLETE":
        return None
    return State(
        id=said["StackId"],
        name=said["StackName"],
        status=said["StackStatus"],
        reason=said.get("StackStatusReason", ""),
        outputs={one["OutputKey"]: one["OutputValue"] for one in said.get("Outputs", [])},
        protected=bool(said.get("EnableTerminationProtection")),
        tags={one["Key"]: one["Value"] for one in said.get("Tags", [])},
    )


def is_missing(error: ClientError) -> bool:
    """Whether the error says that there is no such stack; the code alone does not tell."""
    said = error.response["Error"]
    return said["Code"] == "ValidationError" and "does not exist" in said.get("Message", "")


def events_after(client: Any, stack_id: str, known: frozenset[str]) -> list[Event]:
    """The events that are not `known`, oldest first. This is a read-only operation."""
    new: list[Event] = []
    for page in client.get_paginator("describe_stack_events").paginate(StackName=stack_id):
        for said in page["StackEvents"]:  # the newest is first
            if said["EventId"] in known:
                return new[::-1]
            new.append(parse(said))
    return new[::-1]


def before_this_operation(client: Any, stack_id: str) -> frozenset[str]:
    """The ids of all events but the stack's newest and what came after it."""
    events = events_after(client, stack_id, frozenset())
    newest = max((place for place, event in enumerate(events) if event.of_stack), default=0)
    return frozenset(event.id for event in events[:newest])


def follow(
    client: Any,
    stack_id: str,
    known: frozenset[str],
    show: Show,
    sleep: Callable[[float], object] = time.sleep,
) -> list[Event]:
    """Shows the stack's events as they come, until the stack is done; returns them, oldest first.

    The last one tells the state that the stack ended in.
    """
    seen: list[Event] = []
    pause = FIRST_PAUSE
    while True:
        new = events_after(client, stack_id, known)
        known |= {event.id for event in new}
        seen += new
        show(new)
        ends = [place for place, event in enumerate(seen) if event.ends]
        if ends:
            return seen[: ends[-1] + 1]
        pause = FIRST_PAUSE if new else min(pause * GROWTH, LONGEST_PAUSE)
        sleep(pause)
