"""The one next action, as a table: what is known, what is said, what is to be typed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.workshop.small_clone import make_clone
from workshop.catalogue import labs
from workshop.next_step import Situation, Step, first_failing, next_step
from workshop.progress import LabProgress, Labs, Progress

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
KEY, SECOND = "01-dynamodb", "02-iam"


def at(minute):
    return START + timedelta(minutes=minute)


def stamp(minute):
    return at(minute).isoformat()


@pytest.fixture
def two(tmp_path):
    return labs(make_clone(tmp_path))


PASSED = {"table-active": "passed", "partition-key": "passed"}
ALL_PASSED = {**PASSED, "capacity": "passed"}
BEGUN = {KEY: {"template.yaml": at(0), "users.py": at(0)}}
DONE = LabProgress(
    begun_at=stamp(0), deployed_at=stamp(10), checked_at=stamp(20), outcomes=ALL_PASSED, language="python"
)


def edited(**minutes):
    """The files of lab 1 as last written: template=11 is the template, after eleven minutes."""
    times = {"template.yaml": minutes.get("template", 0), "users.py": minutes.get("code", 0)}
    return {KEY: {name: at(minute) for name, minute in times.items()}}


def lab_1(deployed=None, checked=None, solved=None, **outcomes):
    """A progress in lab 1: minutes at which things happened, and how the checks ended."""
    named = {name.replace("_", "-"): outcome for name, outcome in outcomes.items()}
    noted = LabProgress(
        begun_at=stamp(0),
        deployed_at=None if deployed is None else stamp(deployed),
        checked_at=None if checked is None else stamp(checked),
        solved_at=None if solved is None else stamp(solved),
        outcomes=named,
    )
    return Progress("python", Labs({KEY: noted}))


def both(first=None, **second):
    """The progress in lab 1, and what is noted of lab 2."""
    return Progress("python", Labs({**(first.labs if first else {}), SECOND: LabProgress(**second)}))


FAILS = {"table_active": "passed", "partition_key": "failed", "capacity": "skipped"}
ROWS = {
    "not set up": (
        {"set_up": False, "sandbox_since": None},
        "The setup of this clone has not come to its end.",
        "make setup",
    ),
    "no sandbox": ({"sandbox_since": None}, "The local AWS is not running.", "workshop up"),
    "no sandbox, in a lab": (
        {"sandbox_since": None, "edited": BEGUN, "progress": lab_1(5, 6, **FAILS)},
        "The local AWS is not running.",
        "workshop up",
    ),
    "nothing begun": (
        {},
        "Lab 1 · DynamoDB: the table, about 60 minutes, has not begun.",
        "workshop begin 1",
    ),
    "noted as begun, but the folder is gone": ({"progress": lab_1()}, "has not begun", "workshop begin 1"),
    "begun": (
        {"edited": BEGUN, "progress": lab_1()},
        "You are in lab 1 · DynamoDB: the table. Nothing of it is deployed.",
        "do the first step of work/01-dynamodb/README.md, then type: workshop deploy 1",
    ),
    "begun, and nothing noted": ({"edited": BEGUN}, "Nothing of it is deployed.", "workshop deploy 1"),
    "begun and checked before deploying": (
        {"edited": BEGUN, "progress": lab_1(None, 5, table_active="failed")},
        "Nothing of it is deployed.",
        "workshop deploy 1",
    ),
    "solution put in place after the deployment": (
        {"edited": edited(template=7), "progress": lab_1(5, 6, 7, **FAILS)},
        "The solution is in your folder, and not deployed.",
        "workshop deploy 1",
    ),
    "solution put in place before any deployment": (
        {"edited": BEGUN, "progress": lab_1(None, None, 7)},
        "The solution is in your folder, and not deployed.",
        "Do next: workshop deploy 1",
    ),
    "sandbox started anew since": (
        {"edited": BEGUN, "progress": lab_1(5, 6, **FAILS), "sandbox_since": at(7)},
        "The local AWS has begun anew since you deployed, and holds nothing of it.",
        "workshop deploy 1",
    ),
    "template changed since": (
        {"edited": edited(template=7), "progress": lab_1(5, 6, **FAILS)},
        "You have changed template.yaml since you deployed.",
        "workshop deploy 1",
    ),
    "deployed and never checked": (
        {"edited": BEGUN, "progress": lab_1(5)},
        "It is deployed, and not checked since.",
        "workshop check 1",
    ),
    "deployed after the last check": (
        {"edited": BEGUN, "progress": lab_1(7, 6, **FAILS)},
        "It is deployed, and not checked since.",
        "workshop check 1",
    ),
    "code changed since the last check": (
        {"edited": edited(code=7), "progress": lab_1(5, 6, **FAILS)},
        "You have changed users.py since the last check.",
        "workshop check 1",
    ),
    "a check fails": (
        {"edited": BEGUN, "progress": lab_1(5, 6, **FAILS)},
        "The first check that fails is partition-key.",
        "mend it, then workshop deploy 1 and workshop check 1; for help, type: workshop hint 1 partition-key",
    ),
    "a check could not be run": (
        {"edited": BEGUN, "progress": lab_1(5, 6, table_active="error", partition_key="skipped")},
        "The check table-active could not be run: that is the workshop's own fault.",
        "workshop check 1",
    ),
    "some checks have not been run": (
        {"edited": BEGUN, "progress": lab_1(5, 6, table_active="passed")},
        "Not all of its checks have been run.",
        "workshop check 1",
    ),
    "the first lab is done": (
        {
            "edited": BEGUN,
            "progress": lab_1(5, 6, table_active="passed", partition_key="not_shown"),
        },
        "Lab 1 is done. Lab 2 · IAM: the role, about 60 minutes, has not begun.",
        "workshop begin 2",
    ),
    "the first lab is done, but for its stretch task": (
        {"edited": BEGUN, "progress": lab_1(5, 6, **{**FAILS, "partition_key": "passed"})},
        "Lab 1 is done (still open, if you like: capacity). Lab 2 · IAM: the role, about 60 minutes, has not",
        "workshop begin 2",
    ),
    "code changed that a deployment takes along": (
        {"edited": edited(code=7), "progress": lab_1(5, 6, **FAILS), "packed": frozenset({KEY})},
        "You have changed users.py since you deployed.",
        "workshop deploy 1",
    ),
    "template and packed code changed": (
        {"edited": edited(code=7, template=7), "progress": lab_1(5, 6, **FAILS), "packed": frozenset({KEY})},
        "You have changed template.yaml since you deployed.",
        "workshop deploy 1",
    ),
    "the first lab was left behind, and the second begun": (
        {"edited": {**BEGUN, SECOND: {}}, "progress": both(lab_1(5, 6, **FAILS), begun_at=stamp(30))},
        "You are in lab 2",
        "workshop deploy 2",
    ),
    "the first lab was left behind, and the second is done": (
        {
            "edited": {**BEGUN, SECOND: {}},
            "progress": both(lab_1(5, 6, **FAILS), begun_at=stamp(30), outcomes={"trust": "passed"}),
        },
        "You are in lab 1 · DynamoDB: the table. The first check that fails is partition-key.",
        "workshop hint 1 partition-key",
    ),
    "the second lab is done, and the first never was begun": (
        {"edited": {SECOND: {}}, "progress": both(begun_at=stamp(30), outcomes={"trust": "passed"})},
        "Lab 2 is done. Lab 1 · DynamoDB: the table, about 60 minutes, has not begun.",
        "workshop begin 1",
    ),
    "the second lab is done, and then the first": (
        {
            "edited": {**BEGUN, SECOND: {}},
            "labs": 3,
            "progress": both(
                lab_1(5, 6, table_active="passed", partition_key="passed"),
                begun_at=stamp(-30),
                outcomes={"trust": "passed"},
            ),
        },
        "Lab 1 is done. Lab 3 · IAM: the role, about 60 minutes, has not begun.",
        "workshop begin 3",
    ),
    "the first lab was deployed over the second": (
        {
            "edited": {**BEGUN, SECOND: {}},
            "progress": both(lab_1(35), begun_at=stamp(30), deployed_at=stamp(32), checked_at=stamp(33)),
        },
        "You are in lab 2 · IAM: the role. Lab 1 was deployed after it, in its place.",
        "workshop deploy 2",
    ),
    "the second lab was deployed over the first, which is what it is for": (
        {
            "edited": {KEY: BEGUN[KEY], SECOND: {}},
            "progress": both(lab_1(1), begun_at=stamp(-9), deployed_at=stamp(32)),
        },
        "You are in lab 1 · DynamoDB: the table. It is deployed, and not checked since.",
        "workshop check 1",
    ),
    "the first lab is begun, and the second": (
        {"edited": {**BEGUN, SECOND: {}}, "progress": lab_1()},
        "You are in lab 1",
        "workshop deploy 1",
    ),
    "the second lab is begun, and the first never was": (
        {"edited": {SECOND: {}}},
        "You are in lab 2 · IAM: the role. Nothing of it is deployed.",
        "workshop deploy 2",
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_next_action(two, row):
    known, where, command = ROWS[row]
    third = replace(two[1], key="03-lambda", number=3)
    known = {**known, "labs": [*two, third][: known.get("labs", 2)]}
    now = replace(Situation(True, START, two, Progress()), **known)
    said = str(next_step(now))
    assert where in said.splitlines()[0]
    assert said.splitlines()[1].endswith(command)


class TestTheLastLab:
    def done(self, labs, second="passed", **first):
        noted = {KEY: replace(DONE, outcomes={**ALL_PASSED, **first})}
        iam = LabProgress(outcomes={"trust": second}, language="nodejs")
        return Situation(True, None, labs, Progress("python", Labs({**noted, SECOND: iam})), BEGUN)

    def test_once_it_is_done_one_compares_even_with_no_sandbox(self, two):
        assert next_step(self.done(two)) == Step(
            "Labs 1 to 2 are done: every check has passed.",
            "diff -r work/02-iam solutions/02-iam/nodejs",
            "compare your code with ours:",
        )

    def test_the_only_one(self, two):
        assert next_step(self.done(two[:1])).where.startswith("Lab 1 is done: every check has passed.")

    def test_an_open_stretch_of_any_lab_is_offered(self, two):
        assert next_step(self.done(two, capacity="failed")) == Step(
            "Labs 1 to 2 are done, but for stretch tasks: capacity of lab 1.",
            "workshop hint 1 capacity",
            "try it, if you like; for help, type:",
        )

    def test_without_any_lab_there_is_something_to_type_too(self):
        assert next_step(Situation(True, None, (), Progress())).command == "git pull && make setup"


def test_the_first_failing_check_is_a_core_one_if_there_is_any(two):
    outcomes = {"capacity": "failed", "partition-key": "error", "table-active": "skipped"}
    assert first_failing(two[0], LabProgress(outcomes=outcomes)) == "partition-key"
    assert first_failing(two[0], LabProgress(outcomes={"capacity": "failed"})) == "capacity"
    assert first_failing(two[0], LabProgress(outcomes={"table-active": "skipped"})) is None
