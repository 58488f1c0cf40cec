"""Freezes an environment between invocations, as AWS does: what a handler forgot to await stays undone.

Stopping and continuing a process costs 0.1 ms (Python) to 0.25 ms (Node.js, which has eleven threads), so
while events come in quick succession it is put off until there is a pause.
"""

from __future__ import annotations

import asyncio
import time

from sandbox.functions.process import ProcessGroup

PAUSE_SECONDS = 0.05
"""Between events that follow one another more quickly an environment is not frozen."""


class Freezer:
    """Minds when one process group is frozen."""

    def __init__(self, process: ProcessGroup) -> None:
        self._process = process
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._resting = False
        self._woken = self._woken_before = time.perf_counter()

    def wake(self) -> None:
        """There is an event: let the process run."""
        self._resting = False
        self._woken_before, self._woken = self._woken, time.perf_counter()
        self._process.thaw()

    def rest(self) -> None:
        """There is no event: freeze the process, now or after a pause."""
        self._resting = True
        if time.perf_counter() - self._woken_before > PAUSE_SECONDS and self._woken_before < self._woken:
            self._process.freeze()
        elif self._timer is None:
            self._timer = self._loop.call_later(PAUSE_SECONDS, self._after_pause)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _after_pause(self) -> None:
        self._timer = None
        if not self._resting:
            return  # it will rest again when it has worked
        if time.perf_counter() - self._woken > PAUSE_SECONDS:
            self._process.freeze()
        else:
            self._timer = self._loop.call_later(PAUSE_SECONDS, self._after_pause)
