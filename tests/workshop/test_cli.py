"""The command `workshop`, as typed."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workshop import cli
from workshop.clone import clone_folder
from workshop.errors import Problem
from workshop.start import command
from workshop.start.services import Ports

PROBLEM = Problem("the shelf", "nothing", "a book", "buy one")


def test_its_help_is_the_tutorial_in_the_order_of_doing():
    result = CliRunner().invoke(cli.app, ["--help"])
    assert result.exit_code == 0
    lines = [line.strip() for line in result.output.splitlines()]
    loop = ("preflight", "start", "up", "begin 1", "deploy 1", "check 1", "hint 1")
    places = [lines.index(f"workshop {verb}") for verb in loop]
    assert places == sorted(places)


def test_an_unknown_verb_is_a_usage_error():
    result = CliRunner().invoke(cli.app, ["fly"])
    assert result.exit_code == 2
    assert "fly" in result.output


@pytest.mark.parametrize("port", ["-1", "65536", "many"])
def test_a_port_that_is_none_is_a_usage_error(port):
    result = CliRunner().invoke(cli.app, ["start", "--lab-port", port])
    assert result.exit_code == 2
    assert "--lab-port" in result.output


def test_start_passes_its_options_on(monkeypatch):
    seen = []
    monkeypatch.setattr(command, "start", lambda *arguments: seen.append(arguments) or 3)
    arguments = ["start", "--open", "--sandbox-port", "1", "--lab-port", "2", "--guide-port", "3"]
    assert CliRunner().invoke(cli.app, arguments).exit_code == 3
    assert seen == [(clone_folder(), Ports(1, 2, 3), True)]


def test_a_problem_is_said_whole_and_is_exit_code_2(monkeypatch, capsys):
    def fail():
        raise PROBLEM

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    text = capsys.readouterr().err
    assert [text.index(word) for word in ("shelf", "nothing", "a book", "buy one")]


def test_the_installed_command_answers():
    workshop = Path(sys.executable).with_name("workshop")
    done = subprocess.run([workshop, "--help"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert "preflight" in done.stdout


class TestClone:
    def test_is_found_from_inside(self):
        assert (clone_folder() / "src" / "workshop").is_dir()

    def test_outside_is_a_problem(self, tmp_path):
        with pytest.raises(Problem) as problem:
            clone_folder(tmp_path / "site-packages" / "workshop" / "clone.py")
        assert "clone the repository" in str(problem.value)
