"""`%check` and `%hint`: in a shell, against what the notebook talks to."""

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from workshop import magics, progress


@pytest.fixture
def shell(clone, tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    # What the notebook talks to is said by its connection, not by the environment.
    monkeypatch.setenv("SANDBOX_URL", "http://127.0.0.1:1")
    shell = InteractiveShell()
    magics.register(shell, clone.target, lambda: clone.folder)
    return shell


def test_check_gives_a_card_and_notes_the_outcome(clone, shell):
    for line in ("1", ""):
        card = shell.run_line_magic("check", line)
        assert "Everything this lab asks for is there." in card._repr_html_()
        assert "Everything this lab asks for is there." in repr(card)
    assert progress.load(clone.work).labs["01-dynamodb"].outcomes == {"one": "passed"}


def test_check_sees_an_edit(clone, shell):
    (clone.work / "01-dynamodb" / "template.yaml").write_text("a")
    body = "fail((lab.folder / 'template.yaml').read_text(), '', '', '')"
    clone.write_checks(f"@check('x', guide='d#a')\ndef test_a(lab): {body}")
    assert shell.run_line_magic("check", "1").results.labs[0].first_failure.message == "a"
    (clone.work / "01-dynamodb" / "template.yaml").write_text("b")
    assert shell.run_line_magic("check", "1").results.labs[0].first_failure.message == "b"


def test_hint_gives_one_after_the_other(shell, capsys):
    for line, words in (("1", "first"), ("1 one", "second"), ("", "third")):
        shell.run_line_magic("hint", line)
        assert f"  {words}\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("magic", "line", "words"),
    [
        ("check", "7", "no lab of that number"),
        ("hint", "1 nobody", "no check of that name"),
        ("check", "1 2", "Found:     1 2"),
        ("hint", "1 one more", "Found:     1 one more"),
    ],
)
def test_what_cannot_be_done_is_said_without_a_traceback(shell, magic, line, words):
    with pytest.raises(UsageError) as problem:  # IPython shows its words only
        shell.run_line_magic(magic, line)
    assert words in str(problem.value)
    assert "Do next:" in str(problem.value)


def test_before_anything_is_begun(clone, shell):
    (clone.work / "01-dynamodb").rmdir()
    with pytest.raises(UsageError, match="workshop begin 1"):
        shell.run_line_magic("check", "")


def test_they_can_be_taken_back(shell):
    magics.unregister(shell)
    assert [shell.find_line_magic(name) for name in ("check", "hint", "trace")] == [None] * 3
    magics.unregister(shell)
