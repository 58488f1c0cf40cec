"""HTTP by hand, for what boto3 and requests would never send."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 30


@dataclass(frozen=True)
class RawReply:
    """An answer as it came. `headers` has lower-case names, repeated ones joined by a comma."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def json(self) -> Any:
        return json.loads(self.body)


class RawClient:
    """Sends requests to one sandbox exactly as they are given."""

    def __init__(self, url: str) -> None:
        self.url = url
        parts = urlsplit(url)
        self.host, self.port = str(parts.hostname), int(parts.port or 80)

    def request(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes | str = b"",
    ) -> RawReply:
        """One request on a connection of its own. Host and Content-Length are added unless given."""
        pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
        names = {name.lower() for name, _ in pairs}
        data = body.encode() if isinstance(body, str) else body
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT)
        try:
            connection.putrequest(method, target, skip_host="host" in names, skip_accept_encoding=True)
            for name, value in pairs:
                connection.putheader(name, value)
            if data and not names & {"content-length", "transfer-encoding"}:
                connection.putheader("Content-Length", str(len(data)))
            connection.endheaders(data or None)
            return read_reply(connection.getresponse())
        finally:
            connection.close()

    def call(
        self,
        service: str,
        target: str,
        body: bytes | str,
        account: str,
        region: str = "us-east-1",
        **headers: str,
    ) -> RawReply:
        """An AWS API call of the json protocol. An account's own key needs no signature, so none is made."""
        credential = f"{account}/20260101/{region}/{service}/aws4_request"
        signed = {
            "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0",
            "X-Amz-Date": "20260101T000000Z",
            "X-Amz-Target": target,
            "Content-Type": "application/x-amz-json-1.0",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self.request("POST", "/", signed, body)

    def connect(self) -> socket.socket:
        """A bare connection, to send bytes that are hardly HTTP; close it."""
        return socket.create_connection((self.host, self.port), timeout=TIMEOUT)

    def send_bytes(self, data: bytes) -> bytes:
        """All that the server answers to `data` until it closes the connection."""
        with self.connect() as connection:
            connection.sendall(data)
            parts = []
            while part := connection.recv(65536):
                parts.append(part)
            return b"".join(parts)


def read_reply(answer: http.client.HTTPResponse) -> RawReply:
    """The whole of an answer of http.client."""
    headers: dict[str, str] = {}
    for name, value in answer.getheaders():
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return RawReply(answer.status, headers, answer.read())
