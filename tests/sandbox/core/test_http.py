"""HTTP itself: connections that stay, pipelines, HEAD, and bytes that are hardly HTTP."""

from __future__ import annotations

import http.client
import os
import socket
import sys
from pathlib import Path

import pytest

from tests.sandbox.core.conftest import text
from tests.sandbox.raw_http import TIMEOUT, read_reply

HEALTH = b"GET /_sandbox/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = b"GET /_sandbox/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def healthy(raw) -> bool:
    return raw.request("GET", "/_sandbox/health").status == 200


def test_a_connection_stays_open(raw):
    connection = http.client.HTTPConnection(raw.host, raw.port, timeout=TIMEOUT)
    try:
        for _ in range(5):
            connection.request("GET", "/_sandbox/health")
            opened = connection.sock
            assert read_reply(connection.getresponse()).status == 200
        assert connection.sock is opened
    finally:
        connection.close()


def test_requests_in_a_pipeline_are_answered_in_order(raw):
    nothing = HEALTH.replace(b"/health", b"/nothing")
    answers = raw.send_bytes(HEALTH + nothing + HEALTH + LAST)
    statuses = [part.split(b" ")[1] for part in answers.split(b"HTTP/1.1")[1:] for part in [b"x" + part]]
    assert statuses == [b"200", b"404", b"200", b"200"]


def test_head_has_the_headers_of_get_and_no_body(raw):
    get, head = (raw.request(method, "/_sandbox/health") for method in ("GET", "HEAD"))
    assert head.status == 200
    assert head.body == b""
    assert head.headers["content-length"] == get.headers["content-length"]


def test_head_of_an_object(client):
    s3 = client("s3")
    s3.create_bucket(Bucket="head-of-an-object")
    s3.put_object(Bucket="head-of-an-object", Key="a", Body=b"12345", ContentType="text/plain")
    told = s3.head_object(Bucket="head-of-an-object", Key="a")
    assert (told["ContentLength"], told["ContentType"]) == (5, "text/plain")


def test_a_chunked_body_is_put_together(raw, account, users, db):
    body = b'{"TableName":"users","Item":{"pk":{"S":"chunked"}}}'
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:7], body[7:])) + b"0\r\n\r\n"
    reply = raw.call("dynamodb", "DynamoDB_20120810.PutItem", chunks, account, Transfer_Encoding="chunked")
    assert reply.status == 200, reply.text
    assert db.get_item(TableName=users, Key={"pk": text("chunked")})["Item"]


def test_a_client_that_waits_to_be_told_to_go_on(raw, account):
    head = (
        b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"
        b"X-Amz-Target: DynamoDB_20120810.ListTables\r\nX-Amz-Date: 20260101T000000Z\r\n"
        b"Authorization: AWS4-HMAC-SHA256 Credential=%s/20260101/us-east-1/dynamodb/aws4_request, "
        b"SignedHeaders=host, Signature=0\r\n\r\n" % account.encode()
    )
    with raw.connect() as connection:
        connection.sendall(head)
        assert connection.recv(1024).startswith(b"HTTP/1.1 100")
        connection.sendall(b"{}")
        assert connection.recv(1024).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /caf\xc3\xa9 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET http://localhost HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=[
        "bytes",
        "no path",
        "version",
        "path not encoded",
        "header",
        "length",
        "two lengths",
        "chunk",
        "connect",
        "no path in a url",
        "tls",
    ],
)
def test_what_is_no_http_is_a_bad_request_and_the_sandbox_lives(raw, data):
    assert raw.send_bytes(data).startswith(b"HTTP/1.1 4")
    assert healthy(raw)


def test_a_target_with_a_host_is_led_by_its_path(raw):
    target = (
        b"GET http://evil.example/_sandbox/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    assert raw.send_bytes(target).startswith(b"HTTP/1.1 200")


def test_endless_headers_end(raw):
    def send_for_ever(connection: socket.socket) -> None:
        for _ in range(64):
            connection.sendall(b"x" * 1024 * 1024)

    with raw.connect() as connection:
        connection.sendall(b"GET /_sandbox/health HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
        with pytest.raises(ConnectionError):
            send_for_ever(connection)
    assert healthy(raw)


def test_many_headers_are_taken(raw):
    headers = [("X-Many", "v" * 1000)] * 200
    assert raw.request("GET", "/_sandbox/health", headers).status == 200


def test_half_a_body_is_not_stored(raw, account, client):
    """An account's own key needs no signature, so nothing but the length tells that the body is cut."""
    s3 = client("s3")
    s3.create_bucket(Bucket=f"half-{account}")
    s3.put_object(Bucket=f"half-{account}", Key="whole", Body=b"whole")
    head = (
        f"PUT /half-{account}/half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
        f"X-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential="
        f"{account}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n"
    )
    with raw.connect() as connection:
        connection.sendall(head.encode() + b"x" * 500)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    assert healthy(raw)
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=f"half-{account}")["Contents"]]
    assert keys == ["whole"]


def test_a_request_that_never_comes_whole_keeps_nobody_waiting(raw):
    with raw.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf")
        assert healthy(raw)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts descriptors in /proc")
def test_descriptors_do_not_grow(raw, sandbox, account):
    def descriptors() -> int:
        return len(os.listdir(Path("/proc") / str(sandbox.pid) / "fd"))  # noqa: PTH208

    def calls(count: int) -> None:
        for _ in range(count):
            assert raw.call("dynamodb", "DynamoDB_20120810.ListTables", "{}", account).status == 200

    calls(100)
    before = descriptors()
    calls(1900)
    assert descriptors() <= before + 5
