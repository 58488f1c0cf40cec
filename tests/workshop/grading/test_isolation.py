"""What is put around a cell, and what is said where nothing can be."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.repository.sources import ROOT
from workshop.errors import Problem
from workshop.grading import isolation
from workshop.grading.isolation import Isolation, find
from workshop.grading.place import Place


@pytest.fixture
def place():
    with Place.made() as made:
        yield made


def options(command):
    """Pairs of an option and what follows it."""
    return list(pairwise(command))


def test_bubblewrap_gets_nothing_to_write_but_two_folders(place):
    command = Isolation("bubblewrap", ROOT, "/usr/bin/bwrap").command(place)
    words = [
        (option, command[number + 1])
        for number, option in enumerate(command)
        if option in ("--bind", "--dev-bind")
    ]
    assert words == [("--bind", str(place.temporary)), ("--bind", str(place.shared_memory))]
    read = {command[number + 1] for number, option in enumerate(command) if option == "--ro-bind"}
    for never in (
        ROOT,
        ROOT / ".git",
        ROOT / "work",
        ROOT / "solutions",
        Path.home(),
        Path("/"),
        Path("/etc"),
    ):
        assert str(never) not in read
    assert {str(place.work), str(ROOT / "src"), str(ROOT / "tests" / "labs")} <= read


@pytest.mark.parametrize("user", [None, 64100])
def test_bubblewrap_takes_network_processes_and_rights_away(user, place):
    command = Isolation("bubblewrap", ROOT, "/usr/bin/bwrap", user).command(place)
    for option in ("net", "pid", "ipc", "uts"):
        assert f"--unshare-{option}" in command
    assert ("--cap-drop", "ALL") in options(command)
    assert ("--remount-ro", "/") in options(command)
    assert ("--remount-ro", "/dev") in options(command)
    assert {"--die-with-parent", "--new-session"} <= set(command)
    assert ("--unshare-user" in command) == (user is None)


def test_the_cell_gets_nothing_of_our_environment(place, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.setenv("PYTEST_PLUGINS", "evil")
    for kind, path in (("bubblewrap", "/usr/bin/bwrap"), ("limits", "")):
        environment = Isolation(kind, ROOT, path).environment(place)
        assert "secret" not in environment.values()
        assert not {"AWS_PROFILE", "PYTEST_PLUGINS", "HOME"} & {
            name for name, value in environment.items() if value == os.environ.get(name)
        }
        assert environment["HOME"] == "/nonexistent"


def test_without_bubblewrap_it_is_said_what_is_not_kept_from_whom():
    found = find(ROOT, "")
    assert found.kind == "limits"
    assert "this machine has no bubblewrap" in found.note
    for words in ("read what you can read", "write where you may write", "reach the network"):
        assert words in found.note


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")
def test_bubblewrap_that_does_not_work_is_said_in_its_own_words(tmp_path):
    bwrap = tmp_path / "bwrap"
    bwrap.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    bwrap.chmod(0o755)
    found = find(ROOT, str(bwrap))
    assert found.kind == "limits"
    assert "setting up uid map: Permission denied" in found.note


def test_where_nothing_works_it_cannot_go_on(monkeypatch):
    monkeypatch.setattr(isolation, "_tried", lambda isolation: "No module named 'workshop'")
    with pytest.raises(Problem, match="No module named"):
        find(ROOT, "")


@pytest.mark.skipif(os.geteuid() != 0, reason="users are given by root only")
def test_root_gives_each_submission_a_user_of_its_own():
    one = Isolation("bubblewrap", ROOT, "/usr/bin/bwrap", 64100)
    assert [one.user(slot) for slot in range(3)] == [64100, 64101, 64102]
    with Place.made(64101) as place:
        assert {folder.stat().st_uid for folder in place.writable} == {64101}
        assert place.work.stat().st_uid == 0


def test_a_place_goes_whatever_is_in_it():
    with Place.made() as place:
        (place.temporary / "locked" / "deep").mkdir(parents=True)
        (place.temporary / "locked" / "deep" / "file").touch()
        (place.temporary / "out").symlink_to("/usr")
        (place.temporary / "locked" / "deep").chmod(0)
        (place.temporary / "locked").chmod(0)
    assert not place.folder.exists()
    assert Path("/usr").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is of Linux")
@pytest.mark.skipif(os.geteuid() == 0, reason="root may read all memory")
def test_what_serves_the_local_aws_cannot_be_read_by_functions():
    with Sandbox(port=0) as sandbox, pytest.raises(PermissionError):
        Path(f"/proc/{sandbox.pid}/environ").read_bytes()


def test_what_the_cell_runs_can_be_imported_without_the_folder_it_is_started_in(place, tmp_path):
    """A learner's own json.py is not ours."""
    (tmp_path / "json.py").write_text("raise SystemExit('a stranger')\n")
    one = Isolation("limits", ROOT)
    command = one.command(place)
    assert command[1:3] == ["-P", "-s"]
    done = subprocess.run(
        [*command[:-2], "-c", "import json, workshop; print(workshop.__file__)"],
        cwd=tmp_path,
        env=one.environment(place),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.stdout.strip() == str(ROOT / "src" / "workshop" / "__init__.py")
