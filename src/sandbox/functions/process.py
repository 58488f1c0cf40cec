"""One operating-system process group: started, frozen, thawed, measured, ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_READ = 65536
_POLL_SECONDS = 0.02
_MOST_READS = 8


class ProcessGroup:
    """A process, leader of its own session, and what it starts.

    on_output: gets what the group writes, standard output and error in one. on_exit: is called once,
    when the first process has ended, with its exit status (negative: the signal that ended it).
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        variables: Mapping[str, str],
        on_output: Callable[[bytes], None],
        on_exit: Callable[[int], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_output = on_output
        self._on_exit = on_exit
        self._output, write_end = os.pipe()
        os.set_blocking(self._output, False)
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                cwd=folder,
                env=variables,
                start_new_session=True,
            )
        except BaseException:
            os.close(self._output)
            raise
        finally:
            os.close(write_end)
        self.pid = self._process.pid
        self._frozen = False
        self._gone = asyncio.Event()
        self._exit_handle = -1
        self._loop.add_reader(self._output, self._read)
        self._watch_exit()

    @property
    def alive(self) -> bool:
        """Whether the first process has not been seen to end."""
        return self._process.returncode is None

    def freeze(self) -> None:
        """Stop the group, as Lambda does between invocations; nothing in it runs on."""
        if self.alive and not self._frozen:
            self._frozen = True
            self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen group go on."""
        if self._frozen:
            self._frozen = False
            self._signal(signal.SIGCONT)

    def terminate(self) -> None:
        """Tell the first process to end (SIGTERM); a frozen group goes on, so that it hears it."""
        with contextlib.suppress(ProcessLookupError):
            if self.alive:
                os.kill(self.pid, signal.SIGTERM)
        self.thaw()

    async def wait(self, seconds: float) -> None:
        """Wait until the first process has ended, so long at most."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._gone.wait()

    def kill(self) -> None:
        """End the group at once, frozen or not."""
        self._signal(signal.SIGKILL)

    def drain(self) -> None:
        """Take what has been written up to now."""
        for _ in range(_MOST_READS):
            if not self._read():
                return

    async def close(self) -> None:
        """Kill the group and wait until its first process is gone."""
        self.kill()
        while self._process.poll() is None:
            await asyncio.sleep(0.001)
        # Again: one of the group may have been starting another just then.
        self.kill()
        if self._exit_handle >= 0:
            self._loop.remove_reader(self._exit_handle)
            os.close(self._exit_handle)
            self._exit_handle = -1
        if self._output >= 0:
            self.drain()
        if self._output >= 0:  # unless the end was read just now
            self._close_output()

    def _signal(self, number: int) -> None:
        # The group can outlive its first process, so its number stays ours until close() is done.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def _read(self) -> bool:
        """Read once; whether there may be more."""
        if self._output < 0:
            return False
        try:
            data = os.read(self._output, _READ)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self._close_output()
            return False
        self._on_output(data)
        return len(data) == _READ

    def _close_output(self) -> None:
        self._loop.remove_reader(self._output)
        os.close(self._output)
        self._output = -1

    def _watch_exit(self) -> None:
        try:
            self._exit_handle = os.pidfd_open(self.pid)
        except (AttributeError, OSError):  # not Linux
            self._loop.call_later(_POLL_SECONDS, self._poll)
            return
        self._loop.add_reader(self._exit_handle, self._poll)

    def _poll(self) -> None:
        was_alive = self.alive
        status = self._process.poll()
        if status is None:
            if self._exit_handle < 0:
                self._loop.call_later(_POLL_SECONDS, self._poll)
            return
        if self._exit_handle >= 0:
            self._loop.remove_reader(self._exit_handle)
            os.close(self._exit_handle)
            self._exit_handle = -1
        if was_alive:
            self._gone.set()
            self.drain()
            self._on_exit(status)
