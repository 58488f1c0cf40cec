"""Bytes that are hardly HTTP, or HTTP that few speak: to any door, answered or closed within a bound."""

from __future__ import annotations

from random import Random

from benchmarks.soak.target import Target
from benchmarks.soak.wire import Request

LAST = b"Host: localhost\r\nConnection: close\r\n\r\n"
TLS_HELLO = b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + b"\x5a" * 60
H2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"

# {path} is that of a deployed API.
WHOLE = (
    b"GET {path} HTTP/1.0\r\n\r\n",
    b"GET {path} HTTP/1.0\r\nConnection: keep-alive\r\nHost: localhost\r\n\r\n",
    b"GET {path}\r\n",
    b"GET {path} HTTP/0.9\r\n\r\n",
    b"GET {path} HTTP/1.2\r\n" + LAST,
    b"GET {path} HTTP/2.0\r\n" + LAST,
    b"GET {path} HTTP/1.1\r\n\r\n",
    b"GET {path} HTTP/1.1\r\nHost: \r\n\r\n",
    b"GET {path} HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n",
    b"GET {path} HTTP/1.1\r\nHost: localhost\r\nHost: elsewhere.example\r\n\r\n",
    b"GET http://localhost{path} HTTP/1.1\r\n" + LAST,
    b"GET http://[::1{path} HTTP/1.1\r\n" + LAST,
    b"GET http:///// HTTP/1.1\r\n" + LAST,
    b"GET ftp://user:pass@localhost:99999{path}#fragment HTTP/1.1\r\n" + LAST,
    b"OPTIONS * HTTP/1.1\r\n" + LAST,
    b"GET * HTTP/1.1\r\n" + LAST,
    b"CONNECT localhost:443 HTTP/1.1\r\n" + LAST,
    b"CONNECT {path} HTTP/1.1\r\n" + LAST + TLS_HELLO,
    b"TRACE {path} HTTP/1.1\r\n" + LAST,
    b"get {path} HTTP/1.1\r\n" + LAST,
    b"NONSENSE {path} HTTP/1.1\r\n" + LAST,
    b"G\x00T {path} HTTP/1.1\r\n" + LAST,
    b"GET {path}\x00 HTTP/1.1\r\n" + LAST,
    b"GET {path}\xff\xfe HTTP/1.1\r\n" + LAST,
    b"GET {path} x y HTTP/1.1\r\n" + LAST,
    b"GET  {path}  HTTP/1.1\r\n" + LAST,
    b"GET\t{path}\tHTTP/1.1\r\n" + LAST,
    b"\r\n\r\n\r\nGET {path} HTTP/1.1\r\n" + LAST,
    b"GET {path} HTTP/1.1\nHost: localhost\nConnection: close\n\n",
    b"GET {path} HTTP/1.1\rHost: localhost\r\r",
    b"GET {path} HTTP/1.1\r\nX: a\rb\r\n" + LAST,
    b"GET {path} HTTP/1.1\r\nX: a\x00b\r\n" + LAST,
    b"GET {path} HTTP/1.1\r\nX : blank\r\n" + LAST,
    b"GET {path} HTTP/1.1\r\n X: folded\r\n" + LAST,
    b"GET {path} HTTP/1.1\r\nX: a\r\n folded\r\n" + LAST,
    b"GET {path} HTTP/1.1\r\n: no name\r\n" + LAST,
    b"GET {path} HTTP/1.1\r\nno colon\r\n" + LAST,
    b"GET {path} HTTP/1.1\r\nX-\xc3\xa9: name\r\n" + LAST,
    b"GET {path} HTTP/1.1\r\nX: " + b"v" * 1_100_000 + b"\r\n" + LAST,
    b"GET {path}?" + b"q" * 1_100_000 + b" HTTP/1.1\r\n" + LAST,
    b"GET {path} HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + LAST,
    TLS_HELLO,
    H2_PREFACE,
    b"\x00" * 200,
    b"\xff" * 70_000,
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"*1\r\n$4\r\nPING\r\n",
)

# Framings that two servers would read in two ways (RFC 9112, 6.3 and 11.2): never two requests of one.
SMUGGLED = (
    b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    b"Content-Length: 2, 2\r\n\r\n{}",
    b"Content-Length: +2\r\n\r\n{}",
    b"Content-Length: 0x2\r\n\r\n{}",
    b"Content-Length: 2 2\r\n\r\n{}",
    b"Content-Length: -1\r\n\r\n",
    b"Content-Length: 99999999999999999999999\r\n\r\n{}",
    b"Content-Length: \r\n\r\n{}",
    b"Content-Length: \xd9\xa2\r\n\r\n{}",
    b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}",
    b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}x\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n",
    b"Transfer-Encoding: chunked\r\n\r\n2;" + b"e" * 70_000 + b"\r\n{}\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"T: x\r\n" * 200_000 + b"\r\n",
)

ONE = b"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Answer: fine-0\r\n\r\n"


def make(chance: Random, target: Target) -> Request:
    """One request to a deployed API, or to another door."""
    doors = [*target.apis.values(), "/_sandbox/health", "/", "/_runtime/" + "0" * 32 + "/2018-06-01/x"]
    path = chance.choice(doors).encode()
    kind = chance.choice((_whole, _whole, _smuggled, _cut, _pipelined, _flipped))
    return kind(chance, path)


def _whole(chance: Random, path: bytes) -> Request:
    data = chance.choice(WHOLE).replace(b"{path}", path)
    method = "HEAD" if data.startswith(b"HEAD") else "GET"
    return Request("hardly HTTP", _told(data), (data,), "shut", 0, method)


def _smuggled(chance: Random, path: bytes) -> Request:
    """A body of unclear length, and what would be a second request."""
    data = b"POST %s HTTP/1.1\r\nHost: localhost\r\n%s" % (path, chance.choice(SMUGGLED))
    hidden = chance.choice((b"", b"GET /_sandbox/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"))
    return Request("unclear length", _told(data), (data, hidden), "shut", 0)


def _cut(chance: Random, path: bytes) -> Request:
    """A request that ends too early, in whatever way the client ends it."""
    data = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n{}" % path
    data = data[: chance.randint(1, len(data))]
    then = chance.choice(("shut", "leave", "reset"))
    return Request("cut off", _told(data), (data,), then, 0)


def _pipelined(chance: Random, path: bytes) -> Request:
    """Several requests at once, which are answered in their order."""
    count = chance.randint(2, 5)
    pieces = tuple(ONE.replace(b"{path}", path) for _ in range(count))
    joined = pieces if chance.random() < 0.3 else (b"".join(pieces),)
    if path == b"/":  # an AWS API, which takes no such request, answers too
        return Request("pipelined", _told(pieces[0]), joined, "read", count)
    return Request("pipelined", _told(pieces[0]), joined, "read", count)


def _flipped(chance: Random, path: bytes) -> Request:
    """A right request of which some bytes are others."""
    data = bytearray(b"POST %s?a=b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n" % path)
    data += b"Accept: */*\r\nContent-Type: application/json\r\n\r\n{}"
    for _ in range(chance.choice((1, 2, 8))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return Request("flipped bytes", _told(bytes(data)), (bytes(data),), "shut", 0)


def _told(data: bytes) -> str:
    return repr(data[:160])
