"""The unit tests beside the solutions pass, each run as a learner would run it: by pytest, by node --test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.functions import node_sdk, runtimes
from tests.repository.sources import ROOT

SOLUTIONS = ROOT / "solutions"
IN_PYTHON = sorted(SOLUTIONS.glob("*/python/"))
IN_NODE = sorted(SOLUTIONS.glob("*/nodejs/"))
SECONDS = 60


def name_of(path: Path) -> str:
    return str(path.relative_to(SOLUTIONS))


def run(command: list[str], folder: Path) -> str:
    """What a command said; fails with it unless it ended well."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("code", IN_PYTHON, ids=name_of)
def test_in_python(code, tmp_path):
    folder = shutil.copytree(code, tmp_path / "work")
    said = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], folder)
    assert " passed" in said


@pytest.mark.parametrize("code", IN_NODE, ids=name_of)
def test_in_node(code, tmp_path):
    folder = shutil.copytree(code, tmp_path / "work")
    (tmp_path / "node_modules").symlink_to(node_sdk.install())
    said = run([str(runtimes.node_binary()), "--test"], folder)
    assert "fail 0" in said


@pytest.mark.parametrize("solution", sorted(SOLUTIONS.glob("*/")), ids=name_of)
def test_there_is_a_unit_test_in_each_language(solution):
    assert list(solution.glob("python/test_*.py"))
    assert list(solution.glob("nodejs/*.test.mjs"))
