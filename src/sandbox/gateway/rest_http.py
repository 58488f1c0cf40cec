"""HTTP and HTTP_PROXY integrations of REST APIs: requests to an endpoint, and what its answer becomes. Pure.

Recorded on AWS: localstack/localstack, tests/aws/services/apigateway, test_apigateway_http.py and
TestApiGatewayHeaderRemapping. The `X-Forwarded-…` of HTTP_PROXY: ustayready/fireprox issue 39 (2024).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from sandbox.gateway import headers as rules
from sandbox.gateway.endpoints import EndpointReply, EndpointRequest, endpoint_at
from sandbox.gateway.events import Routed, added
from sandbox.gateway.headers import REST_DROPPED, Headers, title_case
from sandbox.gateway.responses import BODILESS, Malformed, Mapped
from sandbox.gateway.rest_parameters import Mapped as MappedParameters
from sandbox.gateway.router import ANY

_SAFE = "/%:@!$&'()*+,;=-._~"
_NOT_PASSED = REST_DROPPED | {"host", "content-encoding", "via", "x-amzn-trace-id"}
# Of mapped headers these have no effect.
_DROPPED_LAST = frozenset(("connection", "expect", "proxy-authenticate", "te", "via"))
_BODILESS_METHODS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class HttpTarget:
    """Where an HTTP integration leads. proxy: of type HTTP_PROXY. uri: with the stage's variables in it."""

    proxy: bool
    method: str
    uri: str
    seconds: float


def request_for(target: HttpTarget, routed: Routed, mapped: MappedParameters, body: bytes) -> EndpointRequest:
    """What the endpoint is sent. Raises EndpointFailed where variables leave no URL, Malformed for a path."""
    uri = re.sub(
        r"\{([^{}]+)\}", lambda found: quote(mapped.path.get(found[1], found[0]), _SAFE + "{}"), target.uri
    )
    endpoint = endpoint_at(uri)
    broken = re.search(r"[{}]", uri)
    if broken:
        raise Malformed(f"Illegal character in path at index {broken.start()}: {uri}")
    path, _, own = endpoint.target.partition("?")
    parts = [own, routed.request.query_string if target.proxy else "", urlencode(mapped.query)]
    query = "&".join(part for part in parts if part)
    method = routed.request.method if target.method == ANY else target.method
    sent = _headers(target, routed, mapped.headers)
    if "host" not in rules.names(sent):
        sent = [("Host", endpoint.host_header), *sent]
    if method in _BODILESS_METHODS:
        body = b""
    else:
        sent.append(("Content-Length", str(len(body))))
    return EndpointRequest(method, endpoint, path + (f"?{query}" if query else ""), sent, body)


def passed_back(answer: EndpointReply) -> Mapped:
    """The endpoint's answer as an HTTP_PROXY integration passes it: some headers under another name."""
    sent = rules.rest_out(answer.headers)
    if "content-type" not in rules.names(sent) and answer.status not in BODILESS:
        sent.append(("Content-Type", "application/json"))
    return Mapped(answer.status, sent, answer.body, "HTTP_PROXY: the endpoint's answer is passed on")


def _headers(target: HttpTarget, routed: Routed, mapped: Headers) -> Headers:
    request = routed.request
    sent: Headers = []
    if target.proxy:
        forwarded = {name: value for name, value in added(routed).items() if name.startswith("x-forwarded")}
        sent = [p for p in request.headers if p[0].lower() not in _NOT_PASSED | forwarded.keys()]
        sent += [(title_case(name), value) for name, value in forwarded.items()]
    names = rules.names(mapped)
    sent = [pair for pair in sent if pair[0].lower() not in names]
    sent += [pair for pair in mapped if pair[0].lower() not in _DROPPED_LAST]
    defaults = {"Accept": "application/json", "User-Agent": f"AmazonAPIGateway_{routed.api_id}"}
    if request.has_header("content-type") and request.method not in _BODILESS_METHODS:
        defaults["Content-Type"] = request.header("content-type")
    there = rules.names(sent)
    sent += [(name, value) for name, value in defaults.items() if name.lower() not in there]
    return [*sent, ("X-Amzn-Apigateway-Api-Id", routed.api_id), ("X-Amzn-Trace-Id", routed.trace)]
