"""The Runtime API over HTTP/1.1: one connection of one execution environment.

An environment makes two requests for each event, so this door is not led through the general server,
which takes 0.1 ms a request (a task, an ASGI scope, checks of Host and Origin): whoever knows the
unguessable id in the path is the environment. Source of the API: Lambda Developer Guide, *Using the
Lambda runtime API*.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import cast

import httptools

from sandbox.messages import HttpRequest, Reply

log = logging.getLogger(__name__)

PREFIX = "/_runtime/"
MOST_BODY = 64 * 1024 * 1024
"""Bytes of a result that are read; Lambda takes 6 MB of them, and says so in its answer."""

Answer = Callable[[str, str, str, HttpRequest, bytes], Awaitable[Reply]]
"""(environment id, method, path, request, body) → the answer."""

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class RuntimeConnection(asyncio.Protocol):
    """Reads requests, answers them in their order.

    A result and the request for the next event may come together. The answer to the result then waits
    for the next event: nobody needs to be woken to hear that a result was accepted.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._parser = httptools.HttpRequestParser(self)
        self._requests: deque[tuple[HttpRequest, bool]] = deque()
        self._arrived = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None
        self._begin()

    # ---- asyncio.Protocol ----------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._serving = asyncio.get_running_loop().create_task(self._serve())

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._transport.write(_written(Reply.of_json({"errorMessage": "Not HTTP/1.1"}, 400), close=True))
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self._serving is not None:
            self._serving.cancel()

    # ---- httptools' callbacks ------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        self._begin()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            return  # a trailer: never one of the headers (RFC 9110, 6.5.1)
        self._headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        self._in_head = False
        if any(n.lower() == "expect" and v.lower() == "100-continue" for n, v in self._headers):
            self._transport.write(_CONTINUE)

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size <= MOST_BODY:
            self._body.append(body)

    def on_message_complete(self) -> None:
        path, _, query = self._url.decode("latin-1").partition("?")
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        method = self._parser.get_method().decode("latin-1")
        request = HttpRequest(method, path, query, tuple(self._headers), body)
        self._requests.append((request, self._parser.should_keep_alive()))
        self._arrived.set()

    def _begin(self) -> None:
        self._in_head = True
        self._url = b""
        self._headers: list[tuple[str, str]] = []
        self._body: list[bytes] = []
        self._size = 0

    # ---- answers -------------------------------------------------------------------------------------

    async def _serve(self) -> None:
        unsent = b""
        with contextlib.suppress(asyncio.CancelledError):
            while not self._transport.is_closing():
                while not self._requests:
                    self._arrived.clear()
                    await self._arrived.wait()
                request, keep_alive = self._requests.popleft()
                unsent += _written(await self._reply(request), close=not keep_alive)
                if not self._requests:
                    self._transport.write(unsent)
                    unsent = b""
                if not keep_alive:
                    self._transport.close()

    async def _reply(self, request: HttpRequest) -> Reply:
        environment, _, rest = request.raw_path[len(PREFIX) :].partition("/")
        try:
            return await self._answer(environment, request.method, f"/{rest}", request, request.body)
        except Exception:
            log.exception("The Runtime API failed at %s %s", request.method, rest)
            return Reply.of_json({"errorMessage": "The sandbox failed"}, 500)


def _written(reply: Reply, *, close: bool = False) -> bytes:
    """An answer as HTTP/1.1."""
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in reply.headers]
    lines.append(f"Content-Length: {len(reply.body)}")
    if close:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + reply.body
