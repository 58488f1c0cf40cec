"""Runs a command and ends it when the pipe it is given closes. Started as a script, by path.

    python lifeline.py FD STOP_SIGNAL GRACE_SECONDS COMMAND …

FD is the reading end of a pipe whose writing end only the parent holds. The kernel closes that end
when the parent ends, by whatever cause (kill -9 too), on Linux and macOS alike; the parent closes it
itself to ask for an orderly end. Then the command gets STOP_SIGNAL, and SIGKILL after the grace; what
it left behind in its process group is killed. The exit code is the command's (128 + n for signal n).
"""

import os
import signal
import subprocess
import sys
import threading


def main(arguments: list[str]) -> int:
    lifeline, stop_signal, grace = int(arguments[0]), int(arguments[1]), float(arguments[2])
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    try:
        # restore_signals does not cover these three: a child would inherit that they are ignored.
        child = subprocess.Popen(arguments[3:], process_group=0, preexec_fn=_default_signals)
    except OSError as error:
        print(f"{arguments[3]} does not start: {error}", file=sys.stderr)
        return 127
    watcher = threading.Thread(
        target=_end_with_parent, args=(lifeline, child, stop_signal, grace), daemon=True
    )
    watcher.start()
    code = child.wait()
    _signal_group(child.pid, signal.SIGKILL)
    return code if code >= 0 else 128 - code


def _default_signals() -> None:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_DFL)


def _end_with_parent(lifeline: int, child: "subprocess.Popen[bytes]", stop_signal: int, grace: float) -> None:
    while os.read(lifeline, 1):
        pass  # nothing is ever written: read returns at the end of the pipe
    child.send_signal(stop_signal)
    try:
        child.wait(grace)
    except subprocess.TimeoutExpired:
        _signal_group(child.pid, signal.SIGKILL)


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return  # macOS says PermissionError of a group that holds only zombies


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
