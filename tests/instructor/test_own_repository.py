"""The workflow for a repository of one's own: its commands, run in a copy of the clone."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
import yaml

from sandbox.functions import node_sdk
from tests.graders.submission import copy_of
from tests.graders.tickets import LAB, note_three
from tests.repository.sources import ROOT
from workshop.catalogue import labs

PAGE = ROOT / "docs" / "instructor" / "own-repository.md"
WORKFLOW = ROOT / "docs" / "snippets" / "own-repository" / "workflow.yml"
COPIED = (
    "docs",
    "labs",
    "notebooks",
    "solutions",
    "src",
    "tests",
    "tools",
    ".gitignore",
    "pyproject.toml",
    "mkdocs.yml",
)
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "node_modules")
SETUP = "make setup\n"
"""The one command that is not run: it fetches, and is proven by every run of these tests."""
TIDY = "workshop down"
SECONDS = 110


class Repository:
    """A learner's own repository, with our solutions as the work, and a runner's shell in it."""

    def __init__(self, folder):
        self.folder = folder
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, folder / name, **({"ignore": LEFT_BEHIND} if (ROOT / name).is_dir() else {}))
        for lab in labs(ROOT):
            copy_of(lab.solution, folder / "work" / lab.key, "python")
        note_three(folder / "work" / LAB)
        self._make_commands()
        self.summary = folder / "summary.md"
        self.path = folder / "path"
        self.path.touch()
        aws = ("AWS_", "SANDBOX_URL", "WORKSHOP_", "PYTEST_", "PYTHONDONTWRITEBYTECODE", "GIT_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(aws)}
        who = {
            f"GIT_{kind}_{part}": "ada@example.com"
            for kind in ("AUTHOR", "COMMITTER")
            for part in ("NAME", "EMAIL")
        }
        files = {"GITHUB_STEP_SUMMARY": str(self.summary), "GITHUB_PATH": str(self.path)}
        self.environ = {**kept, **who, **files, "PYTHONPATH": str(folder / "src"), "CI": "true"}

    def _make_commands(self):
        """What `make setup` leaves: Node.js's SDK, and the commands, with the copy's code."""
        (self.folder / ".sandbox").mkdir()
        (self.folder / ".sandbox" / "node").symlink_to(node_sdk.install().parent)
        commands = self.folder / ".venv" / "bin"
        commands.mkdir(parents=True)
        (commands.parent / "setup-stamp.json").write_text("{}")
        run = "from workshop.cli import main; main()"
        for name, more in {"python": "", "workshop": f" -c {shlex.quote(run)}"}.items():
            (commands / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)}{more} "$@"\n')
            (commands / name).chmod(0o755)

    def run(self, commands):
        """What commands said, as a runner's shell runs them; they have to end well."""
        before = self.path.read_text().split()
        environ = {**self.environ, "PATH": os.pathsep.join([*before, self.environ["PATH"]])}
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", commands],
            cwd=self.folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, f"{commands}\nended with {done.returncode}\n{done.stdout}"
        return done.stdout


def steps():
    return yaml.safe_load(WORKFLOW.read_text())["jobs"]["check"]["steps"]


def commands_of_the_page():
    """The first commands that the page tells to type."""
    return re.findall(r"^```\n(sed .*?)^```", PAGE.read_text(), re.M | re.S)[0]


@pytest.fixture
def repository(tmp_path):
    made = Repository(tmp_path)
    yield made
    if (tmp_path / ".sandbox" / "running.json").exists():
        made.run(TIDY)


@pytest.mark.timeout(240)
def test_the_work_is_committed_and_checked_at_every_push(repository):
    (repository.folder / ".github" / "workflows").mkdir(parents=True)
    repository.run("git init -q")
    repository.run(commands_of_the_page())
    committed = repository.run("git ls-files").splitlines()
    for lab in labs(ROOT):
        assert f"work/{lab.key}/template.yaml" in committed
    assert (repository.folder / ".github" / "workflows" / "labs.yml").read_text() == WORKFLOW.read_text()
    ignored = (repository.folder / ".gitignore").read_text().splitlines()
    assert set((ROOT / ".gitignore").read_text().splitlines()) - set(ignored) == {"work/"}

    commands = [step["run"] for step in steps() if "run" in step]
    assert commands[0].startswith(SETUP)
    said = [repository.run(command.removeprefix(SETUP)) for command in commands]

    results = json.loads((repository.folder / "results.json").read_text())
    assert results["status"] == "pass"
    assert [lab["lab"] for lab in results["workshop"]["labs"]] == [lab.key for lab in labs(ROOT)]
    assert {test["outcome"] for test in results["tests"]} <= {"passed", "not_shown"}
    suite = ET.parse(repository.folder / "results.xml").getroot().find("testsuite")
    assert (suite.get("failures"), suite.get("errors")) == ("0", "0")
    assert int(suite.get("tests")) == len(results["tests"])
    table = (repository.folder / "results.md").read_text()
    assert "| " in table
    assert table in repository.summary.read_text()
    passed = sum(test["outcome"] == "passed" for test in results["tests"])
    assert re.search(rf"\b{passed} passed", said[-1]), said[-1]


def test_it_needs_no_secret_and_may_write_nothing():
    workflow = yaml.safe_load(WORKFLOW.read_text())
    assert workflow["permissions"] == {"contents": "read"}
    assert "secrets." not in WORKFLOW.read_text()
    assert all(step.get("if") == "${{ !cancelled() }}" for step in steps()[-3:]), (
        "told even where one falls short"
    )


def test_every_file_that_is_kept_is_written():
    (kept,) = [step["with"]["path"] for step in steps() if step.get("uses", "").startswith("actions/upload")]
    (check,) = [step["run"] for step in steps() if "workshop check" in step.get("run", "")]
    assert kept == "results.*"
    assert re.findall(r"results\.\w+", check) == ["results.json", "results.xml", "results.md"]
