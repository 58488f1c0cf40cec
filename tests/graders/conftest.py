"""An account for each submission."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from sandbox import Sandbox
from tests.graders import warm_driver
from workshop.checking.code import child
from workshop.target import REGION, Target


@pytest.fixture(autouse=True, scope="session")
def learners_processes_start_at_once() -> Iterator[None]:
    """On Linux, those of Python: a quarter of a second of processor time each, hundreds of times."""
    cold = child.start
    with pytest.MonkeyPatch.context() as patch:
        if sys.platform == "linux":
            patch.setattr(child, "start", lambda command, *given: _chosen(cold, command)(command, *given))
        yield
    warm_driver.end()


def _chosen(cold: Any, command: Sequence[str]) -> Any:
    return warm_driver.start if command[0] == sys.executable else cold


@pytest.fixture
def target(sandbox: Sandbox) -> Target:
    """A fresh account of the sandbox."""
    account = f"{secrets.randbelow(9 * 10**11) + 10**11}"
    return Target("sandbox", sandbox.url, account, REGION, access_key=account)
