"""How the server reads and writes HTTP/1.1: uvicorn's protocol, with what AWS's doors need besides."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sandbox.functions.runtime_api import PREFIX, Answer, RuntimeConnection

MOST_HEAD = 1024 * 1024
"""Bytes of a request line and its headers; more is refused before it fills the memory."""

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
            self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which also keeps header names as the client wrote them, and bounds them.

    REST APIs hand them to the function in the client's letter case; ASGI has them in lower case.
    Connections of execution environments go to `runtime`, see functions/runtime_api.py.
    """

    _head_bytes = 0
    _in_head = True
    _start: bytes | None = b""

    def __init__(self, runtime: Answer, **uvicorns: Any) -> None:
        super().__init__(**uvicorns)
        self._runtime = runtime

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._socket = transport
        super().connection_made(cast(asyncio.Transport, _OneWrite(transport, self.loop)))

    def data_received(self, data: bytes) -> None:
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
                self.send_400_response(f"The request line and headers are over {MOST_HEAD} bytes.")
                return
        super().data_received(data)

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
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_head, self._head_bytes = True, 0
        super().on_message_complete()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.original_headers: list[tuple[bytes, bytes]] = []
        self.scope["original_headers"] = self.original_headers  # type: ignore[typeddict-unknown-key]

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self.original_headers.append((name, value))


def _may_be_runtime(start: bytes) -> bool:
    """Whether a connection has begun like an environment's, and more is needed to tell."""
    return any(len(start) < len(prefix) and prefix.startswith(start) for prefix in _RUNTIME)
