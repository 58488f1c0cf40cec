"""The two HTTP messages every door of the sandbox deals in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class HttpRequest:
    """One HTTP request, whole.

    `raw_path` and `query_string` are as the client sent them (percent-encoded); `headers` keep the
    client's order and letter case, one entry a line; `client` is the peer's IP address. `sent_path` is
    the whole path on the wire, where `raw_path` is but the part behind an API's address, else "".
    """

    method: str
    raw_path: str
    query_string: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    client: str = "127.0.0.1"
    protocol: str = "HTTP/1.1"
    sent_path: str = ""

    @cached_property
    def _header_map(self) -> dict[str, str]:
        joined: dict[str, str] = {}
        for name, value in self.headers:
            key = name.lower()
            joined[key] = f"{joined[key]},{value}" if key in joined else value
        return joined

    def header(self, name: str, default: str = "") -> str:
        """The value of a header, whatever its letter case; repeated ones are joined by a comma."""
        return self._header_map.get(name.lower(), default)

    def has_header(self, name: str) -> bool:
        return name.lower() in self._header_map

    @cached_property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The query parameters, decoded (`+` is a blank), in order, repeated ones kept."""
        return tuple(parse_qsl(self.query_string, keep_blank_values=True))


@dataclass(frozen=True)
class Reply:
    """One HTTP answer. Header names keep their case; `content-length` is added when it is sent."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)

    @classmethod
    def of_json(cls, value: Any, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Reply:
        """A JSON answer, compact, as AWS writes it."""
        body = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
        return cls(status, (("Content-Type", "application/json"), *headers), body)

    def header(self, name: str, default: str = "") -> str:
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), default)

    def with_headers(self, *headers: tuple[str, str]) -> Reply:
        """The same answer with headers added; one of the same name is replaced."""
        names = {name.lower() for name, _ in headers}
        kept = tuple(h for h in self.headers if h[0].lower() not in names)
        return Reply(self.status, kept + headers, self.body)
