"""Sandboxes that start in milliseconds: forked from a process that has imported moto already.

What is forked runs `sandbox.embedded`, as `Sandbox` does, in the folder and with the environment of the test;
only the imports are shared. It is for tests that need a sandbox of their own, or start many; those of how
a sandbox starts and ends, and the one that all tests of a worker share, start as a user's does.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from sandbox import Sandbox

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.sandbox.preloaded"])


def _serve(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    given: Connection,
    told: Connection,
) -> None:
    from moto.moto_api._internal import mock_random

    from sandbox.embedded import main

    os.setsid()
    # Chance was forked too: each would give its first resources the ids that the one before gave.
    random.seed()
    mock_random.seed()
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # was found in the environment
    os.chdir(folder)
    for connection, number in ((given, 0), (told, 1)):
        os.dup2(connection.fileno(), number)
        connection.close()
    sys.stdin, sys.stdout = open(0), open(1, "w")  # noqa: SIM115 (to the end of the process)
    sys.exit(main(list(arguments)))


class _Process:
    """What `Sandbox` asks of a `subprocess.Popen`."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        theirs_in, ours_in = _context.Pipe(duplex=False)
        ours_out, theirs_out = _context.Pipe(duplex=False)
        given = (arguments, environment, Path.cwd(), theirs_in, theirs_out)
        self._process = _context.Process(target=_serve, args=given, daemon=True)
        self._process.start()
        theirs_in.close()
        theirs_out.close()
        self.stdin = ours_in
        self.stdout = os.fdopen(os.dup(ours_out.fileno()), encoding="utf-8")
        ours_out.close()
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int:
        self._process.join(seconds)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("sandbox.embedded", seconds or 0)
        return code

    def kill(self) -> None:
        self._process.kill()


class Warm(Sandbox):
    """`Sandbox`, without its imports. It ends with the test process, however that ends."""

    def _launch(self, arguments: Sequence[str], environment: Mapping[str, str]) -> _Process:
        return _Process(arguments, environment)

    def kill(self) -> None:
        """`kill -9`, and nothing is left of it."""
        os.kill(self.pid, signal.SIGKILL)
        self.stop()
