"""Nothing an environment started may outlive it, and no environment outlives the sandbox.

Three nets: the process group is killed when an environment ends; on Linux the sandbox is also the
subreaper of processes that left their group (PR_SET_CHILD_SUBREAPER, prctl(2)), finds them by the
environment's id and kills them; and the guard does the same once the sandbox itself is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

from sandbox.functions import guard, memory

_MOST_ROUNDS = 50
_PR_SET_CHILD_SUBREAPER = 36
_LINUX = sys.platform == "linux"


class Guard:
    """The guard process, started with the first environment.

    folder: what it removes at the end, however that comes.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def watch(self, group: int, environment: str) -> None:
        """From now on this process group must not outlive the sandbox."""
        self._say(f"+{group} {environment}")

    def unwatch(self, group: int) -> None:
        """The process group has ended, and its number may be somebody else's soon."""
        self._say(f"-{group}")

    def close(self) -> None:
        """Let the guard do its work and end."""
        if self._process is None or self._process.stdin is None:
            return
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._process = None

    def _say(self, line: str) -> None:
        if self._process is None:
            _become_subreaper()
            self._process = subprocess.Popen(
                [os.path.realpath(sys.executable), "-I", "-S", guard.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
                cwd="/",
            )
            if self._folder is not None:
                self._say(f"!{self._folder}")
        if self._process.stdin is None:
            return
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()


def _become_subreaper() -> None:
    if _LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


async def end_strays(environment: str) -> None:
    """Kill the processes of an environment that left its process group, until none is left."""
    for _ in range(_MOST_ROUNDS):
        # A parent's end makes its children ours, which takes the kernel a moment.
        if not _kill_strays(environment):
            return
        await asyncio.sleep(0.002)


def _kill_strays(environment: str) -> bool:
    """Kill the processes of an environment that left its process group; whether there were any.

    Linux only: elsewhere they cannot be found.
    """
    if not _LINUX:
        return False
    mark = f"/_runtime/{environment}".encode()
    found = [pid for pid in _descendants(os.getpid()) if mark in _variables(pid)]
    for pid in found:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    return bool(found)


def reap(known: set[int]) -> None:
    """Take the exit status of processes that became the sandbox's children by losing their parent.

    known: processes whose status somebody else takes.
    """
    if not _LINUX:
        return
    own_session = os.getsid(0)
    for pid in memory.children_of(os.getpid()):
        if pid in known:
            continue
        # A child that the sandbox started itself is in its own session; an environment's never is.
        with contextlib.suppress(OSError):
            if _is_zombie_of_another_session(pid, own_session):
                os.waitpid(pid, os.WNOHANG)


def _is_zombie_of_another_session(pid: int, session: int) -> bool:
    # /proc/PID/stat: pid (name) state ppid pgrp session …; the name may hold blanks and parentheses.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return fields[0] == "Z" and int(fields[3]) != session


def _descendants(pid: int) -> list[int]:
    found = []
    for child in memory.children_of(pid):
        found += [child, *_descendants(child)]
    return found


def _variables(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""
