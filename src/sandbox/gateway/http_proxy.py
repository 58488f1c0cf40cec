"""HTTP_PROXY integrations of HTTP APIs: the request passed to an endpoint, its answer passed back.

Sources: API Gateway Developer Guide, *Create HTTP proxy integrations for HTTP APIs*; `Forwarded` and `Via`
as endpoints got them: port-labs/port-docs (2023), postman-echo.com behind an HTTP API (2021).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from sandbox.gateway import headers as rules
from sandbox.gateway.endpoints import EndpointReply, EndpointRequest, endpoint_at
from sandbox.gateway.events import Routed
from sandbox.gateway.headers import HOP_BY_HOP, Headers
from sandbox.gateway.http_mapping import Changed
from sandbox.gateway.router import ANY
from sandbox.messages import Reply

_VARIABLE = re.compile(r"\{([\w.$:-]+)\+?\}")
_SAFE = "/:@!$&'()*+,;=-._~"
_REPLACED = HOP_BY_HOP | {"host", "content-length", "forwarded", "via", "x-amzn-trace-id"}
_WITH_BODY = ("POST", "PUT", "PATCH")
_VIA = "HTTP/1.1 AmazonAPIGateway"


@dataclass(frozen=True, slots=True)
class HttpProxy:
    """An HTTP_PROXY integration. uri: with the stage's variables in it. seconds: its time-out."""

    method: str
    uri: str
    seconds: float


def request_for(proxy: HttpProxy, changed: Changed) -> EndpointRequest:
    """What the endpoint is sent. Raises EndpointFailed where the variables leave no URL."""
    routed = changed.routed
    uri = _VARIABLE.sub(lambda found: quote(routed.variables.get(found[1], found[0]), _SAFE), proxy.uri)
    endpoint = endpoint_at(uri)
    path, _, own = endpoint.target.partition("?")
    if changed.path is not None:
        path = quote(changed.path, _SAFE + "%")
    query = "&".join(part for part in (own, routed.request.query_string) if part)
    method = routed.request.method if proxy.method == ANY else proxy.method
    target = path + (f"?{query}" if query else "")
    sent = _headers(routed, method, changed.host or endpoint.host_header)
    return EndpointRequest(method, endpoint, target, sent, routed.request.body)


def reply_of(answer: EndpointReply, method: str, request_id: str) -> Reply:
    """The client's answer: the endpoint's, but for the headers of its connection. method: it was asked by."""
    sent = rules.http_out(answer.headers)
    if method == "HEAD":  # the length is that of the body that GET would have
        sent += [pair for pair in answer.headers if pair[0].lower() == "content-length"]
    return Reply(answer.status, (*sent, ("Apigw-Requestid", request_id)), answer.body)


def _headers(routed: Routed, method: str, host: str) -> Headers:
    request = routed.request
    sent: Headers = [("Host", host)]
    sent += [pair for pair in request.headers if pair[0].lower() not in _REPLACED]
    if request.body or method in _WITH_BODY:
        sent.append(("Content-Length", str(len(request.body))))
    before = request.header("forwarded")
    forwarded = f"by={request.client};for={request.client};host={routed.domain};proto=https"
    via = request.header("via")
    return [
        *sent,
        ("Forwarded", f"{before},{forwarded}" if before else forwarded),
        ("Via", f"{via}, {_VIA}" if via else _VIA),
        ("X-Amzn-Trace-Id", routed.trace),
    ]
