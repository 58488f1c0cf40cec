"""The grid of actions × resources: read from recorded answers, drawn, and asked of the sandbox."""

import json
import xml.etree.ElementTree as ET

import pytest
from botocore.exceptions import ClientError

from workshop.figures import permission_grid
from workshop.figures.grid import labels

ACCOUNT = "555566667777"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/users-role"
USERS = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/users"
ORDERS = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders"
PUT, DELETE = "dynamodb:PutItem", "dynamodb:DeleteTable"


def result(action, decisions, name="*"):
    """One EvaluationResult for several resources, as IAM's API Reference has it."""
    specific = [
        {"EvalResourceName": one, "EvalResourceDecision": decision, "MatchedStatements": []}
        for one, decision in decisions.items()
    ]
    worst = next((d for d in decisions.values() if d != "allowed"), "allowed")
    return {
        "EvalActionName": action,
        "EvalResourceName": name,
        "EvalDecision": worst,
        "MatchedStatements": [],
        "ResourceSpecificResults": specific,
    }


class Recorded:
    """A session whose simulator answers with these pages."""

    def __init__(self, *pages):
        self.pages = [{"EvaluationResults": page, "IsTruncated": False} for page in pages]
        self.asked = None

    def client(self, name):
        assert name == "iam"
        return self

    def get_paginator(self, operation):
        assert operation == "simulate_principal_policy"
        return self

    def paginate(self, **asked):
        self.asked = asked
        return self.pages


NARROW = Recorded(
    [result(PUT, {USERS: "allowed", ORDERS: "implicitDeny"})],
    [result(DELETE, {USERS: "explicitDeny", ORDERS: "explicitDeny"})],
)
WIDE = Recorded(
    [
        result(PUT, {USERS: "allowed", ORDERS: "allowed"}),
        result(DELETE, {USERS: "explicitDeny", ORDERS: "explicitDeny"}),
    ]
)


def grid(session=NARROW, **more):
    return permission_grid(session, ROLE, [PUT, DELETE], [USERS, ORDERS], **more)


def test_the_text_form_says_all():
    assert repr(grid()) == "\n".join(
        (
            "users-role may do 1 of these 4.",
            "                      table/users  table/orders",
            "dynamodb:PutItem      ✓ allowed    ✗ denied",
            "dynamodb:DeleteTable  ⊘ Deny       ⊘ Deny",
            "✓ a statement allows it · ✗ no statement allows it · ⊘ a Deny forbids it",
            f"table/users: {USERS}",
            f"table/orders: {ORDERS}",
        )
    )
    assert NARROW.asked == {
        "PolicySourceArn": ROLE,
        "ActionNames": [PUT, DELETE],
        "ResourceArns": [USERS, ORDERS],
    }


def test_what_has_changed_since_the_grid_before_is_marked():
    wide = grid(WIDE, before=grid())
    assert wide.summary == "users-role may do 2 of these 4; 1 changed since the grid before"
    assert "✓ allowed (was ✗)" in repr(wide)
    assert repr(wide).count("(was") == 1
    assert wide._repr_html_().count("border:3px solid") == 1
    assert "border:3px solid" not in grid()._repr_html_()


def test_calls_that_were_tried_stand_beside_what_was_simulated():
    as_simulated = grid().beside({(PUT, USERS): True, (DELETE, ORDERS): False, ("s3:GetObject", USERS): True})
    assert as_simulated.summary == "users-role may do 1 of these 4; 2 tried, 2 as simulated"
    put, delete, key = repr(as_simulated).splitlines()[2:5]
    assert put == "dynamodb:PutItem      ✓ allowed · tried ✓  ✗ denied"
    assert delete == "dynamodb:DeleteTable  ⊘ Deny               ⊘ Deny · tried ✗"
    assert key.endswith("⊘ a Deny forbids it · tried: what became of the call itself")
    assert "tried: what became of the call itself" in as_simulated._repr_html_()
    assert "border:3px solid" not in as_simulated._repr_html_()


def test_a_call_that_went_another_way_is_marked():
    other = grid().beside({(PUT, USERS): False, (PUT, ORDERS): False})
    assert other.summary == "users-role may do 1 of these 4; 2 tried, 1 as simulated"
    assert "✓ allowed · tried ✗" in repr(other)
    assert other._repr_html_().count("border:3px solid") == 1


