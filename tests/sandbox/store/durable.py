"""A sandbox that can be killed, or ended, and started again on its state and its port."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from botocore.config import Config

from sandbox import Sandbox
from tests.sandbox.warm import Warm
from workshop.start.ports import free_port


class Durable:
    """sandbox: the one that runs now. kind: `Sandbox` for one that starts as a user's does."""

    def __init__(self, folder: Path, kind: type[Sandbox] = Warm) -> None:
        # Without lag, since tests compare what reads answer before and after.
        self.sandbox = kind(free_port(0), folder, replication_lag="0").start()
        self.sandbox.settings(function_state_ms=0)  # nobody waits for a function here

    def client(self, service: str, account: str = "123456789012", **options: Any) -> Any:
        plain = Config(retries={"max_attempts": 0})
        return self.sandbox.session(account).client(service, config=plain, **options)

    def again(self, *, kill: bool = True) -> None:
        """Kill it, as `kill -9` does, or end it in good order, and start the next one."""
        if kill:
            os.kill(self.sandbox.pid, signal.SIGKILL)
        self.sandbox.stop()
        self.sandbox.start()
        self.sandbox.settings(function_state_ms=0)
