"""Commands that start in milliseconds: forked from a Python that has imported what they import (Linux only).

What is forked runs the same script, in the folder, with the environment and the descriptors that it would
have been given; only the imports are shared. That it starts as a user's does is tested where that matters.
Requests and answers are lines of JSON over a socket; a request to start brings its descriptors along.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import runpy
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

_MOST = 64 * 1024
_HIGH = 100
"""Descriptors are put aside from this number on while each gets the number it is to have."""


class Process:
    """What is asked of a `subprocess.Popen`."""

    def __init__(self, forks: Forks, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._forks = forks

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while the process runs."""
        return self._ended(0)

    def wait(self, seconds: float | None = None) -> int:
        """The exit code, negative for a signal. Raises TimeoutExpired."""
        code = self._ended(seconds)
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), seconds or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _ended(self, seconds: float | None) -> int | None:
        if self.returncode is None:
            self.returncode = self._forks.ask({"pid": self.pid, "seconds": seconds})
        return self.returncode


class Forks:
    """A process of a Python that has run `preload`, a few statements; it starts at the first use.

    flags: those that the script would be started with.
    """

    def __init__(self, python: Path | str, flags: Sequence[str], preload: str) -> None:
        self._command = [str(python), *flags, __file__, preload]
        self._process: subprocess.Popen[bytes] | None = None

    def start(
        self,
        script: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        descriptors: Mapping[int, int],
    ) -> Process:
        """Run a script with its arguments in a session of its own. descriptors: its numbers, and ours."""
        request = {
            "start": list(script),
            "folder": str(folder),
            "environment": dict(environment),
            "numbers": list(descriptors),
        }
        return Process(self, self.ask(request, list(descriptors.values())))

    def run(
        self, script: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float
    ) -> tuple[int, str]:
        """Run a script to its end: exit code, and all that it said. Raises TimeoutExpired."""
        with tempfile.TemporaryFile() as said, Path(os.devnull).open() as nothing:
            one = self.start(
                script, folder, environment, {0: nothing.fileno(), 1: said.fileno(), 2: said.fileno()}
            )
            code = one.wait(seconds)
            said.seek(0)
            return code, said.read().decode()

    def ask(self, request: Mapping[str, Any], descriptors: Sequence[int] = ()) -> Any:
        if self._process is None:
            self._socket, theirs = socket.socketpair()
            with theirs:
                number = theirs.fileno()
                self._process = subprocess.Popen([*self._command, str(number)], pass_fds=[number])
            self._answers = self._socket.makefile("rb")
        socket.send_fds(self._socket, [json.dumps(request).encode() + b"\n"], descriptors)
        return json.loads(self._answers.readline())

    def end(self) -> None:
        """End the process that others are forked from, if there is one."""
        if self._process is not None:
            self._socket.close()
            self._answers.close()
            self._process.wait()
            self._process = None


# ---- in the process that others are forked from ---------------------------------------------------------


def _serve(asked: socket.socket) -> None:
    while True:
        data, given, _, _ = socket.recv_fds(asked, _MOST, 8)
        while data and not data.endswith(b"\n"):
            data += asked.recv(_MOST)
        if not data:
            return
        request = json.loads(data)
        if "start" in request:
            answer: int | None = os.fork()
            if answer == 0:
                asked.close()
                _run(request, given)
        else:
            answer = _ended(request)
        for one in given:
            os.close(one)
        asked.sendall(json.dumps(answer).encode() + b"\n")


def _ended(request: Mapping[str, Any]) -> int | None:
    """The exit code, negative for a signal; None while the process runs, or after these seconds."""
    pid = request["pid"]
    waiting = os.pidfd_open(pid)
    try:
        if not select.select([waiting], [], [], request["seconds"])[0]:
            return None
    finally:
        os.close(waiting)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _run(request: Mapping[str, Any], given: Sequence[int]) -> NoReturn:
    os.setsid()
    os.environ.clear()
    os.environ.update(request["environment"])
    tempfile.tempdir = None  # was found in the environment
    random.seed()  # chance was forked too
    os.chdir(request["folder"])
    aside = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, _HIGH) for one in given]
    for one in given:
        os.close(one)
    for one, number in zip(aside, request["numbers"], strict=True):
        os.dup2(one, number)
        os.close(one)
    sys.argv = request["start"]
    runpy.run_path(sys.argv[0], run_name="__main__")
    sys.exit()


if __name__ == "__main__":
    exec(sys.argv[1])
    _serve(socket.socket(fileno=int(sys.argv[2])))
