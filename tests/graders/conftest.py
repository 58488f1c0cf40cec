"""An account for each submission."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests.forking import Forks
from workshop.checking.code import child
from workshop.target import REGION, Target

PRELOAD = """
import boto3
boto3.Session().resource("dynamodb", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
"""


@pytest.fixture(autouse=True, scope="session")
def learners_processes_start_at_once() -> Iterator[None]:
    """On Linux, those of Python: a quarter of a second of processor time each, hundreds of times."""
    cold, flags = child.start, ["-I", "-X", "utf8"]
    forks = Forks(sys.executable, flags, PRELOAD)

    def start(
        command: Sequence[str], folder: Path, environment: Mapping[str, str], channel: int, printing: int
    ) -> Any:
        if list(command[:-2]) != [sys.executable, *flags]:
            return cold(command, folder, environment, channel, printing)
        with Path(os.devnull).open() as nothing:
            descriptors = {0: nothing.fileno(), 1: printing, 2: printing, channel: channel}
            return forks.start(command[-2:], folder, environment, descriptors)

    with pytest.MonkeyPatch.context() as patch:
        if sys.platform == "linux":
            patch.setattr(child, "start", start)
        yield
    forks.end()


@pytest.fixture
def target(sandbox: Sandbox) -> Target:
    """A fresh account of the sandbox."""
    account = f"{secrets.randbelow(9 * 10**11) + 10**11}"
    return Target("sandbox", sandbox.url, account, REGION, access_key=account)
