"""A client that costs as little as a client can: one keep-alive connection, one write a request."""

from __future__ import annotations

import socket
import time
from types import TracebackType
from urllib.parse import urlsplit


class Connection:
    """One connection to one host. `request` returns status and body; times are the caller's to take."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._base = parts.netloc, parts.path.rstrip("/")
        # Emulators give APIs names below .localhost, which not every resolver knows.
        host = "127.0.0.1" if (parts.hostname or "").endswith("localhost") else parts.hostname
        self._socket = socket.create_connection((host or "", parts.port or 80), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def request(self, method: str, path: str, body: bytes = b"", headers: str = "") -> tuple[int, bytes]:
        """Send one request, with these header lines, and read its answer. Raises OSError if it ends."""
        head = f"{method} {self._base}{path} HTTP/1.1\r\nhost: {self._host}\r\n{headers}"
        if body:
            head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        self._socket.sendall(head.encode() + b"\r\n" + body)
        status = int(self._file.readline().split(b" ", 2)[1])
        length, chunked = 0, False
        while (line := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif name.lower() == b"transfer-encoding":
                chunked = True
        return status, self._chunks() if chunked else self._file.read(length)

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self._file.readline(), 16):
            parts.append(self._file.read(size))
            self._file.readline()
        self._file.readline()
        return b"".join(parts)

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()


class WrongAnswer(Exception):
    """The server answered something else than the work expects; a figure would mean nothing."""


def timed(
    connection: Connection, method: str, path: str, body: bytes, expected: int, headers: str = ""
) -> float:
    """Seconds of one request. Raises WrongAnswer for another status than `expected`."""
    began = time.perf_counter()
    status, answer = connection.request(method, path, body, headers)
    took = time.perf_counter() - began
    if status != expected:
        raise WrongAnswer(f"{method} {path} answered {status}, expected {expected}: {answer[:300]!r}")
    return took
