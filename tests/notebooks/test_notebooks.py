"""Every notebook runs headless, from any state, shows its pictures, and leaves nothing behind."""

import pkgutil
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.notebooks import expected
from tests.notebooks.expected import printed_by
from tests.notebooks.running import (
    all_notebooks,
    first_part,
    left_over,
    printed,
    problems,
    read,
    run,
    with_predictions,
)

NOTEBOOKS = pytest.mark.parametrize("path", all_notebooks(), ids=lambda path: path.stem)


@pytest.mark.timeout(360)
@NOTEBOOKS
def test_runs_whole_after_a_run_that_stopped_half_way(path, sandbox, tmp_path):
    """Nobody predicts in the first run; in the second all questions but the first are answered.

    Notebooks use the account that the sandbox has of itself, as learners do; no other test makes nb-… there.
    """
    assert left_over(sandbox.session()) == []
    notebook = read(path)
    half, _ = run(first_part(notebook, len(notebook.cells) * 2 // 3), sandbox.url, tmp_path)
    assert not problems(half), "\n".join(problems(half))
    assert left_over(sandbox.session()), "a run that stops here should leave something to clean up"

    whole, seconds = run(with_predictions(notebook, "a"), sandbox.url, tmp_path)
    print(f"{path.name}: {seconds:.1f} s")
    assert not problems(whole), "\n".join(problems(whole))
    assert left_over(sandbox.session()) == []
    assert list(tmp_path.glob("nb-*")) == []
    absent = missing(printed_by(path.stem), printed(whole))
    assert absent is None, f"not printed in its turn: {absent}\n\n{printed(whole)}"
    asked = sum("predict(" in cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert len(re.findall(r"^You predicted a", printed(whole), re.M)) == max(asked - 1, 0)


def missing(patterns, text):
    """The first pattern that no line holds after the line of the pattern before; None if all are there."""
    lines = iter(text.splitlines())
    return next((p for p in patterns if not any(re.search(p, line) for line in lines)), None)


def test_lines_are_looked_for_in_order():
    assert missing(["a", "c"], "a\nb\nc") is None
    assert missing(["c", "a"], "a\nb\nc") == "a"
    assert missing(["a", "a"], "a\nb\nc") == "a"


def test_each_expectation_belongs_to_a_notebook():
    modules = {f"n{path.stem.replace('-', '_')}" for path in all_notebooks()}
    assert {one.name for one in pkgutil.iter_modules(expected.__path__)} == modules


@NOTEBOOKS
def test_is_committed_clean(path):
    notebook = read(path)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert cell.get("id")
        if cell.cell_type == "code":
            assert cell.outputs == [], f"cell {cell.id} has outputs"
            assert cell.execution_count is None, f"cell {cell.id} has an execution count"
    assert notebook.metadata.kernelspec.name == "python3"
    assert "version" not in notebook.metadata.get("language_info", {})


@NOTEBOOKS
def test_says_first_what_it_is_for_and_how_long_it_takes(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    for part in (r"^# ", r"goal", r"\d+ minutes", r"nb-", r"delete"):
        assert re.search(part, first.source, re.M | re.I), f"its first cell does not say: {part}"


def executed(*outputs, source="1", tags=()):
    cell = new_code_cell(source, metadata={"tags": list(tags)}, outputs=list(outputs))
    return new_notebook(cells=[new_markdown_cell("# text"), cell])


ERROR = new_output("error", ename="KeyError", evalue="'a'", traceback=[])


def picture(**data):
    return new_output("execute_result", data=data, execution_count=1)


GOOD = {"text/html": "<div><svg></svg></div>", "text/plain": "What exists"}


@pytest.mark.parametrize(
    ("notebook", "said"),
    [
        (executed(ERROR), "failed: KeyError: 'a'"),
        (executed(tags=["raises-exception"]), "did not fail"),
        (executed(new_output("stream", name="stderr", text="oh")), "wrote to stderr: oh"),
        (executed(source="picture()"), "shows no picture"),
        (executed(picture(**{**GOOD, "text/html": ""}), source="picture()"), "has no drawing"),
        (executed(picture(**{**GOOD, "text/plain": "<x>"}), source="picture()"), "has no text form"),
    ],
)
def test_what_goes_wrong_is_found(notebook, said):
    (problem,) = problems(notebook)
    assert said in problem


@pytest.mark.parametrize(
    "notebook",
    [
        executed(new_output("stream", name="stdout", text="fine")),
        executed(ERROR, tags=["raises-exception"]),
        executed(picture(**GOOD), source="clean_up()\npicture()\n"),
    ],
)
def test_what_goes_right_is_left_alone(notebook):
    assert problems(notebook) == []
