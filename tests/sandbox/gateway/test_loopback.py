"""No request of an integration leaves this machine, whatever a name means to a name server."""

from __future__ import annotations

import asyncio
import doctest
import socket

import pytest

from sandbox.errors import AwsError, NotModelled
from sandbox.gateway import http_mapping, json_paths, loopback
from sandbox.gateway.endpoints import EndpointFailed, EndpointRequest, Endpoints, _loopback_only, endpoint_at
from sandbox.gateway.loopback import Elsewhere
from tests.sandbox.gateway.endpoint import running


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", ("127.0.0.1", "::1")),
        ("LocalHost.", ("127.0.0.1", "::1")),
        ("api.localhost", ("127.0.0.1", "::1")),
        ("127.0.0.1", ("127.0.0.1",)),
        ("127.1.2.3", ("127.1.2.3",)),
        ("::1", ("::1",)),
        ("nowhere.invalid", ()),
    ],
)
def test_this_machine(host, expected):
    assert loopback.addresses(host) == expected


@pytest.mark.parametrize(
    "host",
    [
        *("example.com", "localhost.example.com", "notlocalhost", "127.0.0.1.nip.io", "localtest.me"),
        *(
            "0.0.0.0",
            "127.1",
            "2130706433",
            "0x7f.1",
            "::",
            "::ffff:127.0.0.1",
            "10.0.0.1",
            "169.254.169.254",
        ),
        *("fe80::1", "ip6-localhost", "localhost.localdomain", ""),
    ],
)
def test_all_else_is_elsewhere(host):
    with pytest.raises(Elsewhere):
        loopback.addresses(host)


@pytest.mark.parametrize(
    "uri",
    [
        *("http://localhost", "https://127.0.0.1:8443/a/{proxy}?b={c}", "http://[::1]:80/"),
        *("http://${stageVariables.host}:80/a", "https://${stageVariables.url}", "HTTP://LOCALHOST/"),
    ],
)
def test_endpoints_that_may_be(uri):
    loopback.check(uri)


@pytest.mark.parametrize(
    "uri",
    [
        *("", "localhost", "ftp://localhost/", "http://", "http:///a", "http://localhost/a b"),
        *("http://localhost:99999/", "http://user:secret@localhost/", "http://localhost@example.com/"),
        *("${stageVariables.url}", "http://localhost/#a"),
    ],
)
def test_what_is_no_endpoint(uri):
    with pytest.raises(AwsError) as caught:
        loopback.check(uri)
    assert caught.value.message == "Invalid HTTP endpoint specified for URI"


def test_another_machine_is_named():
    with pytest.raises(NotModelled, match=r"host example\.com"):
        loopback.check("https://example.com:8443/a")


def request_to(uri: str) -> EndpointRequest:
    endpoint = endpoint_at(uri)
    return EndpointRequest("GET", endpoint, endpoint.target, [("Host", endpoint.host_header)])


def test_no_name_server_is_asked(monkeypatch):
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **_: asked.append(given) or [])
    with running() as server:
        reply = asyncio.run(Endpoints().send(request_to(f"http://a.localhost:{server.port}/x"), 5))
        assert reply.status == 200
        with pytest.raises(EndpointFailed, match="does not exist"):
            asyncio.run(Endpoints().send(request_to("http://a.invalid/"), 5))
        with pytest.raises(Elsewhere):
            asyncio.run(Endpoints().send(request_to("http://example.com/"), 5))
    assert asked == []


def test_the_connection_itself_knows_this_machine_only():
    """A host that gets past every check before it is still not connected to."""
    with pytest.raises(Elsewhere):
        asyncio.run(_loopback_only().connect_tcp("93.184.216.34", 80))


@pytest.mark.parametrize("uri", ["http://a.localhost:1/", "https://localhost:1/"])
def test_nobody_listens(uri):
    with pytest.raises(EndpointFailed) as caught:
        asyncio.run(Endpoints().send(request_to(uri), 5))
    assert caught.value.kind == "network"


def test_a_server_without_tls():
    with running() as server, pytest.raises(EndpointFailed) as caught:
        asyncio.run(Endpoints().send(request_to(f"https://127.0.0.1:{server.port}/"), 5))
    assert caught.value.kind == "network"


@pytest.mark.parametrize("module", [json_paths])
def test_examples_in_docstrings(module):
    result = doctest.testmod(module)
    assert (result.attempted > 0, result.failed) == (True, 0)


@pytest.mark.parametrize("path", ["..a", "$..a", "a[?(@.b)]", "a[*]", "a["])
def test_json_paths_that_are_not_taken(path):
    assert json_paths.problem(path)


@pytest.mark.parametrize("path", ["", "$", "a", "$.a[0].b", "['a b'].c", "a-b_c"])
def test_json_paths_that_are_taken(path):
    assert json_paths.problem(path) == ""


ERRORS = "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
RESERVED = [
    *("Authorization", "connection", "Content-Encoding", "Content-Length", "Content-Location", "Forwarded"),
    *("Keep-Alive", "Origin", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailers", "Via"),
    *("Transfer-Encoding", "Upgrade", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"),
    *("access-control-allow-origin", "Apigw-Requestid", "x-amz-date", "X-Amzn-Trace-Id"),
]


@pytest.mark.parametrize("name", RESERVED)
def test_reserved_headers(name):
    told = f"{ERRORS}[Operations on header {name} are restricted]"
    for action in ("append", "overwrite", "remove"):
        for given in (
            ({f"{action}:header.{name}": "a"}, None),
            (None, {"200": {f"{action}:header.{name}": "a"}}),
        ):
            with pytest.raises(AwsError) as caught:
                http_mapping.check(*given)
            assert caught.value.message == told


@pytest.mark.parametrize(
    ("request_", "response"),
    [
        ({"append:path": "/a"}, None),
        ({"overwrite:statuscode": "200"}, None),
        ({"add:header.a": "b"}, None),
        ({"append:header.": "b"}, None),
        ({"append:header.a": "$response.header.b"}, None),
        ({"append:header.a": "$request.body..b"}, None),
        ({"append:header.a": "$nothing.b"}, None),
        ({"append:header.a": "x${nothing.b}"}, None),
        (None, {"200": {"append:querystring.a": "b"}}),
        (None, {"200": {"overwrite:path": "/a"}}),
        (None, {"200": {"overwrite:statuscode": "99"}}),
        (None, {"0": {"append:header.a": "b"}}),
    ],
)
def test_what_is_no_mapping(request_, response):
    with pytest.raises(AwsError) as caught:
        http_mapping.check(request_, response)
    assert (caught.value.code, caught.value.status) == ("BadRequestException", 400)
