"""HTTP on the connections of execution environments: spoken by anyone, it stays HTTP."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

NEXT = "/2018-06-01/runtime/invocation/next"
UNKNOWN = f"/_runtime/{'0' * 32}{NEXT}"


@pytest.fixture
def connection(sandbox):
    """A connection to the sandbox, and a reader of what it answers."""
    parts = urlsplit(sandbox.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as sock:
        yield sock


def read_answer(file) -> tuple[int, dict[str, str], bytes]:
    status = int(file.readline().split()[1])
    headers = {}
    while (line := file.readline()) != b"\r\n":
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    return status, headers, file.read(int(headers.get("content-length", 0)))


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: x", *headers, "", "")).encode()


def test_two_requests_in_one_packet_are_answered_in_their_order(connection):
    connection.sendall(get(UNKNOWN) + get(f"/_runtime/{'1' * 32}/elsewhere"))
    file = connection.makefile("rb")

    assert [read_answer(file)[0] for _ in range(2)] == [403, 403]


def test_a_request_in_pieces_is_one_request(connection):
    whole = get(UNKNOWN)
    for place in range(0, len(whole), 5):
        connection.sendall(whole[place : place + 5])

    assert read_answer(connection.makefile("rb"))[0] == 403


def test_what_begins_like_an_environment_but_is_none_goes_through_the_other_doors(connection):
    connection.sendall(b"GET /_r")
    connection.sendall(b"elay HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n")

    status, _, body = read_answer(connection.makefile("rb"))

    assert status == 403
    assert b"elsewhere.example" in body


def test_a_connection_that_is_to_be_closed_is_closed(connection):
    connection.sendall(get(UNKNOWN, "Connection: close"))
    file = connection.makefile("rb")

    status, headers, _ = read_answer(file)

    assert (status, headers["connection"]) == (403, "close")
    assert file.read() == b""


@pytest.mark.parametrize(
    "sent",
    [
        get(UNKNOWN)[:-2] + b"not a header\r\n\r\n",
        b"POST " + UNKNOWN.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: lots\r\n\r\n",
        b"GET " + UNKNOWN.encode() + b" HTTP/9.9\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused_and_ends_the_connection(connection, sandbox, client, sent):
    connection.sendall(sent)
    file = connection.makefile("rb")

    assert read_answer(file)[0] == 400
    assert file.read() == b""
    assert client("sts").get_caller_identity()["Account"]


def test_a_body_in_chunks_is_read_whole_and_waited_for(connection):
    head = f"POST /_runtime/{'0' * 32}/2018-06-01/runtime/init/error HTTP/1.1"
    connection.sendall(
        f"{head}\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n".encode()
    )
    file = connection.makefile("rb")
    assert file.readline() == b"HTTP/1.1 100 Continue\r\n"
    assert file.readline() == b"\r\n"
    connection.sendall(b"2\r\n{}\r\n0\r\n\r\n")

    assert read_answer(file)[0] == 403
