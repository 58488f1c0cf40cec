"""The verbs as typed: what is asked, what is said, and the exit code."""

import subprocess
import sys

import pytest

from tests.repository.sources import ROOT
from tests.workshop.small_clone import IN_CLONE, in_clone, make_clone, names_in, type_into_clone, workshop
from workshop import progress, sandbox_process, sandbox_record
from workshop.errors import NotRunning, Problem

KEY = "01-dynamodb"
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A small clone that the verbs take for theirs, where no sandbox is found."""
    folder = make_clone(tmp_path)
    in_clone(folder, monkeypatch)
    monkeypatch.setenv("SANDBOX_URL", NOWHERE)
    return folder


def test_alone_it_says_where_one_is_and_the_one_next_action(clone):
    said, code = workshop()
    assert code == 0
    assert said.splitlines()[:2] == ["The local AWS is not running.", "Do next: workshop up"]
    assert "workshop --help" in said


class TestBegin:
    def test_where_nobody_can_be_asked_it_is_python_and_that_is_said(self, clone):
        said, code = workshop("begin", "1")
        assert code == 0
        assert said.startswith("In Python, as nobody is there to ask; for Node.js: --language nodejs\n")
        assert (clone / "work" / KEY / "users.py").exists()
        assert said.splitlines()[-1].startswith("Do next: ")
        assert said.count("Do next") == 1

    def test_an_option_is_an_answer(self, clone):
        said, _ = workshop("begin", "dynamodb", "--language", "nodejs")
        assert "nobody is there" not in said
        assert (clone / "work" / KEY / "users.mjs").exists()

    def test_a_language_there_is_not_is_a_usage_error(self, clone):
        said, code = workshop("begin", "1", "--language", "cobol")
        assert code == 2
        assert "cobol" in said
        assert not (clone / "work").exists()

    def test_the_language_is_asked_until_it_is_one_and_only_once(self, clone):
        code, shown = type_into_clone(clone, "rust\nNodeJS\n", "begin", "1")
        assert code == 0, shown
        assert shown.count("In which language do you write your code, python or nodejs? [python]:") == 2
        assert (clone / "work" / KEY / "users.mjs").exists()
        said, _ = workshop("begin", "2")
        assert "language" not in said
        assert progress.load(clone / "work").labs["02-iam"].language == "nodejs"

    def test_enter_is_python(self, clone):
        code, shown = type_into_clone(clone, "\n", "begin", "1")
        assert code == 0, shown
        assert (clone / "work" / KEY / "users.py").exists()

    def test_the_language_of_what_is_there_is_not_asked_for(self, clone):
        (clone / "work" / KEY).mkdir(parents=True)
        (clone / "work" / KEY / "users.mjs").write_text("mine")
        said, _ = workshop("begin", "1")
        assert "nobody is there" not in said
        assert names_in(clone / "work" / KEY) == [
            *("01-dynamodb.ipynb", "README.md", "template.yaml", "users.mjs"),
        ]

    @pytest.mark.parametrize("line", ["", "begin 1", "status", "hint 1"])
    def test_work_as_a_file_is_said_with_what_to_type(self, clone, line):
        (clone / "work").write_text("")
        with pytest.raises(Problem, match="it is a file") as problem:
            workshop(*line.split())
        assert problem.value.do_next.endswith(f"mv {clone / 'work'} {clone / 'work'}.old")

    def test_twice_is_a_problem(self, clone):
        workshop("begin", "1")
        with pytest.raises(Problem, match="lab 1 has begun"):
            workshop("begin", "1")

    @pytest.mark.parametrize("verb", ["begin", "hint", "reset", "solve"])
    def test_an_unknown_lab_is_a_problem(self, clone, verb):
        with pytest.raises(Problem, match="the lab '9'"):
            workshop(verb, "9")

    @pytest.mark.parametrize("verb", ["reset", "solve"])
    def test_a_lab_that_has_not_begun_is_a_problem(self, clone, verb):
        with pytest.raises(Problem, match="workshop begin 1"):
            workshop(verb, "1")


def test_hint_counts_and_takes_a_check(clone):
    assert workshop("hint", "1")[0].startswith("table-active, hint 1 of 3:")
    assert workshop("hint", "1", "partition-key")[0].startswith("partition-key, hint 1 of 3:")
    assert workshop("hint", "1")[0].startswith("table-active, hint 2 of 3:")


class TestReset:
    @pytest.fixture
    def mine(self, clone):
        workshop("begin", "1")
        (clone / "work" / KEY / "users.py").write_text("mine")
        return clone / "work" / KEY

    def test_of_an_untouched_lab_has_nothing_to_do(self, clone):
        workshop("begin", "1")
        said, code = workshop("reset", "1")
        assert (said, code) == ("There is nothing to reset: work/01-dynamodb is as the starter is.\n", 0)

    def test_without_a_terminal_and_without_yes_it_refuses(self, mine):
        with pytest.raises(Problem, match="nobody can be asked") as problem:
            workshop("reset", "1")
        assert problem.value.do_next == "if you mean it: workshop reset 1 --yes"
        assert (mine / "users.py").read_text() == "mine"

    def test_yes_does_it_and_names_what_goes(self, mine):
        said, code = workshop("reset", "1", "--yes")
        assert code == 0
        assert "  users.py  your changes go\n" in said
        assert "kept in work/.aside/01-dynamodb-" in said
        assert (mine / "users.py").read_text() == "TODO = 'python'\n"

    def test_another_language_is_a_reset_even_of_an_untouched_lab(self, clone):
        workshop("begin", "1")
        said, _ = workshop("reset", "1", "--language", "nodejs", "--yes")
        assert said.startswith("work/01-dynamodb becomes the starter again, in Node.js. What it holds now is")
        assert "users.mjs" in names_in(clone / "work" / KEY)
        assert "users.py" not in names_in(clone / "work" / KEY)

    @pytest.mark.parametrize(
        ("typed", "now"),
        [("n\n", "mine"), ("\n", "mine"), ("y\n", "TODO = 'python'\n")],
        ids=["n", "enter", "y"],
    )
    def test_it_asks(self, clone, mine, typed, now):
        code, shown = type_into_clone(clone, typed, "reset", "1")
        assert code == 0
        assert "users.py  your changes" in shown
        assert "Put the starter in its place? [y/N]:" in shown
        assert ("Nothing was changed." in shown) == (now == "mine")
        assert (mine / "users.py").read_text() == now


class TestSolve:
    def test_not_before_the_checks_have_passed(self, clone):
        workshop("begin", "1")
        with pytest.raises(Problem, match="--anyway"):
            workshop("solve", "1")

    def test_anyway_and_then_deploy(self, clone, monkeypatch):
        workshop("begin", "1")
        said, code = workshop("solve", "1", "--anyway")
        assert code == 0
        assert "The solution of lab 1 is in work/01-dynamodb." in said


def test_up_and_down_pass_on_what_was_typed(clone, monkeypatch):
    seen = []
    monkeypatch.setattr(sandbox_process, "up", lambda *given, **named: seen.append((*given[:2], named)))
    monkeypatch.setattr(sandbox_process, "down", lambda *given: seen.append(given[:1]))
    assert workshop("up", "--port", "4600") == ("", 0)
    assert workshop("up", "--ephemeral") == ("", 0)
    assert workshop("down") == ("", 0)
    assert seen == [(clone, 4600, {"ephemeral": False}), (clone, 4566, {"ephemeral": True}), (clone,)]


def test_status_of_a_target_that_is_not_there_is_a_problem(clone):
    assert "not running" in workshop("status")[0]
    with pytest.raises(Problem, match="no AWS account was chosen yet"):
        workshop("status", "--target", "aws")
    with pytest.raises(NotRunning):
        workshop("status", "--target", NOWHERE)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["begin", "9"], 2, "Do next:   type its number"),
        (["status", "--target", NOWHERE], 3, "Do next:   type `workshop up`"),
        (["status"], 0, ""),
        (["begin"], 2, "Missing argument 'LAB'"),
    ],
)
def test_the_exit_code_as_a_shell_sees_it(clone, arguments, code, words):
    done = subprocess.run(
        [sys.executable, "-c", IN_CLONE, clone, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert sandbox_record.read(clone) is None
