"""One sandbox for the proofs of a worker; submissions keep apart by accounts."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from sandbox import Sandbox
from workshop.target import REGION, Target


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(port=0) as running:
        yield running


@pytest.fixture
def target(sandbox: Sandbox) -> Target:
    """A fresh account of the sandbox."""
    account = f"{secrets.randbelow(9 * 10**11) + 10**11}"
    return Target("sandbox", sandbox.url, account, REGION, access_key=account)
