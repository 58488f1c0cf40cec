"""Sandboxes that start in milliseconds: forked from a process that has imported moto already.

What is forked serves as `sandbox serve` does; only the imports are shared. It is for tests that start many.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from multiprocessing.connection import Connection
from pathlib import Path

from sandbox.settings import Settings

SECONDS = 60

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.sandbox.store.preloaded"])


def _serve(port: int, state: Path, ready: Connection) -> None:
    from moto.moto_api._internal import mock_random

    from sandbox.serving import run

    # Chance was forked too: each would give its first resources the ids that the one before gave.
    random.seed()
    mock_random.seed()
    for name in [name for name in os.environ if name.startswith(("AWS_", "MOTO_"))]:
        del os.environ[name]
    settings = Settings(port=port, state=state)
    run(settings, lambda house: ready.send(house.settings.url), ready.fileno())


class Forked:
    """A sandbox on a state folder. It ends with the test process, however that ends."""

    def __init__(self, port: int, state: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        ours, theirs = _context.Pipe()
        self._pipe = ours
        self._process = _context.Process(target=_serve, args=(port, state, theirs), daemon=True)
        self._process.start()
        theirs.close()
        assert ours.poll(SECONDS), "the sandbox does not start"
        assert ours.recv() == self.url

    def kill(self) -> None:
        """`kill -9` of exactly this process."""
        os.kill(self._process.pid, signal.SIGKILL)

    def wait(self) -> None:
        """Until it has ended."""
        self._process.join(SECONDS)
        assert not self._process.is_alive()
        self._pipe.close()

    def stop(self) -> None:
        """End it in good order."""
        self._process.terminate()
        self.wait()
