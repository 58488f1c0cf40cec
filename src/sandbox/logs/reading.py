"""GetLogEvents and FilterLogEvents: events in the order of their times, page by page.

A page has 1 MB or 10,000 events at most (API Reference of both). AWS also ends pages before that, or gives
empty ones with a token: here a page is full as long as there is something to fill it with.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from sandbox.api_call import ApiCall
from sandbox.backend.log_groups import LogEvent, LogGroup
from sandbox.logs import patterns
from sandbox.logs.faults import invalid, no_stream
from sandbox.logs.places import bad_token, group_of, read_token, stream_of, token

Json = dict[str, Any]

MOST_EVENTS = 10_000
MOST_BYTES = 1024 * 1024
OVERHEAD = 26
"""Bytes that an event counts beside its message."""
_SINCE_2024 = 1_704_067_200_000
"""From when on FilterLogEvents goes backwards: 2024-01-01, in epoch milliseconds."""


class _Event(NamedTuple):
    """An event and its id, which gives the order. AWS's ids too begin with the time, as ms * 2^144."""

    id: int
    stream: str
    event: LogEvent


def get(call: ApiCall, account: str) -> Json:
    """GetLogEvents: the events of one stream, the newest if nothing else is asked for."""
    given = call.parameters
    stream = stream_of(group_of(call, account), given["logStreamName"])
    began, ended = _times(given)
    found = sorted(
        _numbered(event, stream.log_stream_name)
        for event in stream.events
        if began <= event.timestamp and (ended is None or event.timestamp < ended)
    )
    asked = given.get("nextToken")
    direction, place = _read_place(asked) if asked else ("f" if given.get("startFromHead") else "b", None)
    if direction == "f":
        page = _page(iter(found if place is None else [one for one in found if one.id > place]), given)
    else:
        left = found if place is None else [one for one in found if one.id < place]
        page = _page(reversed(left), given)[::-1]
    first, last = (page[0].id, page[-1].id) if page else (place or began << 144, place or began << 144)
    return {
        "events": [
            {"timestamp": event.timestamp, "message": event.message, "ingestionTime": event.ingestion_time}
            for _, _, event in page
        ],
        "nextForwardToken": _place("f", last),
        "nextBackwardToken": _place("b", first),
    }


def filtered(call: ApiCall, account: str) -> Json:
    """FilterLogEvents: the events of a group, of all streams together, that pass a pattern."""
    given = call.parameters
    pattern = patterns.parse(given.get("filterPattern", ""))
    if given.get("logStreamNames") and given.get("logStreamNamePrefix"):
        raise invalid("logStreamNamePrefix and logStreamNames are mutually exclusive parameters.")
    group = group_of(call, account)
    began, ended = _times(given)
    descending = given.get("startFromHead") is False
    if descending and began < _SINCE_2024:
        raise invalid("startFromHead false needs a startTime on or after Jan 1, 2024 00:00:00 UTC.")
    place = None
    if given.get("nextToken"):
        name, way, last = read_token(given["nextToken"], (str, bool, str))
        if name != group.name or not last.isdecimal():
            raise bad_token()
        descending, place = way, int(last)
    events = [
        one
        for stream in _streams(group, given)
        for one in (_numbered(event, stream) for event in group.streams[stream].events)
        if began <= one.event.timestamp
        and (ended is None or one.event.timestamp <= ended)
        and (place is None or (one.id < place if descending else one.id > place))
    ]
    events.sort(reverse=descending)
    passing = (one for one in events if pattern.passes(one.event.message))
    page = _page(passing, given)
    more = {"nextToken": token(group.name, descending, str(page[-1].id))} if _is_left(page, passing) else {}
    return {"events": [_told(one) for one in page], "searchedLogStreams": [], **more}


def _times(given: Json) -> tuple[int, int | None]:
    """startTime and endTime in epoch milliseconds; None where there is no end."""
    began, ended = int(given.get("startTime", 0)), given.get("endTime")
    if ended is not None and began > ended:
        raise invalid("startTime must be less than or equal to endTime.")
    return began, ended


def _streams(group: LogGroup, given: Json) -> list[str]:
    names, prefix = given.get("logStreamNames"), given.get("logStreamNamePrefix", "")
    if names:
        if any(name not in group.streams for name in names):
            raise no_stream()
        return list(dict.fromkeys(names))
    return [name for name in group.streams if name.startswith(prefix)]


def _numbered(event: LogEvent, stream: str) -> _Event:
    return _Event((event.timestamp << 144) + event.event_id, stream, event)


def _page(events: Iterator[_Event], given: Json) -> list[_Event]:
    """As many events as a page takes; the one that did not fit is gone from the iterator."""
    page: list[_Event] = []
    size = 0
    for one in islice(events, int(given.get("limit") or MOST_EVENTS)):
        size += len(one.event.message.encode()) + OVERHEAD
        page.append(one)
        if size >= MOST_BYTES:
            break
    return page


def _is_left(page: list[_Event], events: Iterator[_Event]) -> bool:
    return bool(page) and next(events, None) is not None


def _told(one: _Event) -> Json:
    return {
        "logStreamName": one.stream,
        "timestamp": one.event.timestamp,
        "message": one.event.message,
        "ingestionTime": one.event.ingestion_time,
        "eventId": f"{one.id:056d}",
    }


def _place(direction: str, place: int) -> str:
    return f"{direction}/{place:056d}/s"


def _read_place(text: str) -> tuple[str, int]:
    """Raises AwsError for a token of another making."""
    direction, _, rest = text.partition("/")
    digits = rest.removesuffix("/s")
    if direction not in ("f", "b") or len(digits) != 56 or not digits.isdecimal():
        raise bad_token()
    return direction, int(digits)
