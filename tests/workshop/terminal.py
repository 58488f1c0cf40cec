"""Types into a command that believes it has a terminal."""

import os
import pty
import subprocess


def type_into(command, typed, **options):
    """Runs the command in a terminal of its own with `typed` as input; returns (exit code, all it showed)."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, **options) as process:
        os.close(theirs)
        os.write(ours, typed.encode())
        shown = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # how Linux says that the other side is closed; macOS sends nothing
                break
            if not part:
                break
            shown += part
    os.close(ours)
    return process.returncode, shown.decode().replace("\r\n", "\n")
