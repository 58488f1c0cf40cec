"""Learners' processes that start in milliseconds: forked from one that has imported boto3 already.

What is forked runs the same driver.py, in the folder, with the environment and the descriptors that it would
have been given; only the imports are shared. That a process starts as a learner's does is tested elsewhere.
Requests and answers are lines of JSON over a socket; a request to start brings its descriptors along.
"""

from __future__ import annotations

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

FLAGS = ["-I", "-X", "utf8"]
"""How languages.py starts Python; what is forked has them from the one that it is forked from."""
_MOST = 64 * 1024


class Process:
    """What `Child` asks of a `subprocess.Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, seconds: float | None = None) -> int:
        self._ended(seconds)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("driver.py", seconds or 0)
        return self.returncode

    def _ended(self, seconds: float | None) -> int | None:
        if self.returncode is None:
            self.returncode = _server().ask({"pid": self.pid, "seconds": seconds})
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def start(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], channel: int, printing: int
) -> Any:
    """In place of `workshop.checking.code.child.start`, for the Python driver."""
    assert list(command[:-2]) == [sys.executable, *FLAGS], command
    request = {"start": command[-2:], "folder": str(folder), "environment": dict(environment)}
    return Process(_server().ask(request, [channel, printing]))


class _Server:
    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, *FLAGS, __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()]
            )
        self._answers = self._socket.makefile("rb")

    def ask(self, request: Mapping[str, Any], descriptors: Sequence[int] = ()) -> Any:
        socket.send_fds(self._socket, [json.dumps(request).encode() + b"\n"], descriptors)
        return json.loads(self._answers.readline())

    def end(self) -> None:
        self._socket.close()
        self._answers.close()
        self.process.wait()


_running: list[_Server] = []


def _server() -> _Server:
    if not _running:
        _running.append(_Server())
    return _running[0]


def end() -> None:
    """End the process that others are forked from, if there is one."""
    while _running:
        _running.pop().end()


# ---- in the process that others are forked from ---------------------------------------------------------


def _serve(asked: socket.socket) -> None:
    while True:
        data, descriptors, _, _ = socket.recv_fds(asked, _MOST, 2)
        while data and not data.endswith(b"\n"):
            data += asked.recv(_MOST)
        if not data:
            return
        request = json.loads(data)
        answer = os.fork() if "start" in request else _ended(request)
        if answer == 0 and "start" in request:
            asked.close()
            _run_driver(request, *descriptors)
        for one in descriptors:
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


def _run_driver(request: Mapping[str, Any], channel: int, printing: int) -> NoReturn:
    os.setsid()
    os.environ.clear()
    os.environ.update(request["environment"])
    tempfile.tempdir = None  # was found in the environment
    random.seed()  # chance was forked too
    os.chdir(request["folder"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    for given, number in ((nothing, 0), (printing, 1), (printing, 2)):
        os.dup2(given, number)
    for one in (nothing, printing):
        os.close(one)
    driver, settings = request["start"]
    sys.argv = [driver, json.dumps({**json.loads(settings), "fd": channel})]
    runpy.run_path(driver, run_name="__main__")
    sys.exit()


if __name__ == "__main__":
    import boto3
    import botocore.config  # noqa: F401

    boto3.Session(region_name="us-east-1").resource(
        "dynamodb", endpoint_url="http://127.0.0.1:1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    _serve(socket.socket(fileno=int(sys.argv[1])))
