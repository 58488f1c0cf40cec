"""What the trace costs a request: `make bench-trace`.

One sandbox answers the same requests with the trace's steps and without them, in turns: a request's trace id
says which. So both meet the same environments, the same memory and the same neighbours on the machine.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
from rich.console import Console
from rich.table import Table

from benchmarks import arms, report, servers
from benchmarks import stack as stacks
from benchmarks.http_client import Connection, timed
from benchmarks.servers import Server
from benchmarks.traced_server import SILENT
from sandbox.trace import Tracer, new_trace_id

GOAL = 50.0
"""Microseconds that the trace of a request may cost."""
HEADER = "X-Amzn-Trace-Id"
SETTLING = 20
"""Pairs that are not counted."""
BATCHES, BATCH = 20, 500

Send = Callable[[str], float]
"""The root of a trace → seconds of a request under it."""


@dataclass
class Row:
    """One kind of request. on, off: seconds of each, with the trace and without. hops: of the last trace."""

    name: str
    send: Send
    on: list[float] = field(default_factory=list)
    off: list[float] = field(default_factory=list)
    trace: dict[str, Any] = field(default_factory=dict)

    def run(self, pairs: int, keep: bool = True) -> str:
        """`pairs` requests of each, in turns; the root of the last with a trace."""
        root = ""
        for number in range(pairs):
            root = new_trace_id()
            silent = f"{SILENT}{os.urandom(12).hex()}"
            # Whoever is first meets what the last request has left behind: they change places.
            first, second = (root, silent) if number % 2 else (silent, root)
            took = {first: self.send(first), second: self.send(second)}
            if keep:
                self.on.append(took[root])
                self.off.append(took[silent])
        return root

    @property
    def costs(self) -> float:
        """Microseconds: the median of what each request took longer than its twin."""
        return statistics.median(on - off for on, off in zip(self.on, self.off, strict=True)) * 1e6


def main() -> None:
    """Take turns, print the table; exit code 1 if a row's steps cost more than the goal."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trace", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--pairs", type=int, default=50, help="of each kind of request in a round")
    options = parser.parse_args()
    server = servers.start_traced()
    try:
        stack = stacks.make("sandbox", server.url, ("bench-empty", "bench-users"))
        rows = [
            _through_api("empty call through an HTTP API", stack.urls["bench-empty"], arms.empty),
            _through_api("create through an HTTP API", stack.urls["bench-users"], arms.create),
            _direct("PutItem by boto3", server),
        ]
        for row in rows:
            row.run(SETTLING, keep=False)
        for number in range(options.rounds):
            print(f"\rround {number + 1} of {options.rounds} ", end="", file=sys.stderr, flush=True)
            for row in rows:
                row.run(options.pairs)
        print(file=sys.stderr)
        for row in rows:
            row.trace = _trace_of(server, row.run(1, keep=False))
    finally:
        server.stop()
    steps = {row.name: steps_alone(row.trace) for row in rows}
    Console(width=120).print(_table(rows, steps))
    sys.exit(1 if max(steps.values()) > GOAL else 0)


def _through_api(name: str, url: str, request: Callable[[int], tuple[str, str, bytes, int]]) -> Row:
    connection, counter = Connection(url), itertools.count()

    def send(root: str) -> float:
        return timed(connection, *request(next(counter)), f"{HEADER}: Root={root}\r\n")

    return Row(name, send)


def _direct(name: str, server: Server) -> Row:
    table, counter = stacks.table(server.url), itertools.count()
    sent = {"root": ""}

    def add_header(request: Any, **_: Any) -> None:
        request.headers[HEADER] = f"Root={sent['root']}"

    table.meta.client.meta.events.register("before-send.dynamodb", add_header)

    def send(root: str) -> float:
        sent["root"] = root
        item = {"userId": f"direct-{next(counter)}", "name": "Ada"}
        began = time.perf_counter()
        table.put_item(Item=item)
        return time.perf_counter() - began

    return Row(name, send)


def _trace_of(server: Server, root: str) -> dict[str, Any]:
    """The trace of a root. Raises StopIteration if there is none: then nothing was measured."""
    answer = requests.get(f"{server.url}/_sandbox/traces", timeout=30)
    traces: list[dict[str, Any]] = answer.json()["traces"]
    return next(one for one in traces if one["trace_id"] == root)


def steps_alone(trace: dict[str, Any]) -> float:
    """Microseconds of CPU of the steps of this trace, done anew in a loop: the best of some batches."""
    hops = [(hop["name"], hop["facts"]) for hop in trace["hops"]]
    tracer = Tracer()

    def batch(roots: list[str]) -> float:
        began = time.thread_time()
        for root in roots:
            made = tracer.open("execute-api", trace["title"], root)
            for name, facts in hops:
                with made.hop(name) as hop:
                    hop.note(**facts)
        return (time.thread_time() - began) / len(roots) * 1e6

    return min(batch([new_trace_id() for _ in range(BATCH)]) for _ in range(BATCHES))


def _table(rows: list[Row], steps: dict[str, float]) -> Table:
    table = Table(title=f"What the trace costs a request ({report.machine()})", title_justify="left")
    table.add_column("what", no_wrap=True)
    heads = ("pairs", "p50 ms", "without", "p99 ms", "without", "costs µs", "hops", "steps alone µs", "a hop")
    for head in heads:
        table.add_column(head, justify="right")
    for row in rows:
        alone, hops = steps[row.name], len(row.trace["hops"])
        figures = [f"{report.percentile(times, 0.5) * 1000:.3f}" for times in (row.on, row.off)]
        figures += [f"{report.percentile(times, 0.99) * 1000:.2f}" for times in (row.on, row.off)]
        costs = (f"{row.costs:.0f}", str(hops), f"{alone:.1f}", f"{alone / hops:.1f}")
        table.add_row(row.name, str(len(row.on)), *figures, *costs)
    return table


if __name__ == "__main__":
    main()
