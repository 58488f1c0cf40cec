"""The command `sam`: whose program it becomes, in whose environment, and what it says where there is none."""

import os
import sys
from pathlib import Path

import pytest

from workshop.addons import sam_command
from workshop.errors import Problem


@pytest.fixture
def became(monkeypatch):
    """What the process would have become: command, arguments, environment."""
    programs = []
    monkeypatch.setattr(sam_command, "sam", lambda clone, say: clone / "sam")
    monkeypatch.setattr(os, "execve", lambda *program: programs.append(program))
    monkeypatch.setattr(sys, "argv", ["sam", "deploy", "--region", "us-west-2"])
    return programs


def test_it_becomes_the_clones_sam(became, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.delenv("SAM_CLI_TELEMETRY", raising=False)
    sam_command.main()
    ((command, arguments, environ),) = became
    clone = Path(__file__).resolve().parents[2]
    assert arguments == [str(clone / "sam"), "deploy", "--region", "us-west-2"]
    assert command == clone / "sam"
    assert (environ["AWS_PROFILE"], environ["SAM_CLI_TELEMETRY"]) == ("mine", "0")


def test_telemetry_is_the_callers_to_switch_on(became, monkeypatch):
    monkeypatch.setenv("SAM_CLI_TELEMETRY", "1")
    sam_command.main()
    assert became[0][2]["SAM_CLI_TELEMETRY"] == "1"


def test_where_it_cannot_be_installed_it_says_why(became, monkeypatch, capsys):
    def refused(clone, say):
        say("Installing …")
        raise Problem("the installation of the AWS SAM CLI", "no route to host", "packages", "look at it")

    monkeypatch.setattr(sam_command, "sam", refused)
    with pytest.raises(SystemExit) as ended:
        sam_command.main()
    assert (ended.value.code, became) == (2, [])
    out, said = capsys.readouterr()
    assert out == ""
    assert said.startswith("Installing …\nThe AWS SAM CLI is not there.\n  Looked at: the installation")
