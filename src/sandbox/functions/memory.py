"""How much memory a process and its descendants use.

Linux's /proc is read directly: psutil takes ten times as long to find the children of a process, and this
runs while requests are timed. Elsewhere psutil does it.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Protocol

import psutil

MEGABYTE = 1024 * 1024
EVERY_SECONDS = 0.05
"""How often an environment at work is measured."""
_QUICK_SECONDS = 0.005
"""No process fills its memory limit in so short a time, so there is no need to look."""

_LINUX = sys.platform == "linux"


def peak(pid: int) -> int:
    """Bytes that one process has used at most since it started; 0 if it is gone.

    Outside Linux, what it uses now.
    """
    return _status(pid, b"VmHWM:") if _LINUX else _resident(pid)


def tree(pid: int) -> int:
    """Bytes that a process and its descendants use now; 0 if it is gone."""
    if not _LINUX:
        try:
            children = psutil.Process(pid).children(recursive=True)
        except psutil.Error:
            return 0
        return sum(_resident(process) for process in (pid, *(child.pid for child in children)))
    return _status(pid, b"VmRSS:") + sum(tree(child) for child in children_of(pid))


def children_of(pid: int) -> list[int]:
    """The children of a process (Linux only)."""
    found: list[int] = []
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (thread / "children").read_bytes().split())
    except OSError:
        pass  # it ended meanwhile
    return found


def _status(pid: int, field: bytes) -> int:
    try:
        with open(f"/proc/{pid}/status", "rb", buffering=0) as file:  # noqa: PTH123 (three times as fast)
            status = file.read(4096)
    except OSError:
        return 0
    start = status.find(field)
    if start < 0:
        return 0  # a zombie has no memory any more
    return int(status[start + len(field) : status.index(b"kB", start)]) * 1024


def _resident(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


class Process(Protocol):
    """What is measured."""

    pid: int

    @property
    def alive(self) -> bool:
        """Whether it has not been seen to end."""


class Meter:
    """The most memory that an environment has used. limit: MB that it may use."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._peak = 0
        self._read = 0.0

    def is_over_now(self, process: Process) -> bool:
        """Look at the process and its descendants; whether they use too much."""
        self._peak = max(self._peak, tree(process.pid))
        return self._peak > self._limit * MEGABYTE

    def was_over(self, process: Process | None, began: float) -> bool:
        """Whether an invocation that is about to end went over the limit between two measurements."""
        if time.perf_counter() - began < _QUICK_SECONDS:
            return False
        return self.used(process, began) > self._limit

    def used(self, process: Process | None, began: float) -> int:
        """MB, rounded up. began: when the invocation under way did."""
        now = time.perf_counter()
        quick = now - began < _QUICK_SECONDS and now - self._read < EVERY_SECONDS
        if not quick and process is not None and process.alive:
            self._read = now
            self._peak = max(self._peak, peak(process.pid))
        return -(-self._peak // MEGABYTE)


class Measured(Protocol):
    """What is watched: an environment."""

    def measure(self) -> None:
        """Look at the memory used, and end what uses too much."""


class Watch:
    """Measures environments again and again while they work, and does nothing while none does."""

    def __init__(self) -> None:
        self._working: set[Measured] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, environment: Measured) -> None:
        self._working.add(environment)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(EVERY_SECONDS, self._look)

    def discard(self, environment: Measured) -> None:
        self._working.discard(environment)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self._working.clear()

    def _look(self) -> None:
        began = time.perf_counter()
        for environment in list(self._working):
            environment.measure()
        took = time.perf_counter() - began
        self._timer = None
        if self._working:
            # At most a twentieth of the time goes into measuring.
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(EVERY_SECONDS, 20 * took), self._look)
