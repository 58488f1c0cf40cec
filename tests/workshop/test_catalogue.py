"""Which labs there are, and what is said of a lab that is none."""

import importlib

import pytest

from tests.repository.sources import ROOT
from tests.workshop.small_clone import CHECKS, LAB, make_clone
from workshop.catalogue import HINTS, LANGUAGES, find_lab, lab_before, labs
from workshop.checking.declare import declared
from workshop.errors import Problem
from workshop.folders import solution, starter


@pytest.fixture
def clone(tmp_path):
    return make_clone(tmp_path)


def test_labs_come_by_number_and_say_what_they_are(clone):
    first, second = labs(clone)
    assert (first.key, first.number, first.title, first.minutes) == (
        "01-dynamodb",
        1,
        "DynamoDB: the table",
        60,
    )
    assert (first.cost, first.creates, first.objectives) == (
        "nearly nothing",
        ("the stack workshop",),
        ("make a table",),
    )
    assert first.folder == clone / "labs" / "01-dynamodb"
    assert first.solution == clone / "solutions" / "01-dynamodb"
    assert first.notebook == clone / "notebooks" / "01-dynamodb.ipynb"
    assert tuple(first.hints) == CHECKS
    assert first.hints["table-active"] == ("is it there?", "look at the type", "write S")
    assert (first.core, first.stretch) == (CHECKS[:2], CHECKS[2:])
    assert (second.number, second.core, second.stretch) == (2, ("trust",), ())


@pytest.mark.parametrize("text", ["1", "01", "001", "01-dynamodb", "dynamodb"])
def test_a_lab_is_found_by_number_and_by_name(clone, text):
    assert find_lab(clone, text).key == "01-dynamodb"


@pytest.mark.parametrize("text", ["7", "", "lambda", "1-dynamodb", "-1", "²", "01-dynamodb/"])
def test_an_unknown_lab_is_a_problem_that_names_those_there_are(clone, text):
    with pytest.raises(Problem, match=r"1 \(01-dynamodb\), 2 \(02-iam\)") as problem:
        find_lab(clone, text)
    assert f"'{text}'" in problem.value.looked_at
    assert "workshop begin 1" in problem.value.do_next


def test_the_lab_before(clone):
    first, second = labs(clone)
    assert (lab_before(clone, first), lab_before(clone, second)) == (None, first)


def test_a_clone_without_labs_says_so(tmp_path):
    (tmp_path / "labs").mkdir()
    assert labs(tmp_path) == ()
    with pytest.raises(Problem, match="git pull"):
        find_lab(tmp_path, "1")


@pytest.mark.parametrize(
    ("written", "instead", "words"),
    [
        ('title = "DynamoDB: the table"', "title = 3", "title is 3, not a text"),
        ("minutes = 60", 'minutes = "long"', "minutes is 'long'"),
        ("minutes = 60", "minutes = true", "minutes is True"),
        ("minutes = 60", "minutes = 0", "minutes is 0"),
        ('objectives = ["make a table"]', "", "objectives is None"),
        ('creates = ["the stack workshop"]', 'creates = [""]', "creates is"),
        ("[hints]", "[wishes]", r"no table \[hints\]"),
        (', "write S"]', "]", "hints.table-active has 2 hints, not 3"),
        ("minutes = 60", "minutes = ", "Invalid value"),
    ],
)
def test_a_lab_toml_that_is_not_understood_is_named_with_the_reason(tmp_path, written, instead, words):
    assert written in LAB
    clone = make_clone(tmp_path, **{"labs/01-dynamodb/lab.toml": LAB.replace(written, instead)})
    with pytest.raises(Problem, match=words) as problem:
        labs(clone)
    assert problem.value.looked_at.endswith("lab.toml")
    assert problem.value.do_next.endswith("git checkout labs/01-dynamodb/lab.toml")


def test_a_lab_toml_that_is_no_text_is_a_problem(clone):
    (clone / "labs" / "01-dynamodb" / "lab.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Problem, match=r"lab\.toml"):
        labs(clone)


class TestTheLabsOfThisClone:
    def test_each_has_a_starter_a_solution_and_hints_in_both_languages(self):
        there = labs(ROOT)
        assert [lab.number for lab in there] == list(range(1, len(there) + 1))
        for lab in there:
            for language in LANGUAGES:
                given, answered = starter(lab, language), solution(lab, language)
                assert given.keys() >= {"template.yaml", "README.md", lab.notebook.name}
                beside = {"README.md", lab.notebook.name, "diagnosis.yaml", "load.py"}
                assert given.keys() - beside <= answered.keys()

    def test_the_hints_are_those_of_the_checks_in_their_order(self):
        for lab in labs(ROOT):
            module = importlib.import_module(f"tests.labs.test_{lab.key.replace('-', '_')}")
            tests = [value for name, value in vars(module).items() if name.startswith("test_")]
            checks = [check for check in map(declared, tests) if check is not None]
            assert tuple(check.id for check in checks) == tuple(lab.hints)
            assert tuple(check.id for check in checks if check.stretch) == lab.stretch
            assert all(len(set(hints)) == HINTS for hints in lab.hints.values())
