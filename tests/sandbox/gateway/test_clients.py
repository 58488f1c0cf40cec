"""Clients of deployed APIs as they come: slow, gone, with odd paths, headers and bodies."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import time

import pytest

from tests.sandbox.gateway.conftest import do
from tests.sandbox.raw_http import TIMEOUT, read_reply

RESET = struct.pack("ii", 1, 0)


def head(api, *lines: str, method: str = "POST", target: str = "/") -> bytes:
    first = (f"{method} {api.path}{target} HTTP/1.1", "Host: localhost", "Content-Type: application/json")
    return "\r\n".join((*first, *lines, "", "")).encode()


def answer(connection: socket.socket, method: str = "POST"):
    response = http.client.HTTPResponse(connection, method=method)
    response.begin()
    return read_reply(response)


@pytest.fixture(params=["echo", "rest"])
def api(request):
    """Both kinds of API."""
    return request.getfixturevalue(request.param)


def test_trailers_are_no_headers(api):
    late = json.dumps({"raise": "late"})
    chunks = f"2\r\n{{}}\r\n0\r\nX-Late: 1\r\nX-Do: {late}\r\n\r\n".encode()
    with api.raw.connect() as connection:
        connection.sendall(head(api, "Transfer-Encoding: chunked", target="/x") + chunks)
        reply = answer(connection)
    assert reply.status == 200, reply.text
    assert {name.lower() for name in reply.json()["headers"]}.isdisjoint({"x-late", "x-do"})


def test_a_body_that_comes_piece_by_piece_is_whole(api):
    body = b'{"slow": true}'
    with api.raw.connect() as connection:
        for byte in head(api, f"Content-Length: {len(body)}", target="/x") + body:
            connection.sendall(bytes((byte,)))
        reply = answer(connection)
    event = reply.json()
    assert event["body"] == body.decode()


def test_slow_clients_keep_nobody_waiting(api):
    slow = [api.raw.connect() for _ in range(30)]
    try:
        for connection in slow:
            connection.sendall(head(api, "Content-Length: 10", target="/x") + b"half")
        began = time.monotonic()
        assert api.call("/x").status == 200
        assert time.monotonic() - began < TIMEOUT / 3
        for connection in slow[:3]:
            connection.sendall(b"-whole")
            assert answer(connection).json()["body"] == "half-whole"
    finally:
        for connection in slow:
            connection.close()


@pytest.mark.parametrize("farewell", ["closed", "reset"])
def test_a_client_that_goes_away_loses_no_environment(work, farewell):
    """The handler runs to its end, and the next request finds its environment warm."""
    name = f"left-{farewell}"
    api = work.http_api(function=work.make_function(name, permitted=True))
    assert api.call().status == 200
    with api.raw.connect() as connection:
        connection.sendall(head(api, f"X-Do: {json.dumps({'sleep': 0.3})}"))
        time.sleep(0.1)  # the handler has begun
        if farewell == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    deadline = time.monotonic() + TIMEOUT
    logs = work.client("logs")
    while time.monotonic() < deadline:
        streams = logs.describe_log_streams(logGroupName=f"/aws/lambda/{name}")["logStreams"]
        events = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
        if sum(event["message"].startswith("END") for event in events) == 2:
            break
    assert api.call().status == 200
    assert len(streams) == 1, "a second environment has begun"


def test_head_has_the_length_of_the_answer_and_no_body(api):
    with api.raw.connect() as connection:
        order = json.dumps({"return": {"statusCode": 200, "body": "12345"}})
        connection.sendall(head(api, f"X-Do: {order}", method="HEAD", target="/x") * 2)
        received = b""
        while received.count(b"\r\n\r\n") < 2:
            received += connection.recv(65536)
    assert received.lower().count(b"content-length: 5\r\n") == 2
    assert received.endswith(b"\r\n\r\n")
    assert b"12345" not in received


def test_who_waits_to_be_told_to_go_on_is_told(api):
    with api.raw.connect() as connection:
        connection.sendall(head(api, "Content-Length: 2", "Expect: 100-continue", target="/x"))
        assert connection.recv(1024) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}")
        event = answer(connection).json()
    assert event["body"] == "{}"
    assert "expect" not in {name.lower() for name in event["headers"]}


def test_an_expectation_that_nobody_knows_is_no_obstacle(api):
    assert api.call("/x", headers={"Expect": "the-unexpected"}).status == 200


def test_ten_megabytes_pass_the_gateway_and_a_byte_more_does_not(echo, rest):
    """10 MB is the gateway's limit; then Lambda's, which is 6 MB, answers 413 on HTTP APIs."""
    most = 10 * 1024 * 1024
    for api, told in ((echo, '{"message":"Request Entity Too Large"}'), (rest, "Request Too Long")):
        over = api.call("/x", "POST", body=b"x" * (most + 1))
        assert (over.status, told in over.text) == (413, True)
    assert echo.call("/x", "POST", body=b"x" * 4_000_000).status == 200
    assert echo.call("/x", "POST", body=b"x" * most).status == 413


def test_headers_over_the_limit_are_refused_and_others_whole(api):
    assert api.call("/x", headers={"X-Large": "v" * 11_000}).status in (400, 413, 431)
    event = api.event("/x", headers={"X-Large": "v" * 8_192})
    assert {name.lower(): value for name, value in event["headers"].items()}["x-large"] == "v" * 8_192


def test_names_of_headers_keep_their_case_where_aws_keeps_it(echo, rest):
    odd = {"X-oDD-cAse": "1"}
    assert "x-odd-case" in echo.event("/x", headers=odd)["headers"]
    assert "X-oDD-cAse" in rest.event("/x", headers=odd)["headers"]


def test_bytes_of_a_header_that_are_no_ascii_reach_the_function(api):
    with api.raw.connect() as connection:
        connection.sendall(
            head(api, method="GET", target="/x").replace(b"\r\n\r\n", b"\r\nX-Odd: \xc3\xa9\r\n\r\n")
        )
        reply = answer(connection, "GET")
    assert reply.status == 200
    assert next(v for n, v in reply.json()["headers"].items() if n.lower() == "x-odd") in ("é", "Ã©")


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
        b"Content-Length: +2\r\n\r\n{}",
        b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
    ],
)
def test_a_body_of_unclear_length_is_refused_and_hides_no_second_request(echo, framing):
    hidden = b"GET /_sandbox/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    begin = f"POST {echo.path}/ HTTP/1.1\r\nHost: localhost\r\n".encode()
    told = echo.raw.send_bytes(begin + framing + hidden)
    assert told.startswith(b"HTTP/1.1 400 ")
    assert told.count(b"HTTP/1.1 ") == 1


def test_a_result_whose_nesting_has_no_end_is_a_malformed_one(echo):
    deep = "[" * 500 + "]" * 500
    reply = echo.call("/x", headers=do(**{"return": {"statusCode": 200, "body": deep}}))
    assert (reply.status, reply.text) == (200, deep)
