"""An account for each submission."""

from __future__ import annotations

import secrets

import pytest

from sandbox import Sandbox
from workshop.target import REGION, Target


@pytest.fixture
def target(sandbox: Sandbox) -> Target:
    """A fresh account of the sandbox."""
    account = f"{secrets.randbelow(9 * 10**11) + 10**11}"
    return Target("sandbox", sandbox.url, account, REGION, access_key=account)
