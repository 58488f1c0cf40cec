"""Log streams and their events, as moto keeps them.

Written on every invocation, so without moto's response classes: an event takes a microsecond.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.backend.log_groups import logs_backend, milliseconds
from sandbox.errors import NotModelled
from sandbox.store import LogRow

MOST_EVENTS = 10_000
"""Events kept in one log stream: the newest."""
MOST_BYTES = 16 * 1024 * 1024
"""Bytes of messages after which the older half of a log stream is dropped."""
MOST_STREAMS = 200
"""Streams that Lambda keeps in one log group: the newest."""

Event = tuple[int, str]
"""A timestamp in epoch milliseconds, and a message."""


@dataclass(frozen=True)
class Written:
    """What writing events did: ingested is epoch milliseconds.

    made, made_group: whether the stream, and its group, were made for them; dropped: streams that had to go
    for it.
    """

    ingested: int
    made: bool
    made_group: bool
    dropped: tuple[str, ...]


def write_events(account: str, region: str, group: str, stream: str, events: Sequence[Event]) -> Written:
    """Append events to a log stream; group and stream are made if missing.

    Bounded: MOST_EVENTS and MOST_BYTES a stream, MOST_STREAMS a group; what is older goes first.
    Subscription filters get nothing of it.
    """
    from moto.core.utils import utcnow
    from moto.logs.models import LogEvent

    made_group = group not in logs_backend(account, region).groups
    log_stream, made, dropped = _stream(account, region, group, stream)
    log_stream.last_ingestion_time = utcnow()
    ingested = int(time.time() * 1000)
    for timestamp, message in events:
        log_stream.events.append(LogEvent(ingested, {"timestamp": timestamp, "message": message}))
        log_stream.stored_bytes += len(message)
    log_stream.upload_sequence_token += 1
    _trim(log_stream)
    return Written(ingested, made, made_group, dropped)


def created_at(account: str, region: str, group: str, stream: str) -> int:
    """When a stream was made: epoch milliseconds."""
    return milliseconds(logs_backend(account, region).groups[group].streams[stream].creation_time)


def restore_stream(account: str, region: str, group: str, stream: str, created: int) -> bool:
    """Make a stream anew that was kept; whether its group is there. created: epoch milliseconds."""
    from moto.logs.models import LogStream

    found = logs_backend(account, region).groups.get(group)
    if found is None:
        return False
    made: Any = LogStream(found, stream)
    made.creation_time = _time(created)
    found.streams[stream] = made
    return True


def restore_events(rows: Iterable[LogRow]) -> None:
    """Append events that were kept, bounded as those that are written."""
    from moto.logs.models import LogEvent

    for row in rows:
        try:
            log_stream, _, _ = _stream(row.account, row.region, row.group, row.stream)
        except KeyError as error:
            raise NotModelled(f"the region '{row.region}'") from error
        log_stream.last_ingestion_time = _time(row.ingested)
        log_stream.events.append(LogEvent(row.ingested, {"timestamp": row.timestamp, "message": row.message}))
        log_stream.stored_bytes += len(row.message)
        _trim(log_stream)


def events_of(account: str, region: str, group: str, stream: str) -> list[LogRow]:
    """All events of a log stream, oldest first; none where there is no such stream."""
    found = logs_backend(account, region).groups.get(group)
    there = found.streams.get(stream) if found is not None else None
    return [
        LogRow(account, region, group, stream, event.timestamp, event.ingestion_time, event.message)
        for event in (there.events if there is not None else ())
    ]


def has_log_stream(account: str, region: str, group: str, stream: str) -> tuple[bool, bool]:
    """Whether the log group is there, and whether the stream is."""
    found = logs_backend(account, region).groups.get(group)
    return found is not None, found is not None and stream in found.streams


def _time(milliseconds: int) -> datetime:
    """A time as moto has it."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).replace(tzinfo=None)


def _stream(account: str, region: str, group: str, stream: str) -> tuple[Any, bool, tuple[str, ...]]:
    """A log stream, made if it is missing: whether it was, and which streams had to go for it."""
    from moto.logs.models import LogStream

    backend = logs_backend(account, region)
    backend.ensure_log_group(group)
    log_group = backend.groups[group]
    log_stream = log_group.streams.get(stream)
    if log_stream is not None:
        return log_stream, False, ()
    log_stream = log_group.streams[stream] = LogStream(log_group, stream)
    return log_stream, True, _drop_old_streams(log_group.streams)


def _trim(log_stream: Any) -> None:
    kept = log_stream.events
    if len(kept) > MOST_EVENTS * 1.1:
        del kept[:-MOST_EVENTS]
    if log_stream.stored_bytes > MOST_BYTES:
        del kept[: len(kept) // 2]
        log_stream.stored_bytes = sum(len(event.message) for event in kept)


def _drop_old_streams(streams: dict[str, Any]) -> tuple[str, ...]:
    ours = [name for name in streams if "[" in name]
    dropped = tuple(ours[: max(0, len(ours) - MOST_STREAMS)])
    for name in dropped:
        del streams[name]
    return dropped
