"""Many mixed requests, and then: nothing leaked, nothing grew, nothing was answered wrongly.

`make soak`, or `python -m benchmarks.soak --requests 2000`. Exit code 1 if a bound is broken.
"""

from __future__ import annotations

import argparse
import random
import sys
import time

import psutil

from benchmarks import servers
from benchmarks import stack as stacks
from benchmarks.arms import create, empty, read
from benchmarks.http_client import Connection, timed
from benchmarks.memory import MEGABYTE
from benchmarks.stack import Stack

MOST_GROWTH_MB = 10.0
"""How much the sandbox's resident memory may grow between the first fifth and the end."""
MOST_DESCRIPTORS = 5
"""How many more descriptors may be open at the end: those of execution environments that come and go."""

USERS = 500
"""So many users are made over and over: what is stored does not grow."""

WORK = (
    ("bench-empty", empty),
    ("bench-empty-node", empty),
    ("bench-users", lambda number: create(number % USERS)),
    ("bench-users", read),
    ("bench-users", lambda number: ("GET", f"/nowhere/{number}", b"", 404)),
    ("bench-users", lambda number: ("POST", "/users", b"{not json", 500)),
)


def main() -> int:
    """Run the soak; print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    sandbox = servers.start_sandbox()
    try:
        stack = stacks.make("sandbox", sandbox.url)
        process = psutil.Process(sandbox.process.pid)
        failures = _soak(stack, process, options.requests, random.Random(options.seed))
    finally:
        sandbox.stop()
    left = [child for child in psutil.Process().children(recursive=True) if child.is_running()]
    if left:
        failures.append(f"processes are left: {left}")
    for failure in failures:
        print(f"FAILED {failure}")
    return 1 if failures else 0


def _soak(stack: Stack, process: psutil.Process, requests: int, chance: random.Random) -> list[str]:
    connections = {name: Connection(stack.urls[name]) for name in {name for name, _ in WORK}}
    timed(connections["bench-users"], *create(0))
    began = time.perf_counter()
    measured: list[tuple[int, float, int]] = []
    for number in range(1, requests + 1):
        name, request = chance.choice(WORK)
        timed(connections[name], *request(number))
        if number % max(1, requests // 5) == 0:
            now = (number, process.memory_info().rss / MEGABYTE, process.num_fds())
            measured.append(now)
            print(f"{now[0]:>7} requests  {now[1]:7.1f} MB  {now[2]:>4} descriptors", flush=True)
    print(f"{requests / (time.perf_counter() - began):.0f} requests a second")
    first, last = measured[0], measured[-1]
    failures = []
    if last[1] - first[1] > MOST_GROWTH_MB:
        failures.append(f"memory grew from {first[1]:.1f} to {last[1]:.1f} MB")
    if last[2] - first[2] > MOST_DESCRIPTORS:
        failures.append(f"open descriptors grew from {first[2]} to {last[2]}")
    return failures


if __name__ == "__main__":
    sys.exit(main())
