"""Stack events, and which of them says why a deployment failed. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

STACK = "AWS::CloudFormation::Stack"

_CONSEQUENCE = re.compile(r"^Resource (?:creation|update|deletion) (?:cancelled|Initiated)", re.I)
"""What CloudFormation says of resources that failed only because another one had."""


@dataclass(frozen=True)
class Event:
    """One event of a stack. of_stack: it is about the stack itself. at: when, with its zone."""

    id: str
    logical_id: str
    kind: str
    physical_id: str
    status: str
    reason: str
    at: datetime
    of_stack: bool

    @property
    def failed(self) -> bool:
        return self.status.endswith("_FAILED")

    @property
    def ends(self) -> bool:
        """Whether it is the stack's last event of an operation."""
        return self.of_stack and is_final(self.status)


@dataclass(frozen=True)
class Failure:
    """Why an operation failed: the first reason. also: what else failed for reasons of its own."""

    logical_id: str
    kind: str
    status: str
    reason: str
    also: tuple[str, ...] = ()
    physical_id: str = ""


def is_final(status: str) -> bool:
    """Whether a stack stays in this status until somebody does something.

    >>> [is_final(one) for one in ("UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")]
    [True, False]
    """
    return not status.endswith("_IN_PROGRESS")


def parse(said: Mapping[str, Any]) -> Event:
    """An event of DescribeStackEvents' answer."""
    return Event(
        id=said["EventId"],
        logical_id=said.get("LogicalResourceId", ""),
        kind=said.get("ResourceType", ""),
        physical_id=said.get("PhysicalResourceId", ""),
        status=said.get("ResourceStatus", ""),
        reason=said.get("ResourceStatusReason", ""),
        at=said["Timestamp"],
        of_stack=said.get("ResourceType") == STACK and said.get("PhysicalResourceId") == said.get("StackId"),
    )


def first_failure(events: Sequence[Event]) -> Failure | None:
    """The first reason in `events`, which come oldest first; None if nothing failed.

    A resource's reason is better than the stack's, which only counts them (*The following resource(s)
    failed to create: …*).
    """
    failed = [event for event in events if event.failed and event.reason]
    causes = [event for event in failed if not event.of_stack and not _CONSEQUENCE.match(event.reason)]
    if not causes:  # an output that cannot be told, say: the stack alone knows, and goes back
        back = [one for one in events if one.of_stack and "ROLLBACK_IN_PROGRESS" in one.status and one.reason]
        causes = [event for event in failed if event.of_stack] or back or failed
    if not causes:
        return None
    first, others = causes[0], causes[1:]
    also = tuple(
        dict.fromkeys(
            one.logical_id for one in others if one.logical_id != first.logical_id and not one.of_stack
        )
    )
    return Failure(first.logical_id, first.kind, first.status, first.reason, also, first.physical_id)
