"""One fuzzed request, and how it goes over a socket: in which pieces, and what the client does afterwards."""

from __future__ import annotations

import http.client
import socket
import struct
import time
from dataclasses import dataclass, field
from typing import Any, cast

BOUND_SECONDS = 20.0
"""Within which each request is answered, or its connection is closed: far above the time-outs of the
functions here, for a machine that does other things too."""

RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Request:
    """What is sent, as it is.

    pieces: written one after the other, `pause` seconds apart. then: `read` the answers; `shut`, after saying
    that nothing more comes; or `leave` without reading, `reset` even without a farewell. answers: how many
    have to come; 0 where closing the connection is an answer too. failing: the statuses of 500 and above that
    AWS would send.
    """

    kind: str
    what: str
    pieces: tuple[bytes, ...] = field(repr=False)
    then: str = "read"
    answers: int = 1
    method: str = "GET"
    failing: frozenset[int] = frozenset()
    pause: float = 0.0

    @property
    def bytes(self) -> bytes:
        return b"".join(self.pieces)


@dataclass(frozen=True)
class Answer:
    """One answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class Outcome:
    """What came of a request. trouble: why it ended as no client should see it end."""

    answers: list[Answer] = field(default_factory=list)
    trouble: str = ""
    seconds: float = 0.0


def send(address: tuple[str, int], request: Request, bound: float = BOUND_SECONDS) -> Outcome:
    """Send a request on a connection of its own."""
    outcome, began = Outcome(), time.monotonic()
    try:
        with socket.create_connection(address, timeout=bound) as connection:
            _exchange(connection, request, outcome)
    except TimeoutError:
        outcome.trouble = f"neither answered nor closed within {bound:.0f} s"
    except (http.client.HTTPException, ValueError) as error:
        outcome.trouble = f"the answer is no HTTP: {type(error).__name__}: {error}"
    except OSError as error:
        if request.answers > len(outcome.answers):
            outcome.trouble = f"the connection broke: {error}"
    outcome.seconds = time.monotonic() - began
    return outcome


def _exchange(connection: socket.socket, request: Request, outcome: Outcome) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    refused = _write(connection, request)
    if request.then == "leave":
        return
    if request.then == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        return
    if request.then == "shut" and not refused:
        connection.shutdown(socket.SHUT_WR)
    with connection.makefile("rb") as file:
        for _ in range(max(1, request.answers)):
            answer = _read(file, request.method)
            if answer is None:
                if request.answers:
                    outcome.trouble = "the connection was closed without an answer"
                return
            outcome.answers.append(answer)


def _write(connection: socket.socket, request: Request) -> bool:
    """Send all pieces; True where the server closed the connection before it had them."""
    try:
        for piece in request.pieces:
            connection.sendall(piece)
            if request.pause:
                time.sleep(request.pause)
    except (BrokenPipeError, ConnectionResetError):
        return True
    return False


class _Kept:
    """A file that http.client may not close: the next answer is in it."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def makefile(self, mode: str) -> Any:
        return self

    def close(self) -> None:
        """Of one answer, not of the connection."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _read(file: Any, method: str) -> Answer | None:
    """The next answer; None where the connection is closed instead."""
    response = http.client.HTTPResponse(cast(socket.socket, _Kept(file)), method=method)
    try:
        response.begin()
    except (http.client.RemoteDisconnected, ConnectionResetError):
        return None
    return Answer(response.status, response.getheaders(), response.read())