def test_no_meaning_is_in_a_colour_alone():
    table = ET.fromstring(grid()._repr_html_()).find("table")
    cells = [cell.text for cell in table.find("tbody").iter("td")]
    assert cells == ["✓ allowed", "✗ denied", "⊘ Deny", "⊘ Deny"]
    assert [cell.get("title") for cell in table.find("thead").iter("th")] == [USERS, ORDERS]


def test_it_follows_the_page_and_brings_nothing_from_outside():
    drawn = grid()._repr_html_()
    assert "<script" not in drawn
    assert "http" not in drawn
    assert "color:inherit" in drawn


def test_long_names_are_broken_so_that_the_grid_stays_narrow():
    stream = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/users:log-stream:today"
    answers = Recorded([result("logs:PutLogEvents", {stream: "allowed", USERS: "implicitDeny"})])
    drawn = permission_grid(answers, ROLE, ["logs:PutLogEvents"], [stream, USERS])._repr_html_()
    assert "log-group:<br/>/aws/lambda/users:<br/>log-stream:<br/>today</th>" in drawn
    assert ">table/users</th>" in drawn


def test_text_of_others_is_text():
    hostile = "arn:aws:s3:::<b>x</b>"
    answers = Recorded([result("s3:GetObject", {hostile: "allowed"})])
    drawn = permission_grid(answers, ROLE, ["s3:GetObject"], [hostile])._repr_html_()
    assert "<b>x" not in drawn


def test_one_resource_alone_has_no_specific_results():
    single = {
        "EvalActionName": "dynamodb:ListTables",
        "EvalResourceName": "*",
        "EvalDecision": "implicitDeny",
    }
    found = permission_grid(Recorded([single]), ROLE, ["DynamoDB:ListTables"], [USERS])
    assert found.verdicts == {("DynamoDB:ListTables", USERS): "implicitDeny"}


def test_an_answer_that_lacks_a_cell_is_refused():
    with pytest.raises(ValueError, match=f"answer on {PUT} on {ORDERS} is None"):
        permission_grid(Recorded([result(PUT, {USERS: "allowed"})]), ROLE, [PUT], [USERS, ORDERS])


@pytest.mark.parametrize(("actions", "resources"), [([], [USERS]), ([PUT], [])])
def test_an_empty_grid_is_refused(actions, resources):
    with pytest.raises(ValueError, match="one action or more, and one resource or more"):
        permission_grid(NARROW, ROLE, actions, resources)


def test_resources_are_named_as_shortly_as_they_can_be():
    west, other = USERS.replace("us-east-1", "us-west-2"), USERS.replace(ACCOUNT, "999988887777")
    assert labels([USERS, west, ORDERS, "*"]) == [
        "us-east-1 table/users",
        "us-west-2 table/users",
        "table/orders",
        "*",
    ]
    assert labels([USERS, other]) == [
        f"us-east-1 {ACCOUNT} table/users",
        "us-east-1 999988887777 table/users",
    ]
    cn = USERS.replace("arn:aws:", "arn:aws-cn:")
    assert labels([USERS, cn]) == [USERS, cn]


@pytest.fixture(scope="module")
def session(sandbox):
    return sandbox.session(ACCOUNT)


def allow_on(iam, *statements):
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName="users-role", PolicyName="users", PolicyDocument=document)


def test_the_sandbox_answers_and_the_grid_turns(session):
    iam = session.client("iam")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.create_role(RoleName="users-role", AssumeRolePolicyDocument=trust)
    deny = {"Effect": "Deny", "Action": DELETE, "Resource": "*"}
    allow_on(iam, {"Effect": "Allow", "Action": PUT, "Resource": USERS}, deny)
    narrow = grid(session)
    assert narrow.verdicts == grid().verdicts
    allow_on(iam, {"Effect": "Allow", "Action": "*", "Resource": "*"}, deny)
    wide = grid(session, before=narrow)
    assert (wide.verdicts, wide.changed) == (grid(WIDE).verdicts, 1)


def test_one_resource_in_the_sandbox(session):
    found = permission_grid(session, ROLE, ["iam:ListRoles"], ["*"])
    assert set(found.verdicts) == {("iam:ListRoles", "*")}


def test_a_role_that_is_not_there_is_refused_in_iams_words(session):
    with pytest.raises(ClientError, match="NoSuchEntity"):
        permission_grid(session, ROLE + "s", [PUT], [USERS])
