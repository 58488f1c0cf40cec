"""Requests to the doors that are no part of AWS: the sandbox's own, and the Runtime API of environments."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from benchmarks.soak.values import odd_json
from benchmarks.soak.wire import Request

PATHS = (
    *(
        "/_sandbox/health",
        "/_sandbox/traces",
        "/_sandbox/usage",
        "/_sandbox/settings",
        "/_sandbox/",
        "/_sandbox",
    ),
    *(
        "/_sandbox/nothing",
        "/_sandbox/code/",
        "/_sandbox/code/x",
        "/_sandbox/code/../../etc/passwd",
        "/_sandbox/%",
    ),
    *(
        "/_sandbox/health/",
        "/_sandbox/traces?limit=x",
        "/_sandbox/code/" + "a" * 4000,
        "/_sandbox/code/%00?x=1",
    ),
)
SETTINGS = ("replication_lag", "seed", "table_state_ms", "transaction_ms", "burst_seconds", "nothing", "")

RUNTIME = (
    *(
        "/invocation/next",
        "/invocation/x/response",
        "/invocation/x/error",
        "/init/error",
        "/exit/error",
        "",
        "/",
    ),
    *(
        "/invocation/" + "0" * 36 + "/response",
        "/invocation//response",
        "/restore/next",
        "/../../../_sandbox/health",
    ),
)


def make(chance: Random) -> Request:
    """One request; POST /_sandbox/reset, which would end the run, is not among them."""
    if chance.random() < 0.5:
        return _runtime(chance)
    path, method = chance.choice(PATHS), chance.choice(("GET", "GET", "PUT", "DELETE", "PATCH", "HEAD"))
    if chance.random() < 0.4:
        path, method = "/_sandbox/settings", "PUT"
    return _request("own door", method, path, _body(chance))


def _runtime(chance: Random) -> Request:
    """As if of an execution environment that there is not: nobody knows the id of another."""
    ids = ("0" * 32, "", "x", "..", "%00", "f" * 5000, "\xe9")
    version = chance.choice(("2018-06-01", "2018-06-01", "2020-08-15", ""))
    path = f"/_runtime/{chance.choice(ids)}/{version}/runtime{chance.choice(RUNTIME)}"
    method = chance.choice(("GET", "POST"))
    return _request("Runtime API", method, path, _body(chance))


def _request(kind: str, method: str, path: str, body: bytes) -> Request:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    data = head.encode("latin-1") + body
    answered = 0 if not path.isascii() else 1
    return Request(kind, f"{method} {path[:200]} {body[:200]!r}", (data,), "read", answered, method)


def _body(chance: Random) -> bytes:
    value: Any = {chance.choice(SETTINGS): odd_json(chance) for _ in range(chance.choice((0, 1, 3)))}
    if chance.random() < 0.3:
        return chance.choice((b"", b"\xff", b"{", b"[" * 100_000, b"NaN", b'{"a": 1e999}', b'"\\ud800"'))
    return json.dumps(value if chance.random() < 0.7 else odd_json(chance)).encode()
