"""An HTTP server behind HTTP integrations: tells what it was sent, or does as the path says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

MEGABYTE = 1024 * 1024


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def __getattr__(self, name: str):
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        told = {
            "method": self.command,
            "target": self.path,
            "headers": list(self.headers.items()),
            "body": body.decode("latin-1"),
        }
        first = urlsplit(self.path).path.strip("/").split("/")
        if first[0] == "slow":
            self.server.ended.wait(5)
        if first[0] == "close":
            self.close_connection = True
            return
        status = int(first[1]) if first[0] == "status" else 200
        if first[0] == "large":
            self._send(status, b"x" * (11 * MEGABYTE))
            return
        if first[0] == "other-case":
            self._send(status, b"{}", [("x-small", "1"), ("X-BIG", "2"), ("Server", "mine")])
            return
        location = [("Location", "http://127.0.0.1:1/elsewhere")] if 300 <= status < 400 else []
        self._send(status, json.dumps(told).encode(), location)

    def _send(self, status: int, body: bytes, more: list[tuple[str, str]] | None = None) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Endpoint", "yes")
        self.send_header("Connection", "keep-alive")
        for name, value in more or ():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True  # API Gateway reads no more than it takes

    def log_message(self, *_: object) -> None:
        """Nothing: tests look at answers."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host: str) -> None:
        super().__init__((host, 0), _Handler)
        self.ended = threading.Event()


@dataclass(frozen=True)
class Running:
    """The server's port, and its URL."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running(host: str = "127.0.0.1") -> Iterator[Running]:
    """A server that runs in a thread of the test's."""
    server = _Server(host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Running(server.server_address[1])
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
