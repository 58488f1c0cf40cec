"""Hints come one at a time, are counted, and end."""

import pytest

from tests.repository.sources import ROOT
from tests.workshop.small_clone import make_clone
from workshop import progress
from workshop.catalogue import find_lab, labs
from workshop.errors import Problem
from workshop.hints import next_hint

KEY = "01-dynamodb"


@pytest.fixture
def clone(tmp_path):
    return make_clone(tmp_path)


@pytest.fixture
def lab(clone):
    return find_lab(clone, "1")


def check(clone, **outcomes):
    said = {name.replace("_", "-"): outcome for name, outcome in outcomes.items()}
    progress.record_check(clone / "work", KEY, said, progress.now())


def test_three_hints_then_the_last_again_and_the_way_to_the_solution(clone, lab):
    said = [next_hint(clone, lab, "partition-key") for _ in range(4)]
    for number, (words, hint) in enumerate(zip(said, lab.hints["partition-key"], strict=False), 1):
        assert f"partition-key, hint {number} of 3:\n\n  {hint}\n" in words
    assert "For the next one: workshop hint 1 partition-key" in said[0]
    assert "For the next one: workshop hint 1 partition-key" in said[1]
    assert "That is the last hint" in said[2]
    assert "workshop check 1" in said[2]
    assert "hint 3 of 3" in said[3]
    assert "You have had all 3 hints" in said[3]
    assert "workshop solve 1 --anyway" in said[3]
    assert progress.load(clone / "work").labs[KEY].hints == {"partition-key": 3}


def test_checks_are_counted_apart_and_together(clone, lab):
    assert "You have used 1 of the 9 hints of lab 1." in next_hint(clone, lab, "partition-key")
    said = next_hint(clone, lab, "table-active")
    assert "table-active, hint 1 of 3" in said
    assert "You have used 2 of the 9 hints of lab 1." in said
    for _ in range(5):
        said = next_hint(clone, lab, "table-active")
    assert "You have used 4 of the 9 hints of lab 1." in said


def test_without_a_check_it_is_the_labs_first(clone, lab):
    assert next_hint(clone, lab, None).startswith("table-active, hint 1")


@pytest.mark.parametrize(
    ("outcomes", "chosen"),
    [
        ({"table_active": "passed", "partition_key": "failed"}, "partition-key"),
        ({"capacity": "failed", "partition_key": "failed", "table_active": "passed"}, "partition-key"),
        ({"table_active": "passed", "partition_key": "passed", "capacity": "failed"}, "capacity"),
        ({"table_active": "passed"}, "partition-key"),
        ({"table_active": "passed", "partition_key": "error"}, "partition-key"),
    ],
)
def test_without_a_check_it_is_the_first_that_fails(clone, lab, outcomes, chosen):
    check(clone, **outcomes)
    assert next_hint(clone, lab, None).startswith(f"{chosen}, hint 1")


def test_where_all_has_passed_no_hint_is_used_up(clone, lab):
    check(clone, table_active="passed", partition_key="passed", capacity="passed")
    assert "Every check of lab 1 has passed" in next_hint(clone, lab, None)
    assert progress.load(clone / "work").labs[KEY].hints == {}


def test_a_check_that_the_lab_has_not_is_a_problem_that_names_those_it_has(clone, lab):
    with pytest.raises(Problem, match="table-active, partition-key, capacity"):
        next_hint(clone, lab, "partitionkey")


@pytest.mark.parametrize("real", labs(ROOT), ids=lambda lab: lab.key)
def test_every_check_of_the_real_labs_gives_its_three(tmp_path, real):
    said = [next_hint(tmp_path, real, check) for check in real.hints for _ in range(3)]
    assert [words.split("\n\n")[1].strip() for words in said] == [
        hint for hints in real.hints.values() for hint in hints
    ]
    most = 3 * len(real.hints)
    assert f"You have used {most} of the {most} hints of lab {real.number}." in said[-1]
