"""What a local AWS costs to have: disk, start, memory, and the time of a call."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.http_client import Connection, timed
from benchmarks.memory import MEGABYTE
from benchmarks.peers.world import World
from benchmarks.servers import Server

STARTS, COLD, WARM = 5, 7, 200
HANDLER = """
def handler(event, context):
    print("called")
    return {"statusCode": 200, "body": "ok"}
"""


@dataclass(frozen=True)
class Cost:
    """disk and memory in MB, ready in s, warm and cold in ms (medians); None where it does not run code."""

    disk: int
    ready: float
    memory: int
    warm: float | None
    cold: float | None


def measured(start: Callable[[], Server], folders: list[Path], runs_code: bool) -> Cost:
    """Starts the server anew for each measurement of its start; memory is that after the calls."""
    ready = []
    for _ in range(STARTS - 1):
        server = start()
        server.stop()
        ready.append(server.ready)
    server = start()
    try:
        warm, cold = _calls(World(server.url)) if runs_code else (None, None)
        memory = _memory(server.process.pid)
    finally:
        server.stop()
    return Cost(_disk(folders), round(statistics.median([*ready, server.ready]), 2), memory, warm, cold)


def _calls(world: World) -> tuple[float, float]:
    """A Python function behind an HTTP API: medians of warm calls, and of first calls of new ones, in ms."""
    cold = []
    for _ in range(COLD):
        api = world.http_api(world.function(HANDLER), "GET /users")
        with Connection(api.url) as connection:
            cold.append(timed(connection, "GET", "/users", b"", 200))
    with Connection(api.url) as connection:
        warm = [timed(connection, "GET", "/users", b"", 200) for _ in range(WARM)]
    return round(statistics.median(warm) * 1000, 1), round(statistics.median(cold) * 1000, 1)


def _memory(pid: int) -> int:
    """Resident memory of a process and of those it has started."""
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    return round(sum(one.memory_info().rss for one in family) / MEGABYTE)


def _disk(folders: list[Path]) -> int:
    files = (file for folder in folders for file in folder.rglob("*"))
    return round(
        sum(file.stat().st_size for file in files if file.is_file() and not file.is_symlink()) / MEGABYTE
    )
