"""The four doors of the sandbox: one ASGI application on one port.

`/_runtime/…` execution environments · `/_aws/execute-api/{api-id}/…` (or the host
`{api-id}.execute-api.localhost`) deployed APIs · `/_sandbox/…` the sandbox's own · all else is an
AWS API request.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from sandbox import wire
from sandbox.aws_api import AwsApi
from sandbox.errors import AwsError
from sandbox.messages import HttpRequest, Reply
from sandbox.own_door import OwnDoor

log = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

EXECUTE_API = "/_aws/execute-api/"
OWN = "/_sandbox/"

MEGABYTE = 1024 * 1024
MOST_AWS_BODY = 256 * MEGABYTE
"""Bytes of a request to an AWS API: above every limit of the services modelled."""
MOST_API_BODY = 10 * MEGABYTE
"""API Gateway's payload limit, for both kinds of API (API Gateway Developer Guide, *Quotas*)."""

_PORT = r"(?::\d+)?"
_HOST = re.compile(rf"(?:127\.0\.0\.1|localhost|\[::1\]|(?:[\w-]+\.)+localhost){_PORT}", re.I)
_API_HOST = re.compile(
    rf"([\w-]+)\.execute-api\.(?:(?:[\w-]+\.)?localhost|[\w-]+\.amazonaws\.com){_PORT}", re.I
)
"""An API's own host, here or on AWS: no page of another machine's can be called by either name."""


class ApiDoor(Protocol):
    """What clients of deployed APIs knock at."""

    async def serve(self, api_id: str, request: HttpRequest) -> Reply: ...

    def too_large(self, api_id: str) -> Reply: ...


class Server:
    """The ASGI application: checks where a request comes from, and leads it to its door.

    loaded: until it is set, all doors but the sandbox's own are kept waiting.
    """

    def __init__(self, aws: AwsApi, gateway: ApiDoor, own: OwnDoor, loaded: asyncio.Event) -> None:
        self._aws = aws
        self._gateway = gateway
        self._own = own
        self._loaded = loaded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = scope["raw_path"].decode("latin-1")
        headers = scope.get("original_headers") or scope["headers"]
        request = HttpRequest(
            scope["method"],
            path,
            scope["query_string"].decode("latin-1"),
            tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers),
            client=scope["client"][0] if scope["client"] else "127.0.0.1",
            protocol=f"HTTP/{scope['http_version']}",
        )
        try:
            reply = await self._lead(request, receive)
        except _ClientGone:
            return
        except AwsError as error:
            reply = Reply.of_json({"message": error.message}, error.status)
        except Exception:
            log.exception("%s %s failed inside the sandbox", request.method, path)
            text = "The sandbox failed. Its error output says how; nothing of yours was changed knowingly."
            reply = Reply.of_json({"message": text}, 500)
        try:
            await _send(reply, request, send)
        except Exception:
            log.exception("%s %s: the answer could not be sent", request.method, path)

    async def _lead(self, request: HttpRequest, receive: Receive) -> Reply:
        path = request.raw_path
        host = request.header("host")
        refusal = _foreign_host(host) or _no_host(request)
        if refusal:
            return refusal
        api = _API_HOST.fullmatch(host)
        if api or path.startswith(EXECUTE_API):
            api_id, rest = (api[1], path) if api else _split_api_path(path)
            return await self._execute(api_id, rest, request, receive)
        # Only deployed APIs answer pages of other origins: that is what their CORS settings are for.
        refusal = _foreign_page(request)
        if refusal:
            return refusal
        body = await _body(receive, MOST_AWS_BODY)
        if body is None:
            text = f"The request body is over {MOST_AWS_BODY // MEGABYTE} MB."
            return Reply.of_json({"message": text}, 413)
        whole = _with(request, body=body)
        if path.startswith(OWN):
            return await self._own.serve(whole)
        if _is_a_person(request):
            return self._own.welcome()
        await self._loaded.wait()
        return await self._aws.serve(whole)

    async def _execute(self, api_id: str, path: str, request: HttpRequest, receive: Receive) -> Reply:
        body = await _body(receive, MOST_API_BODY)
        if body is None:
            return self._gateway.too_large(api_id)
        await self._loaded.wait()
        return await self._gateway.serve(api_id, _with(request, raw_path=path, body=body))


def _with(request: HttpRequest, *, raw_path: str | None = None, body: bytes = b"") -> HttpRequest:
    """The request with its body, and its path where that is another one."""
    return HttpRequest(
        request.method,
        request.raw_path if raw_path is None else raw_path,
        request.query_string,
        request.headers,
        body,
        request.client,
        request.protocol,
        request.raw_path,
    )


def _is_a_person(request: HttpRequest) -> bool:
    """Whether somebody opened the sandbox's address in a browser."""
    at_the_door = request.method == "GET" and request.raw_path == "/" and not request.query_string
    return at_the_door and "text/html" in request.header("accept") and not request.has_header("authorization")


def _split_api_path(path: str) -> tuple[str, str]:
    api_id, slash, rest = path[len(EXECUTE_API) :].partition("/")
    return api_id, slash + rest or "/"


def _foreign_host(host: str) -> Reply | None:
    """A refusal unless `host` is this machine: a page elsewhere may have had its name point here."""
    if not host or _HOST.fullmatch(host) or _API_HOST.fullmatch(host):
        return None
    text = (
        f"The sandbox answers this machine only. The request is addressed to '{host}'; "
        "address it to 127.0.0.1 or localhost."
    )
    return Reply.of_json({"message": text}, 403)


def _no_host(request: HttpRequest) -> Reply | None:
    """A refusal of an HTTP/1.1 request that does not say whom it is for (RFC 9112, 3.2)."""
    if request.protocol != "HTTP/1.1" or request.has_header("host"):
        return None
    return Reply.of_json({"message": "A request of HTTP/1.1 has a Host header."}, 400)


def _foreign_page(request: HttpRequest) -> Reply | None:
    """A refusal if a page of another machine sent the request.

    Browsers send `Origin` with all but plain GETs, and `Sec-Fetch-Site` with those too: without it an
    `<img>` of any page could make a GET call, which the query protocol takes for an action.
    """
    origin = request.header("origin")
    if not origin:
        if request.header("sec-fetch-site") != "cross-site":
            return None
        origin = request.header("referer") or "not said"
    elif _HOST.fullmatch(origin.partition("://")[2]):
        return None
    text = f"The sandbox does not take requests from pages of other machines (Origin: {origin})."
    return Reply.of_json({"message": text}, 403)


class _ClientGone(Exception):
    """The client closed the connection before its request was whole: there is nobody to answer."""


async def _body(receive: Receive, most: int) -> bytes | None:
    """The whole body; None if it is over `most` bytes (the rest is read and dropped).

    Raises _ClientGone: half a body is never taken for a whole one.
    """
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _ClientGone
        size += len(message["body"])
        if size <= most:
            parts.append(message["body"])
        more = message["more_body"]
    return b"".join(parts) if size <= most else None


async def _send(reply: Reply, request: HttpRequest, send: Send) -> None:
    bodiless = reply.status in (204, 304)
    closes = request.protocol == "HTTP/1.0" or "close" in request.header("connection").lower()
    headers = wire.head(reply.headers, None if bodiless else len(reply.body), closes)
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    body = b"" if request.method == "HEAD" or bodiless else reply.body
    await send({"type": "http.response.body", "body": body})
