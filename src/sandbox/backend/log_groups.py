"""Log groups and their streams, read as moto keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from sandbox.errors import NotModelled


class LogEvent(Protocol):
    """One event. Times are epoch milliseconds; event_id grows with each event of the sandbox."""

    event_id: int
    timestamp: int
    ingestion_time: int
    message: str


class LogStream(Protocol):
    """One stream; events in the order in which they came."""

    arn: str
    log_stream_name: str
    creation_time: datetime
    last_ingestion_time: datetime | None
    upload_sequence_token: int
    stored_bytes: int
    events: list[LogEvent]


class LogGroup(Protocol):
    """One group. retention_in_days: None for ever."""

    arn: str
    name: str
    creation_time: datetime
    retention_in_days: int | None
    streams: dict[str, LogStream]


def log_groups(account: str, region: str) -> Mapping[str, LogGroup]:
    """The groups of an account in a region, under their names. Raises NotModelled for an unknown region."""
    try:
        found: Mapping[str, LogGroup] = logs_backend(account, region).groups
    except KeyError as error:
        raise NotModelled(f"the region '{region}'") from error
    return found


def milliseconds(time: datetime) -> int:
    """A time of moto's, which has no zone, in epoch milliseconds."""
    from moto.core.utils import unix_time_millis

    return int(unix_time_millis(time))


@cache
def logs_backend(account: str, region: str) -> Any:
    """moto's state of CloudWatch Logs. Raises KeyError for a region there is not."""
    from moto.logs.models import logs_backends

    return logs_backends[account][region]


def forget_backends() -> None:
    """Look moto's backends up anew: after a reset they are others."""
    logs_backend.cache_clear()
