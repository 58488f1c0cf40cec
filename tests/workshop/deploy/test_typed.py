"""`workshop deploy` as the installed command, in a pipe and in a terminal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from tests.workshop.deploy.templates import USERS, WITH_MORE, with_key
from tests.workshop.terminal import type_into
from workshop.deploy import verb

WORKSHOP = Path(sys.executable).with_name("workshop")


@pytest.fixture
def command(learner):
    """The command and the environment in which it is typed, for the learner's folder."""
    known = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "WORKSHOP_", "SANDBOX_"))}
    line = [WORKSHOP, "deploy", "1", "--work", learner.clone / "work"]
    return line, {**known, **learner.environ}


@pytest.fixture
def piped(command):
    """`piped("--yes")`: the command's end, where there is no terminal."""
    line, environ = command

    def run(*options):
        return subprocess.run(
            [*line, *options],
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def test_in_a_pipe(learner, piped):
    learner.write(USERS)
    done = piped()
    assert done.returncode == 0, done.stderr
    assert "CREATE_COMPLETE" in done.stdout
    assert done.stdout.rstrip().endswith("Do next: workshop check 1")
    assert "\x1b" not in done.stdout


def test_a_failure_is_exit_code_1_and_goes_to_stderr(learner, piped):
    learner.write(USERS.replace("Type: S", "Type: TODO"))
    done = piped()
    assert done.returncode == 1
    assert "AttributeType: TODO" in done.stderr
    assert "In plain words:" in done.stderr


def test_not_begun_is_exit_code_2(piped):
    done = piped()
    assert done.returncode == 2
    assert "workshop begin 1" in done.stderr


def test_no_sandbox_is_exit_code_3(learner, command):
    line, environ = command
    learner.write(USERS)
    environ = {**environ, "SANDBOX_URL": "http://127.0.0.1:9"}
    done = subprocess.run(line, env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 3
    assert "workshop up" in done.stderr


def test_nobody_to_ask_is_exit_code_2_and_yes_goes_on(learner, piped):
    learner.deployed(WITH_MORE)
    learner.write(USERS)
    done = piped()
    assert done.returncode == 2
    assert "workshop deploy 1 --yes" in done.stderr
    assert piped("--yes").returncode == 0


@pytest.mark.parametrize(
    ("answer", "code", "lost"),
    [("n\n", 2, False), ("\n", 2, False), ("\x04", 2, False), ("y\n", 0, True)],
)
def test_in_a_terminal_the_question_is_answered(learner, command, answer, code, lost):
    name = learner.deployed(with_key("id"))
    learner.put_users(name, 2, "id")
    learner.write(USERS)
    line, environ = command
    ended, shown = type_into(line, answer, env=environ)
    assert ended == code, shown
    assert "It holds 2 items, which are lost." in shown
    assert "Deploy, and lose this? [y/N]" in shown
    assert (learner.outputs()["UsersTableName"] != name) is lost
    assert ("UPDATE_COMPLETE" in shown) is lost
    assert learner.open_change_sets() == []


def test_ctrl_c_at_a_question_is_a_no(monkeypatch):
    def interrupted(*_, **__):
        raise typer.Abort

    monkeypatch.setattr(typer, "confirm", interrupted)
    assert verb.asker(False, lambda line: None, terminal=True)("Really?") is False


def test_ctrl_c_before_anything_is_executed(learner, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(verb.Deployment, "clear_the_way", interrupted)
    ended = learner.deploy(USERS)
    assert ended.code == verb.INTERRUPTED
    assert "Stopped before CloudFormation was told to change anything." in ended.err


def test_ctrl_c_while_cloudformation_works(learner, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(verb.Deployment.watch.__globals__["stack"], "follow", interrupted)
    ended = learner.deploy(USERS)
    assert ended.code == verb.INTERRUPTED
    assert "CloudFormation goes on by itself with the stack workshop" in ended.err


@pytest.mark.parametrize(
    ("yes", "terminal", "there"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_who_answers(yes, terminal, there):
    assert (verb.asker(yes, lambda line: None, terminal) is not None) is there
