"""How the server reads and writes HTTP/1.1: uvicorn's protocol, with what AWS's doors need besides."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD = 1024 * 1024
"""Bytes of a request line and its headers; more is refused before it fills the memory."""


class _OneWrite:
    """A transport that sends the head and the body of an answer in one write.

    uvicorn writes them one after the other, which costs a system call and wakes the client twice. What
    is written first waits for what follows, at most until the event loop's next turn.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._first = b""
        self._flushing: asyncio.Handle | None = None

    def write(self, data: bytes) -> None:
        if self._flushing is None:
            self._first = data
            self._flushing = self._loop.call_soon(self._flush)
            return
        self._flushing.cancel()
        self._flushing = None
        self._transport.write(self._first + data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
            self._transport.write(self._first)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which also keeps header names as the client wrote them, and bounds them.

    REST APIs hand them to the function in the client's letter case; ASGI has them in lower case.
    """

    _head_bytes = 0
    _in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast(asyncio.Transport, _OneWrite(transport, self.loop)))

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD:
                self.send_400_response(f"The request line and headers are over {MOST_HEAD} bytes.")
                return
        super().data_received(data)

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
