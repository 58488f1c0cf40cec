"""Memory of the sandbox's own process, before and after many requests."""

from __future__ import annotations

import psutil

from benchmarks.arms import empty
from benchmarks.http_client import Connection, timed
from benchmarks.stack import Stack

MEGABYTE = 1024 * 1024


def over(stack: Stack, pid: int, requests: int, warm: int = 2_000) -> list[tuple[int, float]]:
    """(requests answered, resident megabytes), at the start and after each quarter.

    The first `warm` requests fill what is bounded (traces, log lines) and are not counted.
    """
    process = psutil.Process(pid)
    found = []
    with Connection(stack.urls["bench-empty"]) as connection:
        for number in range(warm):
            timed(connection, *empty(number))
        found.append((0, process.memory_info().rss / MEGABYTE))
        for quarter in range(1, 5):
            for number in range(requests // 4):
                timed(connection, *empty(number))
            found.append((quarter * requests // 4, process.memory_info().rss / MEGABYTE))
    return found
