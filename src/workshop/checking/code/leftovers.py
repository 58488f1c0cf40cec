"""Nothing that the learner's code started may stay behind."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

MARK = "WORKSHOP_LEARNER_PROCESS"
"""Variable that every process of one child inherits; its value is the child's own."""

_PASSES = 5
"""How often strays are looked for: one may be starting another just then."""
_CPU_SECONDS = 600
"""If the grader is killed, a loop of the learner's does not run for ever."""


def limit_processor(pid: int) -> None:
    """Bound the processor time of a process, and keep it from leaving core files (Linux only)."""
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(OSError):  # it has ended already
            resource.prlimit(pid, resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def kill_strays(mark: str) -> None:
    """Kill processes that left the group, known by the mark among their variables (Linux only)."""
    for _ in range(_PASSES):
        found = _strays(f"{MARK}={mark}".encode())
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not found:
            return


def _strays(mark: bytes) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended meanwhile, or is somebody else's
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found
