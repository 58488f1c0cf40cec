"""The command `workshop`, as typed."""

import subprocess
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from typer.testing import CliRunner

from workshop import cli
from workshop.clone import clone_folder
from workshop.errors import NotRunning, Problem
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
    monkeypatch.setattr(command, "start", lambda *given, **named: seen.append((*given, named)) or 3)
    arguments = ["start", "--open", "--sandbox-port", "1", "--lab-port", "2", "--guide-port", "3"]
    assert CliRunner().invoke(cli.app, arguments).exit_code == 3
    assert CliRunner().invoke(cli.app, [*arguments, "--ephemeral"]).exit_code == 3
    ports = Ports(1, 2, 3)
    assert seen == [(clone_folder(), ports, True, {"ephemeral": wanted}) for wanted in (False, True)]


def ended(monkeypatch, capsys, error):
    """The exit code of `main` and what it says, where the verb raises `error`."""

    def fail():
        raise error

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    captured = capsys.readouterr()
    assert captured.out == ""
    return stopped.value.code, captured.err


def test_a_problem_is_said_whole_and_is_exit_code_2(monkeypatch, capsys):
    code, text = ended(monkeypatch, capsys, PROBLEM)
    assert code == 2
    assert [text.index(word) for word in ("shelf", "nothing", "a book", "buy one")]
    assert "Traceback" not in text


def test_no_sandbox_is_exit_code_3(monkeypatch, capsys):
    code, text = ended(monkeypatch, capsys, NotRunning("port 4566"))
    assert code == 3
    assert "workshop up" in text


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
        ConnectionClosedError(endpoint_url="http://127.0.0.1:1"),
        ReadTimeoutError(endpoint_url="http://127.0.0.1:1"),
    ],
)
def test_a_sandbox_that_ends_meanwhile_is_exit_code_3_and_no_traceback(monkeypatch, capsys, error):
    code, text = ended(monkeypatch, capsys, error)
    assert code == 3
    assert "http://127.0.0.1:1" in text
    assert "workshop up" in text
    assert "Traceback" not in text


def test_what_nobody_foresaw_is_the_workshops_own_fault(monkeypatch, capsys):
    code, text = ended(monkeypatch, capsys, KeyError("shelf"))
    assert code == 3
    assert "Traceback" in text
    assert "This is the workshop's own fault, not yours: KeyError: 'shelf'" in text
    assert text.rstrip().endswith("report the lines above.")


def test_help_imports_nothing_heavy():
    code = "import sys; from workshop import cli; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    heavy = {"boto3", "botocore", "matplotlib", "yaml", "psutil", "IPython", "pytest", "workshop.target"}
    assert not heavy & set(done.stdout.split())


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
