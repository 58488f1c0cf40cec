"""A sandbox that is watched: what it tells on standard error, its processes, descriptors and memory."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import psutil

from benchmarks.memory import MEGABYTE
from benchmarks.servers import clean_environment

START_SECONDS = 60
SETTLE_SECONDS = 15.0
"""Within which processes and connections are gone after a reset."""


GIVEN_BACK = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "65536",
    "MALLOC_TRIM_THRESHOLD_": "65536",
}
"""glibc's settings by which what is free goes back to the system (mallopt(3)): so a leak shows, and what ten
megabytes have left in the heap does not."""


@dataclass(frozen=True)
class State:
    """Of the sandbox's process: descriptors, processes below it, megabytes."""

    descriptors: int
    children: int
    memory: float


class Watched:
    """A sandbox in a process of its own; `told` is what it has written to standard error."""

    def __init__(self, process: subprocess.Popen[str], url: str, errors: IO[bytes]) -> None:
        self.url = url
        self._process = process
        self._errors = errors
        self._watched = psutil.Process(process.pid)

    def told(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode("utf-8", "replace")

    def state(self) -> State:
        return State(
            self._watched.num_fds(),
            len(self._watched.children(recursive=True)),
            self._watched.memory_info().rss / MEGABYTE,
        )

    def ask(self, path: str, method: str = "GET") -> Any:
        """The JSON that its own door answers. Raises OSError if it does not."""
        request = urllib.request.Request(f"{self.url}/_sandbox/{path}", method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def below(self) -> list[str]:
        """The commands of the processes below it."""
        found = []
        for child in self._watched.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                found.append(f"{child.pid} {child.status()} {' '.join(child.cmdline())[:100]}")
        return found

    def settled(self, most: State) -> State:
        """Its state once it has no more processes and descriptors than that, or the time for it is over."""
        deadline = time.monotonic() + SETTLE_SECONDS
        now = self.state()
        while time.monotonic() < deadline:
            if now.descriptors <= most.descriptors and now.children <= most.children:
                break
            time.sleep(0.1)
            now = self.state()
        return now

    def stop(self) -> None:
        """End it; kill it if it does not end by itself."""
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise

    def left(self) -> list[int]:
        """Processes that name its folder or its port and live: looked for once it has ended."""
        return [p.pid for p in psutil.process_iter() if self._began(p)]

    def _began(self, process: psutil.Process) -> bool:
        with contextlib.suppress(psutil.Error):
            return f"{self.url.removeprefix('http://')}/_runtime" in str(process.environ())
        return False


@contextlib.contextmanager
def watched() -> Iterator[Watched]:
    """A sandbox that keeps nothing, for as long as the context lasts."""
    with tempfile.TemporaryFile() as errors:
        command = [sys.executable, "-P", "-m", "sandbox", "serve", "--port", "0", "--ephemeral"]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env=clean_environment(**GIVEN_BACK)
        )
        line = process.stdout.readline() if process.stdout else ""
        url = next((word for word in line.split() if word.startswith("http://")), "")
        if not url:
            process.kill()
            raise RuntimeError(f"The sandbox did not start: {line!r}")
        sandbox = Watched(process, url, errors)
        try:
            yield sandbox
        finally:
            sandbox.stop()
