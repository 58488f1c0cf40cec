"""The guard: ends every execution environment once the sandbox is gone, however it went.

A small process of its own (`python -I -S guard.py`). On its standard input the sandbox says
`+GROUP ID` when an environment starts, `-GROUP` when it has ended, `!FOLDER` for a folder to remove.
When that pipe closes, the sandbox is gone, and the guard kills what is left: the process groups, and on
Linux also processes that left their group, known by the environment's id among their variables.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # what ends the sandbox's terminal must not end its guard
    groups: dict[int, str] = {}
    folders: list[str] = []
    for line in sys.stdin:
        kind, rest = line[0], line[1:].rstrip("\n")
        if kind == "+":
            group, _, environment = rest.partition(" ")
            groups[int(group)] = environment
        elif kind == "-":
            groups.pop(int(rest), None)
        else:
            folders.append(rest)
    _end(groups)
    _remove(folders)


def _end(groups: dict[int, str]) -> None:
    for group in groups:
        with suppress(OSError):  # it ended by itself
            os.killpg(group, signal.SIGKILL)
    for pid in strays(set(groups.values())):
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def _remove(folders: list[str]) -> None:
    import shutil

    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def strays(environments: set[str]) -> list[int]:
    """The processes among whose variables is the id of one of these environments (Linux only)."""
    if not environments or not _PROC.is_dir():
        return []
    marks = [f"/_runtime/{environment}".encode() for environment in environments]
    found = []
    for folder in _PROC.iterdir():
        with suppress(OSError, ValueError):
            pid = int(folder.name)
            variables = (folder / "environ").read_bytes()
            if b"/_runtime/" in variables and any(mark in variables for mark in marks):
                found.append(pid)
    return found


if __name__ == "__main__":
    main()
