"""Sends requests to the HTTP endpoints of integrations, all of which are on this machine.

httpcore speaks the HTTP; it follows no redirects, and knows no proxies of the environment.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.gateway.headers import Headers
from sandbox.gateway.loopback import Endpoint, addresses, endpoint_of

if TYPE_CHECKING:
    import httpcore

MOST_RESPONSE = 10 * 1024 * 1024
"""Bytes of an endpoint's answer (API Gateway Developer Guide, *Quotas*: payload size)."""
MOST_CONNECTIONS = 100
"""Connections that may be open at once; further requests wait, within their time-out."""


@dataclass(frozen=True, slots=True)
class EndpointRequest:
    """A request to an endpoint. target: path and query as they are sent; headers without the Host."""

    method: str
    endpoint: Endpoint
    target: str
    headers: Headers
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class EndpointReply:
    """What an endpoint answered; header names keep their letter case."""

    status: int
    headers: Headers
    body: bytes = field(repr=False)


class EndpointFailed(Exception):
    """An endpoint gave no answer; the text says why, for the trace.

    kind: `address` (there is no such host), `network`, `timeout` or `too-large`.
    """

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


def endpoint_at(uri: str) -> Endpoint:
    """The endpoint of a URI in which all variables are filled in. Raises EndpointFailed if it has none."""
    try:
        return endpoint_of(uri)
    except ValueError as error:
        raise EndpointFailed("address", str(error)) from error


class Endpoints:
    """The connections to endpoints, bounded in number."""

    def __init__(self) -> None:
        self._pool: httpcore.AsyncConnectionPool | None = None

    async def send(self, request: EndpointRequest, seconds: float) -> EndpointReply:
        """The endpoint's answer, within `seconds`. Raises EndpointFailed, and Elsewhere."""
        where = request.endpoint
        if not addresses(where.host):
            raise EndpointFailed("address", f"the host '{where.host}' does not exist")
        pool = await self._connections()
        import httpcore

        failures = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, ssl.SSLError)
        try:
            async with asyncio.timeout(seconds):
                return await _exchange(pool, request)
        except TimeoutError as error:
            why = f"{where.host_header} took longer than {seconds:g} s, the integration's time-out"
            raise EndpointFailed("timeout", why) from error
        except failures as error:
            why = f"{where.host_header}: {str(error) or type(error).__name__}"
            raise EndpointFailed("network", why) from error

    async def _connections(self) -> httpcore.AsyncConnectionPool:
        """The pool, made with the first request, before its time begins: all this takes 0.2 s to import.

        No connection is kept for a second request, which the endpoint might just be closing.
        """
        if self._pool is None:
            import httpcore

            backend = _loopback_only()
            await backend.sleep(0)  # which imports what anyio runs on
            self._pool = httpcore.AsyncConnectionPool(
                ssl_context=ssl.create_default_context(),
                max_connections=MOST_CONNECTIONS,
                max_keepalive_connections=0,
                network_backend=backend,
            )
        return self._pool


def _loopback_only() -> httpcore.AsyncNetworkBackend:
    """A way to connect that knows this machine's addresses only, and asks no name server."""
    import httpcore

    class LoopbackOnly(httpcore.AnyIOBackend):
        async def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> httpcore.AsyncNetworkStream:
            *first, last = addresses(host)
            for address in first:
                try:
                    return await super().connect_tcp(address, port, timeout, local_address, socket_options)
                except httpcore.ConnectError:
                    continue  # a server on `localhost` may listen on ::1 only
            return await super().connect_tcp(last, port, timeout, local_address, socket_options)

    return LoopbackOnly()


async def _exchange(pool: httpcore.AsyncConnectionPool, request: EndpointRequest) -> EndpointReply:
    import httpcore

    where = request.endpoint
    url = httpcore.URL(
        scheme=where.scheme.encode(),
        host=where.host.encode(),
        port=where.port,
        target=request.target.encode(),
    )
    headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in request.headers]
    sent = httpcore.Request(request.method, url, headers=headers, content=request.body or None)
    response = await pool.handle_async_request(sent)
    try:
        body = await _body(response)
    finally:
        await response.aclose()
    given = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers]
    return EndpointReply(response.status, given, body)


async def _body(response: httpcore.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_stream():
        size += len(part)
        if size > MOST_RESPONSE:
            raise EndpointFailed("too-large", f"the answer is over {MOST_RESPONSE} bytes")
        parts.append(part)
    return b"".join(parts)
