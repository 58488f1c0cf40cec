"""What the solutions' tests deploy, each once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from sandbox import Sandbox
from tests.solutions.deployed import Deployed, deployed


@pytest.fixture(scope="session")
def stack_of(sandbox: Sandbox) -> Callable[[str, str], Deployed]:
    """`stack_of("03-lambda", "python")`: the solution's stack, made when it is first asked for."""
    return cache(lambda lab, language: deployed(lab, language, sandbox))
