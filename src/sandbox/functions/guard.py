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
    for group in groups:
        try:
            os.killpg(group, signal.SIGKILL)
        except OSError:
            pass  # it ended by itself
    for pid in strays(set(groups.values())):
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    if folders:
        import shutil

        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)


def strays(environments: set[str]) -> list[int]:
    """The processes among whose variables is the id of one of these environments (Linux only)."""
    if not environments or not os.path.isdir("/proc"):
        return []
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                variables = file.read().decode("utf-8", "replace")
        except OSError:
            continue
        if "/_runtime/" in variables and any(f"/_runtime/{one}" in variables for one in environments):
            found.append(int(name))
    return found


if __name__ == "__main__":
    main()
