"""Tools that the tests install on demand into the clone, as a learner's first use does."""

import os
from pathlib import Path

import pytest

from workshop.errors import Problem

CLONE = Path(__file__).resolve().parents[1]


def on_demand(tool):
    """The path of `tool(clone, say)`; without a network the tests that need it are skipped, never in CI."""
    try:
        return tool(CLONE, print)
    except Problem as problem:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"cannot be installed without a network: {problem.found.splitlines()[-1]}")
