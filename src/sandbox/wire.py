"""The head of an answer as AWS writes it over HTTP/1.1.

    Date: Mon, 14 Apr 2025 22:10:20 GMT
    Content-Type: application/json
    Content-Length: 26
    Connection: keep-alive
    x-amzn-RequestId: f373ffe9-0c95-4dea-939c-c4b4107f5b2b

Names keep their letter case. Sources: aws/aws-lambda-dotnet, Tools/LambdaTestTool-v2, Snapshots (both kinds
of API, captured 2025-04-14); captures with curl that people published show the order.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from email.utils import formatdate
from functools import lru_cache

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NOT_IN_VALUES = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

Head = list[tuple[bytes, bytes]]


class _Name(bytes):
    """A name that stays as it is written: uvicorn asks for it in small letters, and sends what it gets."""

    __slots__ = ()

    def lower(self) -> _Name:
        return self


class _Known(_Name):
    """A name that uvicorn looks for, and finds in any letter case."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return bytes.lower(self) == other

    __hash__ = bytes.__hash__


_DATE, _TYPE = _Name(b"Date"), _Name(b"Content-Type")
_LENGTH, _CONNECTION, _CODING = _Known(b"Content-Length"), _Known(b"Connection"), _Known(b"Transfer-Encoding")
_KEEP_ALIVE, _CLOSE = (_CONNECTION, b"keep-alive"), (_CONNECTION, b"close")


def head(headers: Iterable[tuple[str, str]], length: int | None, closes: bool) -> Head:
    """The headers of an answer, in AWS's order, with those that every answer has.

    length: of the body; None where an answer has no Content-Length. closes: whether the client has asked
    for the end of the connection. All answers are whole, so a Transfer-Encoding is left out. A line end in a
    value becomes a blank, lest it begin another header.
    """
    kind: Head = []
    rest: Head = []
    size = None if length is None else b"%d" % length
    for name, value in headers:
        known = _name(name)
        if known is None:
            continue
        text = _NOT_IN_VALUES.sub(" ", value).encode("latin-1", "replace")
        written, place = known
        if place is None:
            rest.append((written, text))
        elif place is _TYPE:
            kind.append((_TYPE, text))
        elif place is _LENGTH:
            size = text
    first: Head = [(_DATE, _date(int(time.time()))), *kind]
    if size is not None:
        first.append((_LENGTH, size))
    first.append(_CLOSE if closes else _KEEP_ALIVE)
    return first + rest


@lru_cache(maxsize=2048)
def _name(name: str) -> tuple[_Name, _Name | None] | None:
    """A name as it is sent, and which of the first headers it is; None for what is no name."""
    if not _TOKEN.fullmatch(name):
        return None
    written = _Name(name.encode())
    places = (_DATE, _TYPE, _LENGTH, _CONNECTION, _CODING)
    place = next((one for one in places if bytes.lower(one) == bytes.lower(written)), None)
    return written, place


@lru_cache(maxsize=2)
def _date(second: int) -> bytes:
    return formatdate(second, usegmt=True).encode()
