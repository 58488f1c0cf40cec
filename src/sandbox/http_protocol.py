"""How the server reads and writes HTTP/1.1: uvicorn's protocol, with what AWS's doors need besides."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sandbox.connections import Connection, Patience, make_room
from sandbox.functions.runtime_api import PREFIX, Answer, RuntimeConnection

MOST_HEAD = 1024 * 1024
"""Bytes of a request line and its headers; more is refused before it fills the memory."""

TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"

_RUNTIME = tuple(f"{method} {PREFIX}".encode() for method in ("GET", "POST", "PUT"))


class _OneWrite:
    """A transport that sends what is written in one turn of the event loop in one go.

    uvicorn writes the head and the body of an answer one after the other, which costs a system call and
    wakes the client twice.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._unsent = b""

    def write(self, data: bytes) -> None:
        if not self._unsent:
            self._loop.call_soon(self._send)
        self._unsent += data

    def close(self) -> None:
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._unsent:
            data, self._unsent = self._unsent, b""
            if not self._transport.is_closing():  # the client may be gone since
                self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which also keeps header names as the client wrote them, and bounds them.

    REST APIs hand them to the function in the client's letter case; ASGI has them in lower case.
    Connections of execution environments go to `runtime`, see functions/runtime_api.py. most: so many
    connections are open at a time, see sandbox.connections.
    """

    _head_bytes = 0
    _in_head = True
    _start: bytes | None = b""

    def __init__(self, runtime: Answer, most: int, **uvicorns: Any) -> None:
        super().__init__(**uvicorns)
        self._runtime = runtime
        self._most = most

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._socket = transport
        self.patience = Patience(self.loop.time())
        full = len(self.connections) >= self._most
        refused = full and not make_room(cast(set[Connection], self.connections))
        super().connection_made(cast(asyncio.Transport, _OneWrite(transport, self.loop)))
        if refused:
            self.transport.close()

    @property
    def waits(self) -> bool:
        """Whether it waits for its client, and not for an answer to a whole request."""
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

    def overdue(self, now: float) -> bool:
        """Whether the client has taken too long over its request, or over an answer; asked now and then."""
        unsent = self._socket.get_write_buffer_size()
        return self.patience.over(now, unsent, self.flow.read_paused)

    def end(self) -> None:
        """Close the connection; a request that is not whole is answered with 408, as nginx answers it
        (ngx_http_core_module, client_header_timeout and client_body_timeout)."""
        if self._socket.get_write_buffer_size():
            self._socket.abort()
        elif self.patience.idle:
            self.transport.close()
        else:
            self.transport.write(TOO_LATE)
            self.transport.close()

    def shutdown(self) -> None:
        """At the sandbox's end: close what waits for its client, and what is being answered after that."""
        if self.waits:
            self.end()
        else:
            super().shutdown()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Let a client that has sent all it had, and still listens, have its answer; then close."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete or cycle.more_body:
            self.transport.close()  # not before an answer that waits in it is sent
            return False
        cycle.keep_alive = False
        return True

    def data_received(self, data: bytes) -> None:
        self.patience.came(self.loop.time())
        if self._start is not None:
            self._start += data
            if _may_be_runtime(self._start):
                return
            data, self._start = self._start, None
            if data.startswith(_RUNTIME):
                self._hand_over(data)
                return
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD:
                self._refuse(f"The request line and headers are over {MOST_HEAD} bytes.")
                return
        self._feed(data)

    def _feed(self, data: bytes) -> None:
        """As uvicorn does, which loses what follows an offer to speak another protocol."""
        self._unset_keepalive_if_required()
        rest = memoryview(data)
        while rest:
            try:
                self.parser.feed_data(rest)
                return
            except httptools.HttpParserUpgrade as upgrade:
                rest = rest[upgrade.args[0] :]  # the offer is not taken up: HTTP/1.1 goes on
            except httptools.HttpParserError:
                self._refuse("Invalid HTTP request received.")
                return

    def _refuse(self, message: str) -> None:
        """Answer with 400; where a whole request before this one waits for its answer, close after that."""
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            cycle.keep_alive = False
        else:
            self.send_400_response(message)

    def _hand_over(self, data: bytes) -> None:
        """Give the connection to an execution environment's protocol, with what it sent first."""
        self._unset_keepalive_if_required()
        self.connections.discard(self)
        connection = RuntimeConnection(self._runtime)
        connection.connection_made(self._socket)
        self._socket.set_protocol(connection)
        connection.data_received(data)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self.patience.in_body()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_head, self._head_bytes = True, 0
        self.patience.whole()
        super().on_message_complete()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.original_headers: list[tuple[bytes, bytes]] = []
        self.scope["original_headers"] = self.original_headers  # type: ignore[typeddict-unknown-key]

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            return  # a trailer: never one of the headers (RFC 9110, 6.5.1), and there may be many
        super().on_header(name, value)
        self.original_headers.append((name, value))


def _may_be_runtime(start: bytes) -> bool:
    """Whether a connection has begun like an environment's, and more is needed to tell."""
    return any(len(start) < len(prefix) and prefix.startswith(start) for prefix in _RUNTIME)
