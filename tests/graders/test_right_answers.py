"""What is right passes: the solution, right answers of another shape; the starter falls short, kindly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.graders.proving import LABS, check, graded, messages_of
from tests.graders.submission import Edit, Submission, copy_of, deploy, own_user, submissions
from tests.repository.sources import ROOT

LANGUAGES = ("python", "nodejs")
RIGHT = [right for lab in LABS for right in submissions("right", lab)]
LAB = "01-dynamodb"
TICKETS = "05-troubleshooting"
"""Its solution is what was done to a running stack: see test_tickets.py."""


def failures(results, fine=("passed",)):
    """What the checks say that have not passed."""
    return [f"{one.id}: {one.finding or one.reason}" for one in results.checks if one.outcome not in fine]


@pytest.mark.parametrize("lab", [lab for lab in LABS if lab != TICKETS])
@pytest.mark.parametrize("language", ["python", "node"])
def test_the_solution_has_all_points(lab, language, target, tmp_path):
    results = graded(Submission(lab, f"{language}-solution"), target, tmp_path)
    assert not failures(results)
    assert results.points == results.possible == sum(one.check.points for one in results.core)


@pytest.mark.parametrize("right", RIGHT, ids=lambda right: f"{right.lab}-{right.id}")
def test_a_right_answer_passes(right, target, tmp_path):
    not_live = right.ticket is not None and not right.ticket.get("live")
    fine = ("passed", "not_shown") if not_live else ("passed",)
    assert not failures(graded(right, target, tmp_path), fine)


def items_of(target):
    """Every item of the account's only table."""
    dynamodb = target.session().client("dynamodb")
    (name,) = dynamodb.list_tables()["TableNames"]
    return dynamodb.scan(TableName=name, ConsistentRead=True)["Items"]


@pytest.mark.parametrize("change", [None, "raise NotImplementedError\n    "], ids=["right", "failing"])
def test_the_checks_leave_the_table_as_they_found_it(change, target, tmp_path):
    edits = (Edit("users.py", f"    {change}return user\n", "    return user\n"),) if change else ()
    graded(Submission(LAB, "python-in-use", edits=edits, users=3), target, tmp_path)
    assert sorted(items_of(target), key=str) == sorted(map(own_user, range(3)), key=str)


@pytest.mark.parametrize("language", LANGUAGES)
class TestTheFirstStarter:
    """The first minutes of a learner, step by step."""

    def test_is_not_deployed(self, language, target, tmp_path):
        copy_of(ROOT / "labs" / LAB, tmp_path / LAB, language)
        results = check(LAB, target, tmp_path)
        assert results.first_failure.id == "table-active"
        assert "workshop deploy 1" in results.first_failure.finding.next_step
        assert results.points == 0

    def test_with_one_word_changed_has_a_table_with_another_key(self, language, target, tmp_path):
        folder = copy_of(ROOT / "labs" / LAB, tmp_path / LAB, language)
        Edit("template.yaml", "S", "TODO").apply(folder)
        deploy(folder / "template.yaml", target)
        results = check(LAB, target, tmp_path)
        assert results.outcomes["table-active"] == "passed"
        assert results.first_failure.id == "partition-key"
        assert messages_of(LAB)["WRONG_KEY"].made(results.first_failure.finding)
        assert results.outcomes["on-demand"] == "failed"
        assert results.outcomes["create-user"] == "skipped"

    def test_with_the_right_table_asks_for_the_first_function(self, language, target, tmp_path):
        folder = copy_of(ROOT / "labs" / LAB, tmp_path / LAB, language)
        template = (ROOT / "solutions" / LAB / "template.yaml").read_text()
        (folder / "template.yaml").write_text(template)
        deploy(folder / "template.yaml", target)
        results = check(LAB, target, tmp_path)
        assert results.first_failure.id == "create-user"
        assert messages_of(LAB)["NOT_WRITTEN"].made(results.first_failure.finding)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lab", [lab for lab in LABS if lab != LAB])
class TestTheStarter:
    """A later lab's starter holds what was built before, and can be deployed as it comes."""

    def test_as_it_comes_asks_for_the_first_task(self, lab, language, target, tmp_path):
        folder = copy_of(ROOT / "labs" / lab, tmp_path / lab, language)
        nothing = check(lab, target, tmp_path)
        assert nothing.first_failure.id == "layers-below"
        assert f"workshop deploy {int(lab[:2])}" in nothing.first_failure.finding.next_step
        assert {one.outcome for one in nothing.core[1:]} == {"skipped"}
        deploy(folder / "template.yaml", target)
        results = check(lab, target, tmp_path)
        assert results.outcomes["layers-below"] == "passed"
        assert results.first_failure.id == results.checks[1].id
        assert results.points == 0


@pytest.mark.parametrize("lab", LABS)
def test_starter_and_solution_have_the_same_files(lab):
    starter, solution = ROOT / "labs" / lab, ROOT / "solutions" / lab
    beside = {"README.md", "lab.toml", "diagnosis.yaml", "load.py"}
    tests = {name for name in names(solution) if Path(name).match("test_*") or name.endswith(".test.mjs")}
    tests |= {name for name in names(solution) if name.startswith("tickets/")}
    assert tests
    assert names(starter) - beside == names(solution) - tests


def names(folder):
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)) for path in found}
