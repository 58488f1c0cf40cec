"""The unit tests beside the solutions pass, run as a learner would run them: by pytest, by node --test.

A lab that changes no code has the code of the lab before, byte by byte: that is run once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from sandbox.functions import node_sdk, runtimes
from tests.repository.sources import ROOT

SOLUTIONS = ROOT / "solutions"
NOT_CODE = frozenset({"template.yaml"})
SECONDS = 60


def contents(folder: Path) -> dict[Path, bytes]:
    """What a folder holds that its unit tests can see, by relative path."""
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder): path.read_bytes() for path in files if path.name not in NOT_CODE}


def each_once(folders: Iterable[Path]) -> list[Path]:
    """The folders without those that hold the same as one before."""
    found: list[Path] = []
    for folder in sorted(folders):
        if all(contents(folder) != contents(other) for other in found):
            found.append(folder)
    return found


IN_PYTHON = each_once(SOLUTIONS.glob("*/python/"))
IN_NODE = each_once(SOLUTIONS.glob("*/nodejs/"))


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


@pytest.mark.parametrize("changed", [None, "test_users.py", "deep/more.py"])
def test_only_what_is_the_same_byte_by_byte_is_run_once(changed, tmp_path):
    code = SOLUTIONS / "04-api-gateway" / "python"
    first, second = (shutil.copytree(code, tmp_path / name) for name in ("first", "second"))
    (second / "template.yaml").write_text("another")
    if changed:
        (second / changed).parent.mkdir(exist_ok=True)
        (second / changed).write_text("another")
    assert each_once([second, first]) == ([first, second] if changed else [first])


@pytest.mark.parametrize("solution", sorted(SOLUTIONS.glob("*/")), ids=name_of)
def test_there_is_a_unit_test_in_each_language(solution):
    assert list(solution.glob("python/test_*.py"))
    assert list(solution.glob("nodejs/*.test.mjs"))
