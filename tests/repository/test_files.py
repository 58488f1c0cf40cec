"""The files that other programs read are in the form those programs expect."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.repository.sources import ROOT

TARGETS = [
    "setup",
    "start",
    "test",
    "lint",
    "docs",
    "notebooks",
    "pictures",
    "bundle",
    "bundle-test",
    "bench",
    "soak",
    "clean",
    "lock",
]
MAKEFILE = (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("target", TARGETS)
def test_make_has_the_target_and_help_names_it(target):
    assert re.search(rf"^{target}:", MAKEFILE, re.M)
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.M)[1].split()
    assert target in phony
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert f"make {target} " in done.stdout


def test_make_names_a_python_that_is_not_there():
    command = ["make", "setup", "PYTHON=/no/such/python"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "there is no /no/such/python on the PATH" in done.stdout
    assert "Install Python 3.11 or newer" in done.stdout


def test_make_clean_leaves_a_learners_work_alone(tmp_path):
    kept = ["work/01-dynamodb/users.py", "work/01-dynamodb/__pycache__/users.pyc", "labs/README.md"]
    gone = [".venv/bin/python", ".sandbox/logs/x.log", "site/index.html", "src/a/__pycache__/a.pyc"]
    for name in (*kept, *gone):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    subprocess.run(
        ["make", "-f", ROOT / "Makefile", "clean"], cwd=tmp_path, check=True, capture_output=True, timeout=60
    )
    assert [name for name in kept if not (tmp_path / name).exists()] == []
    assert [name for name in gone if (tmp_path / name).exists()] == []


def test_ci_is_one_executable_script_that_the_workflow_calls():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True, timeout=30)
    for step in ("make lint", "make test"):
        assert step in script.read_text()
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    assert any(step.get("run") == ".ci/run" for step in workflow["jobs"]["all"]["steps"])


def test_the_hooks_are_valid_and_use_the_clones_own_tools():
    config = ROOT / ".pre-commit-config.yaml"
    validate = [Path(sys.executable).with_name("pre-commit"), "validate-config", config]
    subprocess.run(validate, check=True, capture_output=True, timeout=60)
    hooks = yaml.safe_load(config.read_text())["repos"][0]["hooks"]
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks)


def test_the_devcontainer_sets_up_and_forwards_what_start_opens():
    text = (ROOT / ".devcontainer" / "devcontainer.json").read_text()
    container = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.M))
    assert "make setup" in container["postCreateCommand"]
    assert container["forwardPorts"] == [4566, 8888, 8000]


def test_the_license_is_whole():
    text = (ROOT / "LICENSE").read_text()
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
