"""How much one submission may use."""

from __future__ import annotations

import resource
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MEGABYTE = 1024 * 1024
REASONS: Mapping[str, str] = {
    "seconds": "It had not ended after {seconds:.0f} seconds.",
    "processor_seconds": "It used more than {processor_seconds:.0f} seconds of processor time.",
    "memory": "It used more than {memory_mb} MB of memory.",
    "processes": "It ran more than {processes} processes at once.",
    "disk": "It filled more than {disk_mb} MB, or {files} files, of its folder.",
}
"""What is said of a limit that was reached, by its name."""


@dataclass(frozen=True)
class Limits:
    """Limits of one submission, all its processes together; reached, they end it.

    seconds: by the clock. processor_seconds: of all processors. memory, disk, file: bytes; `file` bounds
    each file that is written. files: in its folder. threads: of its user, where the system can bound them.
    """

    seconds: float = 300.0
    processor_seconds: float = 200.0
    memory: int = 2048 * MEGABYTE
    processes: int = 150
    threads: int = 1000
    disk: int = 512 * MEGABYTE
    files: int = 20_000
    file: int = 128 * MEGABYTE

    def reason(self, name: str) -> str:
        """What is said where the limit `name` was reached."""
        values = {**vars(self), "memory_mb": self.memory // MEGABYTE, "disk_mb": self.disk // MEGABYTE}
        return REASONS[name].format(**values)

    def as_dict(self) -> dict[str, Any]:
        """For JSON; `Limits(**…)` undoes it."""
        return dict(vars(self))


def bound_this_process(limits: Limits, others: int) -> None:
    """Bounds this process and all that it will start, each by itself, as far as the system can.

    others: threads that this user runs already, which the system counts with ours.
    """
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: int(limits.processor_seconds),
        resource.RLIMIT_FSIZE: limits.file,
        resource.RLIMIT_NPROC: limits.threads + others,
    }
    if sys.platform == "linux":  # elsewhere it says nothing of memory that was mapped
        wanted[resource.RLIMIT_DATA] = limits.memory
    for name, most in wanted.items():
        _, hard = resource.getrlimit(name)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(name, (most, most))
