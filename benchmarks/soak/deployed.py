"""Requests to deployed APIs: whole ones with odd paths, headers and bodies, that have to be answered."""

from __future__ import annotations

import itertools
from random import Random

from benchmarks.soak import handlers
from benchmarks.soak.target import Target
from benchmarks.soak.wire import Request

PATHS = (
    *(
        "/",
        "",
        "/users",
        "/users/ada",
        "/files/a/b/c",
        "//",
        "///users//",
        "/./../..",
        "/..%2f..%2fetc",
        "/%",
    ),
    *(
        "/%zz",
        "/%00",
        "/%c3%28",
        "/%25%32%66",
        "/%F0%9F%98%80",
        "/a%3Fb",
        "/a%23b",
        "/a;b=c",
        "/a:b",
        "/*",
        "/{x}",
    ),
    *(
        "/%2e%2e/",
        "/users/%2F",
        "/" + "a" * 3000,
        "/" + "%41" * 1500,
        "/~",
        "/a+b",
        "/test/test",
        "/$default/x",
    ),
)
QUERIES = (
    *(
        "",
        "",
        "?",
        "?a=1",
        "?a=1&a=2&a=",
        "?&&&",
        "?=",
        "?=x",
        "?a",
        "?a=%",
        "?a=%zz",
        "?a=%00",
        "?a=%C3%28",
        "?%",
    ),
    *(
        "?a[]=1&a[0]=2",
        "?a=1?b=2",
        "?a=b=c",
        "?a=+%2B",
        "?" + "a=1&" * 500,
        "?" + "x" * 5000,
        "?a=\"'<>{}|^`",
    ),
)
METHODS = (
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "HEAD",
    "TRACE",
    "PROPFIND",
    "PURGE",
    "LINK",
    "LOCK",
)
HEADERS = (
    ("X-Twice", "1\r\nx-twice: 2\r\nX-TWICE: 3"),
    ("Cookie", "a=1; b=2; ; =; c"),
    ("Cookie", "a=1\r\nCookie: b=2"),
    ("X-Bytes", "\xe9\xff\x80"),
    ("X-Empty", ""),
    ("X-Tab", "\ta\tb\t"),
    ("X-Many", "\r\n".join(["v", *(f"X-Many-{n}: {n}" for n in range(150))])),
    ("X-Large", "v" * 8192),
    ("X-Larger", "v" * 11000),
    ("X-Largest", "v" * 900_000),
    ("Accept", "*/*;q=x, image/*, ;;"),
    ("Accept-Encoding", "gzip, br;q=0, *"),
    ("Content-Type", "application/json; charset=nonsense"),
    ("Content-Type", "multipart/form-data"),
    ("Content-Type", "application/x-www-form-urlencoded"),
    ("Content-Type", "\xff/\xff"),
    ("Content-Encoding", "gzip"),
    ("Origin", "https://elsewhere.example"),
    ("Origin", "null"),
    ("Access-Control-Request-Method", "PUT"),
    ("Authorization", "Basic !!!"),
    ("Authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e"),
    ("X-Amzn-Trace-Id", "Root=nonsense;;;="),
    ("X-Amzn-Trace-Id", "Root=1-00000000-000000000000000000000000;Parent=x;Sampled=9"),
    ("X-Forwarded-For", "999.1.1.1, ::1, \xe9"),
    ("X-Moto-Account-Id", "1"),
    ("Range", "bytes=0-0,-1"),
    ("If-None-Match", "*"),
    ("Connection", "close"),
    ("Connection", "keep-alive, x-answer"),
    ("Connection", "Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__"),
    (
        "Connection",
        "Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZQ==",
    ),
    ("Expect", "100-continue"),
    ("Expect", "the unexpected"),
    ("TE", "trailers, deflate"),
    ("Max-Forwards", "0"),
    ("Via", "1.1 a, 1.1 b"),
    ("X-HTTP-Method-Override", "DELETE"),
    ("X-" + "n" * 2000, "long name"),
)
BODIES = (
    *(
        b"",
        b"{}",
        b'{"a": 1}',
        b"null",
        b"{not json",
        b"a=1&b=%zz",
        b"\x00\xff\xfe\x80",
        "ünï".encode(),
        b"x" * 70_000,
    ),
    *(b"[" * 5000, b'{"a":' * 500, b"\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"--boundary\r\n"),
)
LARGE = (10 * 1024 * 1024, 10 * 1024 * 1024 + 1, 4_500_000, 6_500_000)
"""Bytes of the large bodies: API Gateway's limit, one more, and about Lambda's limit of 6 MB."""


def make(chance: Random, target: Target, *, costly: bool = False, large: bool = False) -> Request:
    """One request. costly: its answer may end the execution environment; large: its body has megabytes."""
    what, base = chance.choice(list((target.rough if costly else target.apis).items()))
    answer = chance.choice(handlers.COSTLY if costly else handlers.COMMON)
    method = chance.choice(METHODS if chance.random() < 0.5 else ("GET", "POST", "POST"))
    path = base + chance.choice(PATHS) + chance.choice(QUERIES)
    lines = [f"{method} {path} HTTP/1.1", f"{chance.choice(('Host', 'host', 'HOST'))}: localhost"]
    lines.append(f"{chance.choice(('x-answer', 'X-Answer', 'X-ANSWER'))}: {answer.name}")
    lines += [f"{name}: {value}" for name, value in chance.sample(HEADERS, chance.choice((0, 0, 1, 2, 3, 6)))]
    body = chance.randbytes(4096) * (chance.choice(LARGE) // 4096 + 1) if large else chance.choice(BODIES)
    pieces, then = _framed(chance, lines, body), "read"
    if chance.random() < 0.04:
        then, pieces = chance.choice(("leave", "reset")), pieces[: chance.randint(1, len(pieces))]
    return Request(
        f"{what}: {answer.name}",
        f"{method} {path[:200]}",
        pieces,
        then,
        0 if then != "read" else 1,
        method,
        answer.failing,
        pause=0.002 if len(pieces) > 2 else 0.0,
    )


def _framed(chance: Random, lines: list[str], body: bytes) -> tuple[bytes, ...]:
    """Head and body as one piece or several, with a length or in chunks."""
    if body and chance.random() < 0.2:
        head, body = [*lines, "Transfer-Encoding: chunked"], _chunked(chance, body)
    else:
        head = [*lines, f"Content-Length: {len(body)}"] if body else lines
    whole = "\r\n".join([*head, "", ""]).encode("latin-1") + body
    if chance.random() < 0.85:
        return (whole,)
    places = sorted(
        {0, *(chance.randrange(len(whole)) for _ in range(chance.choice((1, 5, 12)))), len(whole)}
    )
    return tuple(whole[begin:end] for begin, end in itertools.pairwise(places))


def _chunked(chance: Random, body: bytes) -> bytes:
    """In chunks of odd lengths, now and then with extensions and trailers."""
    size = chance.choice((1, 7, 1000, 65536)) if len(body) < 2000 else 65536
    parts = []
    for begin in range(0, len(body), size):
        part = body[begin : begin + size]
        extension = chance.choice((b"", b"", b";a=b", b';a="b;c"'))
        parts.append(
            chance.choice((b"%x", b"%X", b"000%x")) % len(part) + extension + b"\r\n" + part + b"\r\n"
        )
    trailer = chance.choice((b"", b"", b"X-Trailer: late\r\n", b"X-Answer: odd-1\r\n"))
    return b"".join(parts) + b"0\r\n" + trailer + b"\r\n"
