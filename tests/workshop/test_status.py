"""`workshop status`, and what `workshop` alone says of a real clone and a real sandbox."""

import os
from dataclasses import replace

import pytest

from tests.workshop.small_clone import make_clone
from workshop import lifecycle, progress, sandbox_record
from workshop.catalogue import find_lab
from workshop.errors import NotRunning
from workshop.status import checks_line, situation, stack_status, status, where_am_i
from workshop.target import sandbox_at

KEY = "01-dynamodb"
NOWHERE = {"SANDBOX_URL": "http://127.0.0.1:1"}


@pytest.fixture(scope="module")
def running(sandbox):
    return sandbox


@pytest.fixture
def clone(tmp_path):
    return make_clone(tmp_path)


@pytest.fixture
def here(running):
    """An environment that leads to the sandbox."""
    return {"SANDBOX_URL": running.url}


def test_where_nothing_runs_it_says_so_and_what_to_do(clone):
    assert status(clone, None, NOWHERE).splitlines() == [
        "Local AWS   not running",
        "State       none yet",
        f"Files       {clone / 'work'}",
        "",
        "Lab 1 · DynamoDB: the table: not begun",
        "",
        "Lab 2 · IAM: the role: not begun",
        "",
        "Do next: workshop up",
    ]


def test_a_target_that_was_asked_for_and_does_not_answer_is_not_running(clone):
    with pytest.raises(NotRunning):
        status(clone, "http://127.0.0.1:1", {})


def test_the_whole_picture(clone, running, here):
    lifecycle.begin(clone, find_lab(clone, "1"), "nodejs")
    work = clone / "work"
    progress.record_deploy(work, KEY, progress.now())
    progress.record_hint(work, KEY, "partition-key", 2)
    outcomes = {"table-active": "passed", "partition-key": "failed", "capacity": "failed"}
    progress.record_check(work, KEY, outcomes, progress.now())
    progress.record_solve(work, KEY, "2026-01-01T10:00:00+00:00")
    lines = status(clone, None, here).splitlines()
    assert lines[0] == f"Local AWS   {running.url}, account 123456789012, region us-east-1"
    assert lines[1] == "Stack       workshop: not there"
    assert lines[2] == "State       in memory only: gone when the local AWS ends"
    assert lines[5:10] == [
        "Lab 1 · DynamoDB: the table",
        "  checks    ██████░░░░░░░ 1 of 2 passed",
        "  stretch   0 of 1 passed",
        "  hints     2 of 9 used",
        "  folder    work/01-dynamodb, in Node.js",
    ]
    assert [line[:15] for line in lines[10:14]] == [
        "  begun     202",
        "  deployed  202",
        "  checked   202",
        "  solution  put",
    ]
    assert max(map(len, lines[5:14])) <= 50, "it fits into a narrow terminal"
    assert lines[-1].endswith("workshop hint 1 partition-key")


def test_a_lab_that_has_just_begun(clone, here):
    lifecycle.begin(clone, find_lab(clone, "1"), "python")
    lines = status(clone, None, here).splitlines()
    assert lines[6:8] == ["  checks    not run yet; there are 2", "  hints     0 of 9 used"]
    assert lines[10:12] == ["  deployed  never", "  checked   never"]


def test_another_account_and_prefix_are_shown(clone, here):
    environ = {**here, "AWS_ACCESS_KEY_ID": "111122223333", "WORKSHOP_PREFIX": "ada"}
    lines = status(clone, "sandbox", environ).splitlines()
    assert "account 111122223333" in lines[0]
    assert lines[1] == "Stack       ada: not there"


def test_the_bar_is_full_when_all_have_passed(clone):
    lab = find_lab(clone, "2")
    noted = progress.LabProgress(checked_at="2026-01-01T10:00:00+00:00", outcomes={"trust": "passed"})
    assert checks_line(lab, noted) == "█████████████ 1 of 1 passed"


def test_a_lab_that_is_done_says_so(clone, here):
    lifecycle.begin(clone, find_lab(clone, "2"), "python")
    progress.record_check(clone / "work", "02-iam", {"trust": "passed"}, progress.now())
    assert "Lab 2 · IAM: the role: done" in status(clone, None, here).splitlines()


@pytest.mark.parametrize(
    ("template", "packed"),
    [
        ("Resources: {F: {Type: AWS::Lambda::Function, Properties: {Code: .}}}", True),
        ("Resources: {F: {Type: AWS::Lambda::Function, Properties: {Code: gone}}}", True),
        ("Resources: {F: {Type: AWS::Serverless::Function, Properties: {CodeUri: s3://a/b}}}", False),
        ("Resources: {T: {Type: AWS::DynamoDB::Table}}", False),
        ("Resources: [", True),
        (None, False),
    ],
    ids=["code", "code that is gone", "code elsewhere", "no code", "no YAML", "no template"],
)
def test_code_that_is_packed_is_known_by_the_template(clone, here, template, packed):
    lifecycle.begin(clone, find_lab(clone, "1"), "python")
    file = clone / "work" / KEY / "template.yaml"
    file.unlink()
    if template is not None:
        file.write_text(template)
    assert situation(clone, here).packed == ({KEY} if packed else set())


class TestStack:
    def test_its_state_is_in_cloudformations_words(self, running):
        target = sandbox_at(running.url, "222233334444")
        target.session().client("cloudformation").create_stack(StackName="mine", TemplateBody=TEMPLATE)
        target.session().client("cloudformation").get_waiter("stack_create_complete").wait(StackName="mine")
        assert stack_status(target, "mine") == "CREATE_COMPLETE"
        assert stack_status(target, "another") == "not there"

    def test_one_that_may_not_be_looked_at_is_not_known(self, running):
        target = replace(sandbox_at(running.url), secret="wrong")
        assert stack_status(target, "mine").startswith("not known (An error occurred (SignatureDoesNotMatch)")


TEMPLATE = """
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: userId, AttributeType: S}]
      KeySchema: [{AttributeName: userId, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
"""


class TestSituation:
    def test_says_since_when_the_sandbox_runs_and_what_was_edited(self, clone, running, here):
        lifecycle.begin(clone, find_lab(clone, "1"), "python")
        (clone / "work" / KEY / "__pycache__").mkdir()
        (clone / "work" / KEY / "__pycache__" / "users.pyc").write_text("")
        now = situation(clone, here)
        began = sandbox_record.of_process(running.pid, running.url).created
        assert abs(now.sandbox_since.timestamp() - began) < 5
        assert now.edited.keys() == {KEY}
        assert now.edited[KEY].keys() == {"template.yaml", "users.py"}, "not the brief, nor the notebook"

    def test_a_setup_that_was_cut_short_is_seen(self, clone):
        (clone / ".venv" / "setup-stamp.json").unlink()
        assert where_am_i(clone, NOWHERE).endswith("Do next: make setup")

    def test_the_sandbox_of_the_clone_is_found_by_its_note(self, clone, running):
        sandbox_record.write(clone, sandbox_record.of_process(os.getpid(), running.url))
        assert where_am_i(clone, {}).endswith("Do next: workshop begin 1")

    def test_one_that_is_still_taking_up_what_it_holds_has_lost_nothing(self, clone, here, monkeypatch):
        monkeypatch.setattr("workshop.status.health", lambda url: {"state": {"since": None}})
        assert situation(clone, here).sandbox_since.year == 1

    def test_one_that_ends_meanwhile_does_not_run(self, clone, here, monkeypatch):
        monkeypatch.setattr("workshop.status.health", lambda url: None)
        assert situation(clone, here).sandbox_since is None
