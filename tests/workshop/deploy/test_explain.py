"""A failure, explained: the reason that fits, the line that is to blame, and what a person reads."""

import pytest

from tests.workshop.deploy.samples import SAMPLES, handler, sample
from tests.workshop.deploy.templates import FUNCTION, USERS, WITH_MORE
from workshop.deploy.events import STACK, Failure
from workshop.deploy.explain import explain, plain
from workshop.deploy.reasons import REASONS, find
from workshop.deploy.template import read

TABLE = "AWS::DynamoDB::Table"
AGAIN = "workshop deploy 1"


@pytest.fixture
def told(tmp_path):
    """`told(text, reason)`: what is said of a failure of UsersTable, or of the whole template."""

    def say(text, reason, logical_id="UsersTable", kind=TABLE, also=()):
        (tmp_path / "template.yaml").write_text(text)
        template = read(tmp_path / "template.yaml")
        failure = Failure(logical_id, kind, "CREATE_FAILED" if logical_id else "", reason, also)
        return explain(template, failure, "It failed.", AGAIN, "workshop")

    return say


@pytest.mark.parametrize(("key", "text"), SAMPLES)
def test_each_answer_finds_its_reason(key, text):
    found = find(text)
    assert found
    assert found[0].key == key


def test_each_reason_has_a_sample():
    assert {reason.key for reason in REASONS} == {key for key, _ in SAMPLES}


def test_each_reason_stands_once():
    keys = [reason.key for reason in REASONS]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("key", "text"), SAMPLES)
def test_each_reason_is_told_whole(told, key, text):
    problem = told(USERS, text)
    reason = find(text)[0]
    assert reason.means in problem.found
    assert plain(text).splitlines()[0] in problem.found
    assert problem.expected == reason.expected
    assert problem.do_next.endswith(f". Then: {AGAIN}")
    assert "{" not in problem.do_next


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        (USERS.replace("Type: S", "Type: TODO"), sample("attribute-type"), "line 10: AttributeType: TODO"),
        (USERS.replace("HASH", "HASCH"), sample("key-type"), "line 13: KeyType: HASCH"),
        (
            USERS.replace("PAY_PER_REQUEST", "ON_DEMAND"),
            sample("billing-mode"),
            "line 14: BillingMode: ON_DEMAND",
        ),
        (USERS, sample("unused-attributes"), "line 8: AttributeDefinitions:"),
        (USERS, sample("undefined-key"), "line 11: KeySchema:"),
        (USERS, sample("throughput-missing"), "line 14: BillingMode"),
        (USERS.replace("Billing", "Biling"), sample("unknown-property"), "line 14: BilingMode"),
        (
            USERS.replace("KeyType", "KeyTyp"),
            "#/KeySchema/0: extraneous key [KeyTyp] is not",
            "line 13: KeyTyp",
        ),
        (USERS, "#/KeySchema/0: required key [KeyType] not found", "line 12: - AttributeName: userId"),
        (USERS, sample("missing-property"), "line 5: UsersTable:"),
        (USERS, sample("missing-property", 2), "line 7: Properties:"),
        (USERS, sample("wrong-kind"), "line 11: KeySchema:"),
        (USERS, "no known reason", "line 5: UsersTable:"),
    ],
)
def test_the_line_of_a_resource_that_failed(told, text, reason, line):
    assert line in told(text, reason).looked_at


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        (
            USERS.replace("Table\n", "Tabel\n", 1),
            sample("unknown-type"),
            "line 6: Type: AWS::DynamoDB::Tabel",
        ),
        (
            USERS.replace("!Ref UsersTable", "!Ref UserTable"),
            sample("unknown-reference"),
            "line 18: Value: !Ref",
        ),
        (USERS, sample("no-value"), "line 14: BillingMode"),
        (USERS, sample("no-type"), "line 5: UsersTable:"),
        (USERS, sample("misplaced-key"), "line 11: KeySchema:"),
        (FUNCTION, sample("sam"), "line 3: UsersFunction:"),
        (FUNCTION, sample("transform-missing"), "line 4: Type: AWS::Serverless::Function"),
        (
            USERS.replace("!Ref UsersTable", "!GetAtt UsersTable.Arm"),
            sample("unknown-attribute", 2),
            "line 18: Value: !GetAtt UsersTable.Arm",
        ),
        (
            USERS + "  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: mine\n",
            sample("capabilities"),
            "template.yaml",
        ),
        (
            USERS.replace(
                "Outputs", "  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: mine\nOutputs"
            ),
            sample("capabilities"),
            "line 19: RoleName: mine",
        ),
    ],
)
def test_the_line_of_a_template_that_was_refused(told, text, reason, line):
    assert line in told(text, reason, "", "").looked_at


def test_what_sam_made_is_told_by_what_it_was_made_for(told):
    problem = told(FUNCTION, "x", "UsersFunctionRole", "AWS::IAM::Role")
    assert "UsersFunctionRole (AWS::IAM::Role), made by SAM for UsersFunction" in problem.looked_at
    assert "line 3: UsersFunction:" in problem.looked_at


def test_an_output_that_failed_is_told_without_the_stack(told):
    text = USERS.replace("!Ref UsersTable", "!GetAtt UsersTable.Arm")
    problem = told(text, sample("unknown-attribute"), "workshop", STACK)
    assert problem.looked_at.endswith("template.yaml, line 18: Value: !GetAtt UsersTable.Arm")
    assert not problem.looked_at.startswith("workshop")


def test_request_ids_are_nobodys_business():
    text = "No. (Service: DynamoDb, Status Code: 400, Request ID: 0b-1c, SDK Attempt Count: 1)"
    assert plain(handler(text)) == "No. (Service: DynamoDb, Status Code: 400)"


def test_what_is_still_to_do_is_named_once(told):
    text = WITH_MORE.replace("Value: hello", "Value: TODO").replace("Type: S", "Type: TODO")
    problem = told(text, sample("attribute-type"))
    assert "line 10: AttributeType: TODO" in problem.looked_at
    assert "Still to do" in problem.found
    assert "line 20: Value: TODO" in problem.found
    assert problem.found.count("AttributeType: TODO") == 0


def test_other_failures_are_named(told):
    assert "Also failed, each for a reason of its own: A, B." in told(USERS, "x", also=("A", "B")).found


def test_an_unknown_reason_stays_in_the_services_words(told):
    problem = told(USERS, handler("The moon is full"))
    assert problem.found == "CREATE_FAILED: The moon is full"
    assert problem.do_next == f"mend what the answer names. Then: {AGAIN}"


def test_a_reason_of_several_lines_is_aligned(told):
    lines = str(told(USERS, "one\ntwo")).splitlines()
    assert lines[1] == "  Found:     CREATE_FAILED: one"
    assert lines[2] == "             two"
