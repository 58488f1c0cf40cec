"""Every verb of a learner's loop, as typed, in a copy of the clone: what it says and leaves alone."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys

import pytest

from tests.repository.sources import ROOT
from tests.workshop.small_clone import names_in
from tests.workshop.waiting import wait_until

PRISTINE = ("labs", "notebooks", "solutions", "src", "docs", "tests")
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", ".*_cache", "node_modules")
# A sandbox may run on the usual port, for whoever runs these tests; the copy must not find it.
WORKSHOP = """
from workshop import target
for function in (target.choose, target.discover, target.find_sandbox):
    given = function.__defaults__
    function.__defaults__ = tuple("http://127.0.0.1:1" if one == target.DEFAULT_URL else one for one in given)
from workshop.cli import main
main()
"""


def hashes(clone):
    """What the files are that no verb may change."""
    return {
        f"{folder}/{name}": hashlib.sha256((clone / folder / name).read_bytes()).hexdigest()
        for folder in PRISTINE
        for name in names_in(clone / folder)
        if "__pycache__" not in name
    }


class Clone:
    """A copy of this clone, and its verbs."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("labs", "notebooks", "solutions", "docs", "tools", "src", "tests/labs"):
            shutil.copytree(ROOT / name, folder / name, ignore=LEFT_BEHIND)
        for name in ("pyproject.toml", "mkdocs.yml", "tests/__init__.py"):
            shutil.copy(ROOT / name, folder / name)
        (folder / ".venv").mkdir()
        (folder / ".venv" / "setup-stamp.json").write_text("{}")
        # Each verb would compile the copy anew, were its bytecode not written.
        left_out = ("AWS_", "SANDBOX_URL", "WORKSHOP_", "PYTHONDONTWRITEBYTECODE")
        plain = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        self.environment = {**plain, "PYTHONPATH": str(folder / "src")}

    def popen(self, *arguments, **options):
        command = [sys.executable, "-c", WORKSHOP, *arguments]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, text=True, **options
        )

    def workshop(self, line, code=0):
        """What `workshop …` says; the exit code must be `code`."""
        done = self.popen(*line.split(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said, _ = done.communicate(timeout=100)
        assert done.returncode == code, f"workshop {line}: exit code {done.returncode}, not {code}\n{said}"
        return said

    def replace(self, name, old, new):
        file = self.folder / "work" / "01-dynamodb" / name
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))


@pytest.fixture
def clone(tmp_path):
    copy = Clone(tmp_path)
    yield copy
    if (tmp_path / ".sandbox" / "running.json").exists():
        copy.workshop("down")


@pytest.mark.timeout(300)
def test_a_learners_first_day(clone):
    before = hashes(clone.folder)
    assert len(before) > 100

    assert clone.workshop("").splitlines()[1] == "Do next: workshop up"
    clone.workshop("deploy 1", code=2)
    clone.workshop("begin 1")
    assert "workshop up" in clone.workshop("deploy 1", code=3)
    assert "workshop up" in clone.workshop("check 1", code=3)
    clone.workshop("up --port 0")
    assert f"Files       {clone.folder / 'work'}" in clone.workshop("status")

    clone.workshop("begin 1", code=2)
    assert clone.workshop("").splitlines()[1].endswith("then type: workshop deploy 1")
    clone.replace("template.yaml", "AttributeType: TODO", "AttributeType: S")
    clone.workshop("deploy 1")
    assert clone.workshop("").splitlines()[1] == "Do next: workshop check 1"
    clone.workshop("check 1", code=1)
    assert "1 of 14 passed" in clone.workshop("status")
    assert clone.workshop("").splitlines()[1].endswith("workshop hint 1 partition-key")
    assert "partition-key, hint 1 of 3" in clone.workshop("hint 1")
    clone.workshop("solve 1", code=2)

    clone.workshop("solve 1 --anyway")
    assert clone.workshop("").splitlines()[1] == "Do next: workshop deploy 1"
    clone.workshop("deploy 1 --yes")
    clone.workshop("check 1")
    said = clone.workshop("status")
    assert "14 of 14 passed\n  stretch   1 of 1 passed" in said
    assert "Stack       workshop: UPDATE_COMPLETE" in said
    assert clone.workshop("").splitlines()[1] == "Do next: workshop begin 2"
    clone.workshop("solve 1")

    clone.workshop("reset 1", code=2)
    clone.workshop("reset 1 --yes --language nodejs")
    assert "users.mjs" in names_in(clone.folder / "work" / "01-dynamodb")
    clone.workshop("down")
    assert clone.workshop("").splitlines()[1] == "Do next: workshop up"
    assert hashes(clone.folder) == before


def shorten_the_guide(clone):
    """Leave one page of it: the whole takes 12 s to build, and tests of the guide do that."""
    (clone.folder / "mkdocs.yml").write_text("site_name: The guide\ntheme: {name: material, font: false}\n")
    shutil.rmtree(clone.folder / "docs")
    (clone.folder / "docs").mkdir()
    (clone.folder / "docs" / "index.md").write_text("# The guide\n")


@pytest.mark.timeout(300)
def test_make_start_shows_work_and_is_found_from_another_terminal(clone, tmp_path_factory):
    shorten_the_guide(clone)
    before = hashes(clone.folder)
    output = tmp_path_factory.mktemp("start") / "output"
    with output.open("w") as writing:
        options = ("start", "--sandbox-port", "0", "--lab-port", "0", "--guide-port", "0")
        start = clone.popen(*options, stdout=writing, stderr=subprocess.STDOUT)
    try:
        wait_until(
            lambda: "Everything is up." in output.read_text() or start.poll() is not None,
            "the start of everything",
            seconds=150,
        )
        assert start.poll() is None, output.read_text()
        assert (clone.folder / "work" / "00-tour.ipynb").exists()
        assert "up already" in clone.workshop("up")
        assert "Ctrl-C" in clone.workshop("down", code=2)
        assert clone.workshop("").splitlines()[1] == "Do next: workshop begin 1"
    finally:
        start.send_signal(signal.SIGINT)
        assert start.wait(60) == 0, output.read_text()
    assert not (clone.folder / ".sandbox" / "running.json").exists()
    assert hashes(clone.folder) == before
