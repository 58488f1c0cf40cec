"""`workshop grade` as it is typed."""

import io

import pytest
from rich.console import Console
from typer.testing import CliRunner

from tests.workshop.grading.canned import record
from workshop.cli import app
from workshop.errors import Problem
from workshop.grading import batch
from workshop.grading.batch import Order, Shard
from workshop.grading.limits import Limits
from workshop.grading.telling import Telling, line


def typed(*words):
    """The result of a command line. Raises the Problem that it ends with."""
    done = CliRunner().invoke(app, ["grade", *map(str, words)])
    if isinstance(done.exception, Problem):
        raise done.exception
    return done


@pytest.fixture
def ordered(monkeypatch):
    """What is asked of the batch."""
    orders = []
    monkeypatch.setattr(batch, "grade", lambda order: orders.append(order) or 1)
    return orders


def test_what_is_typed_is_what_is_ordered(ordered, tmp_path):
    done = typed(tmp_path, "--jobs", 3, "--shard", "2/5", "--report", tmp_path / "r", "--seconds", 20)
    assert done.exit_code == 1
    assert ordered == [Order(tmp_path, tmp_path / "r", 3, Shard(2, 5), Limits(seconds=20))]


def test_left_out(ordered, tmp_path, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 7)
    typed(tmp_path)
    (order,) = ordered
    assert (order.jobs, order.shard, order.report.name, order.limits) == (7, Shard(1, 1), "graded", Limits())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["merge"], "no folder"),
        (["merge", "a", "--jobs", "2"], "nothing is graded"),
        (["merge", "a", "--shard", "1/2"], "nothing is graded"),
        (["merge", "a", "--seconds", "5"], "nothing is graded"),
        (["one", "two"], "2 folders"),
        (["nowhere"], "a folder that holds a folder for each learner"),
        (["merge", "nowhere"], "batch.json"),
        (["nowhere", "--shard", "9/3"], "no part of a whole"),
    ],
)
def test_what_cannot_be_is_a_problem(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Problem, match=said):
        typed(*words)
    assert not (tmp_path / "graded").exists()


def test_a_bar_in_a_terminal(declared):
    said = io.StringIO()
    console = Console(file=said, force_terminal=True, width=100, color_system=None)
    with Telling(console, 2, 1) as telling:
        telling.stage("ada", "checking lab 1")
        telling._progress.refresh()
        telling.ended(record(declared, "ada"))
        telling._progress.refresh()
    text = said.getvalue()
    assert "1/3" in text
    assert "ada: checking lab 1" in text
    assert "2/3" in text
    assert "✔ ada  passed, 24 of 24 points" in text


def test_a_line_steers_no_terminal_and_is_short(declared):
    evil = record(declared, "a\x1b[2Jb", {"table-active": "\x1b[31m" + "x" * 500})
    assert "\x1b" not in line(evil)
    assert len(line(evil)) < 200
