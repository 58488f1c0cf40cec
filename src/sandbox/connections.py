"""How long clients may take, and how many connections there are: no client keeps others from being served.

The bounds are those of nginx, by its own documentation (ngx_http_core_module: client_header_timeout,
client_body_timeout, send_timeout); what API Gateway's own are is not documented.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

HEAD_SECONDS = 60.0
"""From the first byte of a request, or from the connection, to the end of its headers."""
BODY_SECONDS = 60.0
"""Between two pieces of a body."""
SEND_SECONDS = 60.0
"""In which a client takes nothing of an answer."""

SWEEP_SECONDS = 5
"""How often it is looked whose time is over."""

SHARE_OF_DESCRIPTORS = 0.5
"""Of the descriptors the process may have, those for clients; the others are for environments and files."""


class Patience:
    """What one connection waits for, and since when. Times are those of the event loop, in seconds."""

    __slots__ = ("_stalled", "_state", "_unsent", "since")

    def __init__(self, now: float) -> None:
        self._state = "new"
        self.since = now
        self._unsent = 0
        self._stalled = now

    @property
    def idle(self) -> bool:
        """Whether it waits for the first byte of a request."""
        return self._state in ("new", "idle")

    def came(self, now: float) -> None:
        """Something came of a request: the time of a head runs from its beginning, that of a body anew."""
        if self._state == "head":
            return
        if self._state != "body":
            self._state = "head"
        self.since = now

    def in_body(self) -> None:
        self._state = "body"

    def whole(self) -> None:
        self._state = "idle"

    def over(self, now: float, unsent: int, paused: bool) -> bool:
        """Whether the time is over. unsent: bytes the client has still to take; paused: nothing is read."""
        if unsent == 0 or unsent != self._unsent:
            self._unsent, self._stalled = unsent, now
        elif now - self._stalled > SEND_SECONDS:
            return True
        if self._state == "idle" or paused:
            return False
        return now - self.since > (BODY_SECONDS if self._state == "body" else HEAD_SECONDS)


class Connection(Protocol):
    """What is asked of a connection."""

    patience: Patience

    @property
    def waits(self) -> bool:
        """Whether it waits for its client: for a request, or for the rest of one."""

    def overdue(self, now: float) -> bool:
        """Whether its client has taken too long."""

    def end(self) -> None:
        """Close it."""


def sweep(connections: Iterable[Connection], now: float) -> None:
    """End those whose time is over."""
    for connection in list(connections):
        if connection.overdue(now):
            connection.end()


def make_room(connections: Iterable[Connection]) -> bool:
    """End the connection that has waited longest for its client, idle ones first; False where none waits."""
    waiting = [connection for connection in connections if connection.waits]
    if not waiting:
        return False
    min(waiting, key=lambda each: (not each.patience.idle, each.patience.since)).end()
    return True


def most() -> int:
    """How many connections of clients may be open at a time, by what the process may have open."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return 10_000
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 10_000 if soft == resource.RLIM_INFINITY else max(16, int(soft * SHARE_OF_DESCRIPTORS))
