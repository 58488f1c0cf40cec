"""The same request as two events: payload 1.0 and payload 2.0, part by part."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

from workshop.figures import page

Event = Mapping[str, Any]

NO_KEY = "no such key"
"""What stands for a part that the event does not have; `null` is another thing."""

SAME, MOVED, OTHER = "=", "↔", "≠"
_COLOURS = {SAME: page.BLUE, MOVED: page.PURPLE, OTHER: page.ORANGE}
_KEY = f"{SAME} the same · {MOVED} the same value under another key · {OTHER} another value"

_ADDED = (
    *("accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent"),
    *("x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"),
)
"""Headers that HTTP clients and API Gateway add by themselves: they are left out."""


class Part(NamedTuple):
    """What of a request, and the keys where the events have it, by payload version; none: "" ."""

    name: str
    places: Mapping[str, str]


def _part(name: str, first: str, second: str) -> Part:
    return Part(name, {"1.0": first, "2.0": second})


PARTS = (
    _part("version", "version", "version"),
    _part("method", "httpMethod", "requestContext.http.method"),
    _part("route", "resource", "routeKey"),
    _part("path", "path", "rawPath"),
    _part("path parameters", "pathParameters", "pathParameters"),
    _part("query", "queryStringParameters", "queryStringParameters"),
    _part("query, all values", "multiValueQueryStringParameters", "rawQueryString"),
    _part("headers", "headers", "headers"),
    _part("headers, all values", "multiValueHeaders", ""),
    _part("cookies", "", "cookies"),
    _part("body", "body", "body"),
    _part("is it base64?", "isBase64Encoded", "isBase64Encoded"),
    _part("stage", "requestContext.stage", "requestContext.stage"),
    _part("stage variables", "stageVariables", "stageVariables"),
    _part("caller's address", "requestContext.identity.sourceIp", "requestContext.http.sourceIp"),
)
"""Source: API Gateway Developer Guide, *Create AWS Lambda proxy integrations for HTTP APIs* (Payload
format structure); the cases http-evt2-…, http-evt1-shape and rest-evt1-… of tests/sandbox/cases.yaml."""


def version_of(event: Event) -> str:
    """The payload version, `1.0` or `2.0`: events of REST APIs do not say it. ValueError if it is neither."""
    found = event.get("version", "1.0" if "httpMethod" in event else "")
    if found not in ("1.0", "2.0"):
        raise ValueError("this is no event of API Gateway: it has neither `version` nor `httpMethod`")
    return str(found)


def source_of(event: Event) -> str:
    """Which kind of API sent it: an event of payload 1.0 without `version` is a REST API's."""
    return "HTTP API" if "version" in event else "REST API"


class Cell(NamedTuple):
    """Where one event has a part, and what is there, as JSON; NO_KEY if there is no such key."""

    place: str
    value: str


class Row(NamedTuple):
    """A part in both events."""

    name: str
    first: Cell
    second: Cell

    @property
    def sign(self) -> str:
        """How the two compare: SAME, MOVED or OTHER. One program reads the same in both events."""
        if self.first.value != self.second.value:
            return OTHER
        return SAME if self.first.place == self.second.place else MOVED


@dataclass(frozen=True, repr=False)
class EventPair:
    """Two events. Draws itself as a table, and has a text form."""

    first: Event
    second: Event

    @property
    def rows(self) -> tuple[Row, ...]:
        """Part by part; headers without those that clients and API Gateway add."""
        return tuple(Row(part.name, _cell(self.first, part), _cell(self.second, part)) for part in PARTS)

    @property
    def titles(self) -> tuple[str, str]:
        """Payload version and kind of API of each."""
        first, second = (f"payload {version_of(one)}, {source_of(one)}" for one in (self.first, self.second))
        return first, second

    @property
    def summary(self) -> str:
        """How many parts one program reads alike in both."""
        alike = sum(row.sign == SAME for row in self.rows)
        return f"{alike} of these {len(self.rows)} parts are the same in both events"

    def __repr__(self) -> str:
        return "\n".join([*self._lines(), _KEY, f"{self.summary}."])

    def _lines(self) -> Iterator[str]:
        names = max(len(row.name) for row in self.rows)
        places = max(len(cell.place) for row in self.rows for cell in (row.first, row.second))
        versions = [version_of(one) for one in (self.first, self.second)]
        yield " and ".join(self.titles)
        for row in self.rows:
            for start, version, cell in (
                (f"{row.sign} {row.name}", versions[0], row.first),
                ("", versions[1], row.second),
            ):
                yield f"{start:<{names + 2}}  {version}  {cell.place:<{places}}  {cell.value}"

    def _repr_html_(self) -> str:
        first, second = (escape(title) for title in self.titles)
        head = "".join(
            f'<th scope="col" style="{page.CELL};font-weight:700">{title}</th>'
            for title in ("", "", first, second)
        )
        rows = "".join(_html_row(row) for row in self.rows)
        body = page.table(f'<tr style="{page.PLAIN}">{head}</tr>{rows}')
        words = f"<div>{_KEY}</div><div>{self.summary}.</div>"
        return page.box(page.BLUE, "The same request as two events", body + words)


def event_pair(first: Event, second: Event) -> EventPair:
    """The same request as two events of Lambda proxy integrations, part by part.

    Takes events as handlers get them, of payload 1.0 (REST or HTTP API) or 2.0. ValueError if one is none.
    """
    for event in (first, second):
        version_of(event)
    return EventPair(first, second)


def _cell(event: Event, part: Part) -> Cell:
    place = part.places[version_of(event)]
    return Cell(place or "-", _value(event, place) if place else NO_KEY)


def _value(event: Event, place: str) -> str:
    found: Any = event
    for key in place.split("."):
        if not isinstance(found, Mapping) or key not in found:
            return NO_KEY
        found = found[key]
    if place in ("headers", "multiValueHeaders"):
        found = {name: value for name, value in found.items() if name.lower() not in _ADDED}
    return json.dumps(found, ensure_ascii=False)


def _html_row(row: Row) -> str:
    cells = "".join(_html_cell(cell) for cell in (row.first, row.second))
    sign = f"{page.CELL};font-weight:700;border-left:4px solid {_COLOURS[row.sign]};padding-left:8px"
    return (
        f'<tr style="{page.PLAIN};border-top:1px solid rgba(128,128,128,.35)">'
        f'<td style="{sign}">{row.sign}</td>'
        f'<th scope="row" style="{page.CELL};font-weight:400">{escape(row.name)}</th>{cells}</tr>'
    )


def _html_cell(cell: Cell) -> str:
    if cell.value == NO_KEY:
        return f'<td style="{page.CELL}"><i>{NO_KEY}</i></td>'
    mono = f"font-family:{page.MONO};font-size:12.5px;overflow-wrap:anywhere"
    return (
        f'<td style="{page.CELL};max-width:25em"><div style="{mono};opacity:.75">{escape(cell.place)}</div>'
        f'<div style="{mono}">{escape(cell.value)}</div></td>'
    )
