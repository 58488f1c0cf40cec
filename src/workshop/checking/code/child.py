"""The process that runs the learner's code: started, spoken to, listened to, ended with all it started.

Messages are lines of JSON over a socket of their own; standard output and error belong to the learner.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

from sandbox.functions import memory
from workshop.checking.code.answers import Limits
from workshop.checking.code.leftovers import MARK, kill_strays, limit_processor
from workshop.checking.code.streams import Messages, Printed

LOST_STATUS = 113
"""Exit status of a driver that finds its channel closed."""

_READ = 256 * 1024
_LOOK_SECONDS = 0.05
"""How often the process is looked at while nothing comes from it."""
_LAST_SECONDS = 0.5
"""How long a process may take to end once its channel is closed, or to say where it is."""
_SLACK = 64 * 1024 * 1024
"""Bytes of messages a call may send beside its answer; requests can be many."""


class End(Enum):
    """How an exchange ended."""

    ANSWERED = auto()
    TIMED_OUT = auto()
    EXITED = auto()
    LOST_CONTACT = auto()
    OUT_OF_MEMORY = auto()


@dataclass(frozen=True)
class Heard:
    """What came from the child. messages: the last is the answer if end is ANSWERED.

    status: the exit status if it is known; negative, the signal.
    """

    end: End
    messages: list[dict[str, Any]]
    output: str
    seconds: float
    status: int | None = None


def start(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], channel: int, printing: int
) -> subprocess.Popen[bytes]:
    """Start the process in a session of its own.

    channel, printing: file descriptors that it gets; the first keeps its number, the other takes all output.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=printing,
        stderr=printing,
        cwd=folder,
        env=environment,
        pass_fds=[channel],
        start_new_session=True,
    )


