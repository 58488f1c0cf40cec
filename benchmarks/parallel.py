"""Many requests at once to a function that takes a second: `make bench-parallel`.

Each row is a sandbox of its own with an account concurrency of its own. All requests are sent at the same
moment through an HTTP API, which answers 503 where Lambda throttles. On AWS every request below the limit
gets an environment of its own; the sandbox starts as many as the machine is quick enough to start before
others come free, and at most one for every 64 MB of memory.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks import report, servers
from benchmarks import stack as stacks
from benchmarks.http_client import Connection
from benchmarks.memory import MEGABYTE
from benchmarks.servers import Server

FUNCTION = "bench-slow"
ANSWERED, THROTTLED = 200, 503
KEPT = 8
"""So many idle environments of a function stay warm (`sandbox.functions.pool.WARM`)."""
MOST_SECONDS = 120.0
EVERY_SECONDS = 0.1


@dataclass
class Memory:
    """Resident megabytes: of the sandbox's own process, and of it with all environments."""

    own: float
    whole: float


@dataclass
class Run:
    """What became of one row. seconds: until the last answer. most: environments at the same time."""

    concurrency: int
    before: Memory
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    most: int = 0
    peak: float = 0.0
    after: Memory = field(default_factory=lambda: Memory(0.0, 0.0))


def main() -> None:
    """Run a row for each concurrency, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parallel", description=__doc__)
    parser.add_argument("--requests", type=int, default=200, help="sent at once")
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1000, 10], help="of the account")
    options = parser.parse_args()
    _show(options.requests, [_row(limit, options.requests) for limit in options.concurrency])


def _row(concurrency: int, requests: int) -> Run:
    server = servers.start_sandbox()
    try:
        stack = stacks.make("sandbox", server.url, (FUNCTION,))
        url = stack.urls[FUNCTION]
        _send(url, threading.Barrier(1))  # what a first request loads is not counted
        _set(server.url, concurrency)
        run = Run(concurrency, _memory(server))
        _at_once(run, server, url, requests)
        _await_idle(server)
        run.after = _memory(server)
        return run
    finally:
        server.stop()


def _at_once(run: Run, server: Server, url: str, requests: int) -> None:
    """Send all requests at the same moment, and watch the processes until the last is answered."""
    together = threading.Barrier(requests + 1)
    with ThreadPoolExecutor(requests) as pool:
        every = [pool.submit(_send, url, together) for _ in range(requests)]
        together.wait()
        began = time.perf_counter()
        while not all(one.done() for one in every):
            run.most = max(run.most, len(_environments(server)))
            run.peak = max(run.peak, _memory(server).whole)
            time.sleep(EVERY_SECONDS)
        run.statuses.update(one.result()[0] for one in every)
        run.seconds = max(one.result()[1] for one in every) - began


def _send(url: str, together: threading.Barrier) -> tuple[int, float]:
    """Status of one request, and when its answer came."""
    with Connection(url) as connection:
        together.wait()
        status, _ = connection.request("GET", "/")
        return status, time.perf_counter()


def _set(url: str, concurrency: int) -> None:
    body = json.dumps({"account_concurrency": concurrency}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{url}/_sandbox/settings", body, method="PUT")):
        pass


def _await_idle(server: Server) -> None:
    """Wait until the environments that nobody needs have ended. Raises RuntimeError if they do not."""
    deadline = time.monotonic() + MOST_SECONDS
    while len(_environments(server)) > KEPT:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{len(_environments(server))} environments live after {MOST_SECONDS} s")
        time.sleep(EVERY_SECONDS)


def _environments(server: Server) -> list[psutil.Process]:
    """The processes of execution environments: those that run the runtime."""
    found = []
    for child in psutil.Process(server.process.pid).children(recursive=True):
        try:
            if any(word.endswith("runtimes/python.py") for word in child.cmdline()):
                found.append(child)
        except psutil.Error:
            continue  # it ended meanwhile
    return found


def _memory(server: Server) -> Memory:
    own = psutil.Process(server.process.pid).memory_info().rss / MEGABYTE
    whole = own
    for child in _environments(server):
        try:
            whole += child.memory_info().rss / MEGABYTE
        except psutil.Error:
            continue  # it ended meanwhile
    return Memory(own, whole)


def _show(requests: int, runs: list[Run]) -> None:
    gigabytes = psutil.virtual_memory().total / MEGABYTE / 1024
    title = f"{requests} requests at once, a second each ({report.machine()}, {gigabytes:.0f} GB)"
    table = Table(title=title, title_justify="left")
    for name in ("account concurrency", "200", "503", "other", "seconds", "environments at most"):
        table.add_column(name, justify="right")
    for name in ("MB before", "at most", "MB after", "sandbox alone before", "after"):
        table.add_column(name, justify="right")
    for run in runs:
        others = run.statuses.total() - run.statuses[ANSWERED] - run.statuses[THROTTLED]
        counted = (run.concurrency, run.statuses[ANSWERED], run.statuses[THROTTLED], others)
        memory = (run.before.whole, run.peak, run.after.whole, run.before.own, run.after.own)
        table.add_row(
            *(str(number) for number in counted),
            f"{run.seconds:.1f}",
            str(run.most),
            *(f"{number:.0f}" for number in memory),
        )
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
