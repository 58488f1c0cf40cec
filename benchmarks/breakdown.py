"""Where the time of a call goes, by the sandbox's own traces."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from benchmarks.http_client import Connection, timed
from benchmarks.report import percentile
from benchmarks.stack import Stack

CALLS = 400


def of_an_empty_call(stack: Stack) -> str:
    """The parts of a warm empty call through an HTTP API: milliseconds, p50 of each by itself."""
    with Connection(stack.urls["bench-empty"]) as connection:
        whole = [timed(connection, "GET", "/", b"", 200) * 1000 for _ in range(CALLS)]
    with urllib.request.urlopen(f"{stack.endpoint}/_sandbox/traces") as answer:
        traces = json.load(answer)["traces"][-CALLS:]
    parts = [_parts({hop["name"]: hop for hop in trace["hops"]}) for trace in traces]
    texts = [f"{name} {percentile([p[name] for p in parts], 0.5):.2f}" for name in parts[0]]
    inside = percentile([sum(p.values()) for p in parts], 0.5)
    return f"{', '.join(texts)}, HTTP and client {percentile(whole, 0.5) - inside:.2f}"


def _parts(hops: dict[str, Any]) -> dict[str, float]:
    invoke, mapping = hops["lambda"], hops["mapping"]
    handler = invoke["facts"]["handler_ms"]
    return {
        "route, permission, event": invoke["offset_ms"],
        "environment and handler": handler,
        "Lambda service": invoke["took_ms"] - handler,
        "answer": mapping["offset_ms"] + mapping["took_ms"] - invoke["offset_ms"] - invoke["took_ms"],
    }
