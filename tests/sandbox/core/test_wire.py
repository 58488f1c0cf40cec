"""The heads of answers, byte by byte: names keep their letter case, and come in AWS's order."""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime

import pytest

from sandbox import wire

HOST = b"Host: localhost\r\n"


def lines(head: bytes) -> list[str]:
    """The header lines of an answer."""
    return head.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]


def ask(raw, target: str, more: bytes = b"Connection: close\r\n", protocol: str = "HTTP/1.1") -> list[str]:
    return lines(raw.send_bytes(f"GET {target} {protocol}\r\n".encode() + HOST + more + b"\r\n"))


def names(head: list[str]) -> list[str]:
    return [line.partition(":")[0] for line in head]


def test_the_order_and_the_case_of_names():
    given = [
        ("x-amzn-RequestId", "1"),
        ("content-type", "a/b"),
        ("X-y", "2"),
        ("x-Z", "3"),
        ("bad name", "4"),
    ]
    head = wire.head(given, 5, closes=False)
    assert [bytes(name) for name, _ in head] == [
        *(b"Date", b"Content-Type", b"Content-Length", b"Connection"),
        *(b"x-amzn-RequestId", b"X-y", b"x-Z"),
    ]
    assert head[2][1] == b"5"


def test_answers_have_one_of_each_of_their_own_headers():
    given = [("Date", "then"), ("connection", "upgrade"), ("Content-Length", "7")]
    given.append(("Transfer-Encoding", "chunked"))
    head = wire.head(given, 5, closes=True)
    assert [(bytes(name), value) for name, value in head[1:]] == [
        (b"Content-Length", b"7"),
        (b"Connection", b"close"),
    ]
    assert head[0][1] != b"then"
    assert [bytes(name) for name, _ in wire.head((), None, closes=False)] == [b"Date", b"Connection"]


def test_no_value_begins_another_header():
    ((_, value),) = wire.head([("X-A", "1\r\nX-B: 2")], None, closes=False)[2:]
    assert value == b"1  X-B: 2"


def test_the_lambda_api(raw, account):
    credential = f"{account}/20260101/us-east-1/lambda/aws4_request"
    signed = f"Authorization: AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0\r\n"
    head = ask(raw, "/2015-03-31/functions", signed.encode() + b"Connection: close\r\n")
    assert names(head)[:4] == ["Date", "Content-Type", "Content-Length", "Connection"]
    assert "x-amzn-RequestId" in names(head)
    assert re.fullmatch(r"Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", head[0])
    assert parsedate_to_datetime(head[0].partition(": ")[2])


@pytest.mark.parametrize(
    ("more", "protocol", "expected"),
    [
        (b"Connection: close\r\n", "HTTP/1.1", "Connection: close"),
        (b"", "HTTP/1.0", "Connection: close"),
    ],
)
def test_a_connection_that_ends_says_so(raw, more, protocol, expected):
    head = ask(raw, "/_sandbox/health", more, protocol)
    assert [line for line in head if line.lower().startswith("connection:")] == [expected]


def test_a_connection_that_stays_says_so(raw):
    with raw.connect() as connection:
        for _ in range(2):
            connection.sendall(b"GET /_sandbox/health HTTP/1.1\r\n" + HOST + b"\r\n")
            answer = connection.makefile("rb")
            head, length = [], 0
            while (line := answer.readline().strip()) != b"":
                head.append(line.decode())
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            assert "Connection: keep-alive" in head
            assert json.loads(answer.read(length))
