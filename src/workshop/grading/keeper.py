"""The process around one submission: it starts the cell, bounds it, and leaves nothing of it behind.

`python -m workshop.grading.keeper` reads its order as one line of JSON on standard input, and ends the
submission when that input ends, which is when whoever asked for it does. The cell writes to the same standard
output as the keeper; the keeper's own line comes last.

On Linux it is the subreaper (PR_SET_CHILD_SUBREAPER, prctl(2)) of all that the submission starts: what
leaves its process group, or loses its parent, is found below the keeper still, and killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sandbox.sealing import seal
from workshop.grading.limits import Limits
from workshop.grading.usage import LINUX, Use, descendants, disk_use, use_of

LOOK_SECONDS = 0.1
DISK_EVERY = 5
"""Looks from one look at the disk to the next."""
END_SECONDS = 20.0
"""How long the end of the last process is waited for."""
ABANDONED = "abandoned"
"""Why it ended: whoever asked for it is gone."""

_PR_SET_CHILD_SUBREAPER = 36


class Keeper:
    """One cell and all that it starts.

    order: command, environment, folder and log of the cell, `input` for it, `limits`, `watched` folders.
    """

    def __init__(self, order: dict[str, Any]) -> None:
        self._limits = Limits(**order["limits"])
        self._watched = [Path(folder) for folder in order["watched"]]
        self._began = time.monotonic()
        self._looks = 0
        self._most = Use(0, 0, 0.0)
        self._disk = 0
        with Path(order["log"]).open("wb") as log:
            self._cell = subprocess.Popen(
                order["command"],
                stdin=subprocess.PIPE,
                stderr=log,
                cwd=order["folder"],
                env=order["environment"],
                start_new_session=True,
            )
        assert self._cell.stdin is not None
        with contextlib.suppress(BrokenPipeError), self._cell.stdin as told:
            told.write(json.dumps(order["input"]).encode() + b"\n")

    def keep(self) -> dict[str, Any]:
        """Waits until the cell ends or has to, ends what is left, and says how it went."""
        reason = ""
        while not reason and not self._has_ended():
            reason = self._wait() or self._over() or ""
        clean = self._end_all()
        return {
            "kind": "ended",
            "reason": reason,
            "status": self._cell.poll(),
            "clean": clean,
            "seconds": round(time.monotonic() - self._began, 3),
            "processor_seconds": round(max(self._most.processor_seconds, self._processor_seconds(0.0)), 3),
            "processes": self._most.processes,
            "memory": self._most.memory,
            "disk": self._disk,
        }

    def _wait(self) -> str | None:
        readable, _, _ = select.select([0], [], [], LOOK_SECONDS)
        return ABANDONED if readable else None

    def _over(self) -> str | None:
        """The limit that has been reached, if one has."""
        self._looks += 1
        use = use_of(descendants(os.getpid()))
        seconds = self._processor_seconds(use.processor_seconds)
        most = self._most
        self._most = Use(max(use.processes, most.processes), max(use.memory, most.memory), seconds)
        if use.processes > self._limits.processes:
            return "processes"
        if use.memory > self._limits.memory:
            return "memory"
        if seconds > self._limits.processor_seconds:
            return "processor_seconds"
        if time.monotonic() - self._began > self._limits.seconds:
            return "seconds"
        if self._looks % DISK_EVERY == 0:
            self._disk, files = disk_use(self._watched, self._limits.files)
            if self._disk > self._limits.disk or files > self._limits.files:
                return "disk"
        return None

    def _processor_seconds(self, living: float) -> float:
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return living + ended.ru_utime + ended.ru_stime

    def _has_ended(self) -> bool:
        """Whether the cell has; takes the status of every other process that lost its parent."""
        with contextlib.suppress(ChildProcessError):
            while LINUX:  # elsewhere none comes here
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
                if found is None:
                    break
                if found.si_pid == self._cell.pid:
                    self._cell.poll()
                else:
                    os.waitpid(found.si_pid, 0)
        return self._cell.poll() is not None

    def _end_all(self) -> bool:
        """Kills everything below; whether nothing is left.

        All are stopped before the first is killed, so that none of them starts another meanwhile.
        """
        deadline = time.monotonic() + END_SECONDS
        stopped: set[int] = set()
        while new := [pid for pid in descendants(os.getpid()) if pid not in stopped]:
            stopped.update(new)
            _send(signal.SIGSTOP, new)
        while time.monotonic() < deadline:
            left = descendants(os.getpid())
            _send(signal.SIGKILL, left)
            if not LINUX:
                self._kill_group()
            self._has_ended()
            if not descendants(os.getpid()):
                return True
            time.sleep(0.01)
        return False

    def _kill_group(self) -> None:
        """Processes that lost their parent are found by their group only."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._cell.pid, signal.SIGKILL)


def _send(number: signal.Signals, pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def main() -> None:
    """Keep one submission."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the end of standard input is how it is told to end
    seal()
    if LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    order = json.loads(_first_line())
    with contextlib.suppress(BrokenPipeError):
        # The cell may have been cut short in the middle of a line.
        os.write(1, f"\n{json.dumps(Keeper(order).keep())}\n".encode())


def _first_line() -> bytes:
    line = bytearray()
    while not line.endswith(b"\n"):
        read = os.read(0, 1 << 16)
        if not read:
            sys.exit(1)
        line += read
    return bytes(line)


if __name__ == "__main__":
    main()
