"""PutLogEvents: what a batch may be, and which of its events are taken.

Sources: API Reference, *PutLogEvents* (the limits; RejectedLogEventsInfo); the words: case log-order,
nhs-england-tools/terraform-aws-opennext issue 27, maxbanton/cwh issue 101, and "cannot span more than 24
hours" as quoted in aws-logs libraries (phpnexus/cwh, jbuck/awslogger).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.backend.log_groups import LogGroup
from sandbox.backend.log_streams import Event
from sandbox.logs.faults import invalid
from sandbox.logs.reading import OVERHEAD

Json = dict[str, Any]

MOST_BYTES = 1024 * 1024
"""Of a batch, and of one event."""
_HOUR = 3600 * 1000
_DAY = 24 * _HOUR
_OLDEST = 14 * _DAY
_NEWEST = 2 * _HOUR


@dataclass(frozen=True)
class Batch:
    """taken: the events that are kept; rejected: what is told of the others."""

    taken: list[Event]
    rejected: Json


def batch(group: LogGroup, events: list[Json], now: int) -> Batch:
    """Sort out what is too old, too new or expired. now: epoch milliseconds.

    Raises AwsError for a batch that is too large, not in order, or of more than 24 hours.
    """
    _check_sizes([len(event["message"].encode()) + OVERHEAD for event in events])
    times = [int(event["timestamp"]) for event in events]
    if times != sorted(times):
        raise invalid("Log events in a single PutLogEvents request must be in chronological order.")
    expired = now - group.retention_in_days * _DAY if group.retention_in_days else 0
    old = sum(time < now - _OLDEST for time in times)
    gone = sum(time < expired for time in times)
    new = sum(time <= now + _NEWEST for time in times)
    first = max(old, gone)
    valid = times[first:new]
    if valid and valid[-1] - valid[0] > _DAY:
        raise invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
        )
    rejected: Json = {}
    if old:
        rejected["tooOldLogEventEndIndex"] = old
    if gone > old:
        rejected["expiredLogEventEndIndex"] = gone
    if new < len(times):
        rejected["tooNewLogEventStartIndex"] = new
    return Batch([(int(event["timestamp"]), event["message"]) for event in events[first:new]], rejected)


def _check_sizes(sizes: list[int]) -> None:
    largest = max(sizes)
    if largest > MOST_BYTES:
        raise invalid(f"Log event too large: {largest} bytes exceeds limit of {MOST_BYTES}")
    if sum(sizes) > MOST_BYTES:
        raise invalid(f"Upload too large: {sum(sizes)} bytes exceeds limit of {MOST_BYTES}")
