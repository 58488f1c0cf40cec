"""What happened to a request, hop by hop.

A trace belongs to one `X-Amzn-Trace-Id` root, so a request to an API and the AWS calls its handler
makes land in the same one: the SDKs inside the handler pass the id on by themselves.

    trace = tracer.open("execute-api", "GET /users", trace_id)
    with trace.hop("route", api="a1b2c3", route="GET /users") as hop:
        hop.note(stage="$default")

`Tracer.recent()` gives them as plain dicts, newest last; only the newest `limit` are kept.
"""

from __future__ import annotations

import os
import re
import time
from collections import OrderedDict
from contextvars import ContextVar
from types import TracebackType
from typing import Any

MOST_HOPS = 200
"""A trace keeps at most so many hops; what comes later is counted, not kept."""


_ROOT = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")


def new_trace_id() -> str:
    """A fresh X-Ray trace root: `1-<epoch seconds, hex>-<96 random bits>`."""
    return f"1-{int(time.time()):08x}-{os.urandom(12).hex()}"


def root_of(header: str) -> str:
    """The root of an `X-Amzn-Trace-Id` header, or "" where it has no well-formed one.

    >>> root_of("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
    '1-5759e988-bd862e3fe1be46a994272793'
    """
    for part in header.split(";"):
        key, _, value = part.strip().partition("=")
        if key == "Root" and _ROOT.fullmatch(value):
            return value
    return ""


class Hop:
    """One step of a request; a context manager that takes the time. Times are in milliseconds."""

    __slots__ = ("_base", "error", "facts", "name", "offset", "took")

    def __init__(self, name: str, base: float, facts: dict[str, Any]) -> None:
        self.name = name
        self.facts = facts
        self._base = base
        self.offset = (time.perf_counter() - base) * 1000
        self.took: float | None = None
        self.error: str | None = None

    def note(self, **facts: Any) -> None:
        """Add facts learned on the way."""
        self.facts.update(facts)

    def done(self) -> None:
        """End the hop's time; a second call changes nothing."""
        if self.took is None:
            self.took = (time.perf_counter() - self._base) * 1000 - self.offset

    def __enter__(self) -> Hop:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if error is not None:
            self.error = str(error) or type(error).__name__
        self.done()

    def as_dict(self) -> dict[str, Any]:
        took = None if self.took is None else round(self.took, 3)
        return {
            "name": self.name,
            "offset_ms": round(self.offset, 3),
            "took_ms": took,
            "error": self.error,
            "facts": self.facts,
        }


class Trace:
    """All that is known of the requests under one trace id."""

    __slots__ = ("base", "dropped", "hops", "kind", "root", "started", "title")

    def __init__(self, root: str, kind: str, title: str) -> None:
        self.root = root
        self.kind = kind
        self.title = title
        self.started = time.time()
        self.base = time.perf_counter()
        self.hops: list[Hop] = []
        self.dropped = 0

    def hop(self, name: str, **facts: Any) -> Hop:
        """Begin a step; use it with `with`, or call `done()` on it."""
        hop = Hop(name, self.base, facts)
        if len(self.hops) < MOST_HOPS:
            self.hops.append(hop)
        else:
            self.dropped += 1
        return hop

    def as_dict(self) -> dict[str, Any]:
        return {
            "trace_id": self.root,
            "kind": self.kind,
            "title": self.title,
            "started": self.started,
            "hops": [hop.as_dict() for hop in self.hops],
            "hops_dropped": self.dropped,
        }


current: ContextVar[Trace | None] = ContextVar("current", default=None)
"""The trace of the AWS API call that is being answered, for whoever answers it."""


class Tracer:
    """The newest traces, bounded in number and each in its hops."""

    def __init__(self, limit: int = 500) -> None:
        self._limit = limit
        self._traces: OrderedDict[str, Trace] = OrderedDict()

    def open(self, kind: str, title: str, root: str = "") -> Trace:
        """The trace of `root`, made if it is not known yet (a fresh root if `root` is empty)."""
        root = root or new_trace_id()
        known = self._traces.get(root)
        if known is not None:
            return known
        trace = self._traces[root] = Trace(root, kind, title)
        while len(self._traces) > self._limit:
            self._traces.popitem(last=False)
        return trace

    def recent(self) -> list[dict[str, Any]]:
        return [trace.as_dict() for trace in self._traces.values()]

    def clear(self) -> None:
        self._traces.clear()
