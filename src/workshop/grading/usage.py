"""What a tree of processes uses, and what a folder takes on the disk.

Linux's /proc is read directly, as in sandbox.functions.memory; elsewhere psutil does it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LINUX = sys.platform == "linux"
_BLOCK = 512
"""The unit of st_blocks (POSIX)."""


@dataclass(frozen=True)
class Use:
    """Of several processes together. memory: bytes of their own, without what they share.

    processor_seconds: with those of children that have ended.
    """

    processes: int
    memory: int
    processor_seconds: float


def descendants(pid: int) -> list[int]:
    """The processes below this one, parents first."""
    if not LINUX:
        import psutil

        try:
            return [child.pid for child in psutil.Process(pid).children(recursive=True)]
        except psutil.Error:
            return []
    found, ahead = [], [pid]
    while ahead:
        below = _children(ahead.pop())
        found += below
        ahead += below
    return found


def use_of(pids: Iterable[int]) -> Use:
    """What these processes use now; those that have ended meanwhile use nothing."""
    told = [used for pid in pids if (used := (_linux(pid) if LINUX else _elsewhere(pid)))]
    return Use(len(told), sum(memory for memory, _ in told), sum(seconds for _, seconds in told))


def threads_of_user() -> int:
    """How many threads this process's user runs; 0 where that is not known."""
    if not LINUX:
        return 0
    count, uid = 0, os.getuid()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == uid:
                count += sum(1 for _ in (folder / "task").iterdir())
    return count


def disk_use(folders: Iterable[Path], most_files: int) -> tuple[int, int]:
    """Bytes on the disk and number of files below the folders; counting ends at `most_files`."""
    size = count = 0
    ahead = list(map(str, folders))
    while ahead and count <= most_files:
        with contextlib.suppress(OSError), os.scandir(ahead.pop()) as entries:
            for entry in entries:
                count += 1
                with contextlib.suppress(OSError):
                    size += entry.stat(follow_symlinks=False).st_blocks * _BLOCK
                    if entry.is_dir(follow_symlinks=False):
                        ahead.append(entry.path)
                if count > most_files:
                    break
    return size, count


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):  # it ended meanwhile
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (thread / "children").read_bytes().split())
    return found


def _linux(pid: int) -> tuple[int, float] | None:
    """Memory and processor time of one process. Source of the fields: proc_pid_stat(5), proc_pid_statm(5)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        pages = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # from the third on: the name may hold blanks
    if fields[0] == "Z":
        return None
    ticks = sum(int(field) for field in fields[11:15])  # utime, stime, cutime, cstime
    own = max(0, int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE")
    return own, ticks / os.sysconf("SC_CLK_TCK")


def _elsewhere(pid: int) -> tuple[int, float] | None:
    import psutil

    try:
        process = psutil.Process(pid)
        times = process.cpu_times()
        return int(process.memory_info().rss), float(times.user + times.system)
    except psutil.Error:
        return None