class Child:
    """One process, leader of its own session, with a home folder of its own.

    command: gets the number of the channel's file descriptor, and gives the command line. variables: its
    environment; HOME, TMPDIR and the mark are added. tells_where: SIGUSR1 makes it say where its code is.
    """

    def __init__(
        self,
        command: Callable[[int], Sequence[str]],
        *,
        folder: Path,
        variables: Mapping[str, str],
        limits: Limits,
        tells_where: bool,
    ) -> None:
        self._tells_where = tells_where
        self._limits = limits
        self._home = tempfile.mkdtemp(prefix="workshop-learner-")
        self._mark = Path(self._home).name
        self._messages = Messages()
        self._garbled = False
        self._output = Printed(limits.output)
        own, theirs = socket.socketpair()
        self._printed, printing = os.pipe()
        try:
            environment = {**variables, "HOME": self._home, "TMPDIR": self._home, MARK: self._mark}
            channel = theirs.fileno()
            self._process = start(command(channel), folder, environment, channel, printing)
        except BaseException:
            own.close()
            os.close(self._printed)
            shutil.rmtree(self._home, ignore_errors=True)
            raise
        finally:
            theirs.close()
            os.close(printing)
        self.pid = self._process.pid
        self._channel = own
        self._open = True
        own.setblocking(False)
        os.set_blocking(self._printed, False)
        limit_processor(self.pid)

    def exchange(
        self, message: Mapping[str, Any] | None, seconds: float, is_last: Callable[[dict[str, Any]], bool]
    ) -> Heard:
        """Send a message, or none, and listen until `is_last` is true of one that comes back.

        Everything else than an answer ends the child. seconds: for the whole exchange.
        """
        try:
            heard = self._exchange(message, seconds, is_last)
        except BaseException:
            self.end()
            raise
        if heard.end is End.TIMED_OUT and self._tells_where:
            self._ask_where(heard.messages)
        if heard.end is not End.ANSWERED:
            self.end()
        return heard

    @property
    def alive(self) -> bool:
        """Whether the process has not ended, as far as is known now."""
        return self._open and self._process.poll() is None

    def _ask_where(self, messages: list[dict[str, Any]]) -> None:
        """Append what the driver says of where the code is; nothing, if it does not come to say it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGUSR1)
        messages += self._exchange(None, _LAST_SECONDS, lambda one: one.get("kind") == "where").messages

    def end(self) -> None:
        """Kill the process and all that it started. Can be called again."""
        if not self._open:
            return
        self._open = False
        self._kill_group()
        self._process.wait()
        self._kill_group()  # again: one of the group may have been starting another just then
        kill_strays(self._mark)
        self._channel.close()
        os.close(self._printed)
        shutil.rmtree(self._home, ignore_errors=True)

    def _exchange(
        self, message: Mapping[str, Any] | None, seconds: float, is_last: Callable[[dict[str, Any]], bool]
    ) -> Heard:
        began = time.monotonic()
        messages: list[dict[str, Any]] = []
        unsent = b"" if message is None else json.dumps(message).encode() + b"\n"
        look = began + _LOOK_SECONDS

        def heard(end: End, status: int | None = None) -> Heard:
            self._drain()
            return Heard(end, messages, self._output.take(), time.monotonic() - began, status)

        if self._take(messages, is_last):
            return heard(End.ANSWERED)
        with selectors.DefaultSelector() as selector:
            selector.register(self._printed, selectors.EVENT_READ)
            selector.register(self._channel, selectors.EVENT_READ)
            while not self._garbled:
                unsent = self._send(unsent)
                wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if unsent else 0)
                selector.modify(self._channel, wanted)
                left = began + seconds - time.monotonic()
                ready = {key.fileobj for key, _ in selector.select(max(0.0, min(_LOOK_SECONDS, left)))}
                if self._printed in ready and not self._read_output():
                    selector.unregister(self._printed)
                if self._channel in ready:
                    is_open = self._receive()
                    if self._take(messages, is_last):
                        return heard(End.ANSWERED)
                    if not is_open:
                        status = self._wait(_LAST_SECONDS)
                        lost = status is None or status == LOST_STATUS
                        return heard(End.LOST_CONTACT if lost else End.EXITED, status)
                now = time.monotonic()
                if now < look and now - began < seconds:
                    continue
                look = now + _LOOK_SECONDS
                end = self._look(may_come=self._channel in ready, late=now - began >= seconds)
                if end is not None:
                    return heard(end, self._process.poll())
        return heard(End.LOST_CONTACT)

    def _look(self, *, may_come: bool, late: bool) -> End | None:
        """Why to wait no longer; None to go on. may_come: there may be more to read of what it sent."""
        if self._process.poll() is not None and not may_come:
            return End.EXITED
        if memory.tree(self.pid) > self._limits.memory:
            return End.OUT_OF_MEMORY
        return End.TIMED_OUT if late else None

    def _send(self, data: bytes) -> bytes:
        """What could not be sent yet."""
        if not data:
            return b""
        try:
            return data[self._channel.send(data) :]
        except BlockingIOError:
            return data
        except OSError:
            return b""  # nobody listens any more: reading says why

    def _take(self, messages: list[dict[str, Any]], is_last: Callable[[dict[str, Any]], bool]) -> bool:
        """Move what has come to `messages`, up to the last one of this exchange; whether that has come."""
        while self._messages.whole:
            messages.append(self._messages.whole.popleft())
            if is_last(messages[-1]):
                return True
        return False

    def _receive(self) -> bool:
        """Read once; False if the channel is closed."""
        try:
            data = self._channel.recv(_READ)
        except BlockingIOError:
            return True
        except OSError:
            return False
        try:
            self._messages.add(data, self._limits.answer + _SLACK)
        except (ValueError, RecursionError):
            self._garbled = True
        return bool(data)

    def _read_output(self) -> bool:
        """Read once; False if nothing will come any more."""
        try:
            data = os.read(self._printed, _READ)
        except BlockingIOError:
            return True
        self._output.add(data)
        return bool(data)

    def _drain(self) -> None:
        before = -1
        while before != self._output.seen and self._output.seen - max(before, 0) < self._limits.output * 64:
            before = self._output.seen
            self._read_output()

    def _wait(self, seconds: float) -> int | None:
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
