"""The function of lab 3 beyond its answers: what it logs, what it may do, and what it hides."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox import Sandbox
from tests.solutions.deployed import LANGUAGES, Deployed, deployed
from tests.solutions.doors import Invoke, http_event, in_base64

FIVE = ("PutItem", "GetItem", "UpdateItem", "DeleteItem", "Scan")


@pytest.fixture(params=LANGUAGES)
def stack(request: pytest.FixtureRequest, stack_of: Callable[[str, str], Deployed]) -> Deployed:
    return stack_of("03-lambda", request.param)


@pytest.fixture(params=LANGUAGES)
def breakable(request: pytest.FixtureRequest, sandbox: Sandbox) -> Deployed:
    """The stack in an account of the test's own."""
    return deployed("03-lambda", request.param, sandbox)


def own_lines(stack: Deployed) -> list[dict[str, Any]]:
    """The lines of JSON in the function's log group."""
    pages = stack.session.client("logs").get_paginator("filter_log_events")
    events = [one for page in pages.paginate(logGroupName=stack.log_group) for one in page["events"]]
    return [
        json.loads(one["message"][one["message"].index("{") :])
        for one in events
        if "requestId" in one["message"]
    ]


def test_a_body_in_base64(stack: Deployed) -> None:
    user = {"userId": "zü"}
    sent = in_base64(http_event("POST", "/users", None, json.dumps(user, ensure_ascii=False), {}))
    answer = Invoke(stack, "2.0").send(sent)
    assert (answer["statusCode"], json.loads(answer["body"])) == (201, user)


def test_the_answer_is_a_proxy_response(stack: Deployed) -> None:
    send = Invoke(stack, "2.0").send
    assert set(send(http_event("GET", "/users", None, None, {}))) == {"statusCode", "headers", "body"}
    send(http_event("POST", "/users", None, '{"userId": "short-lived"}', {}))
    assert send(http_event("DELETE", "/users", "short-lived", None, {})) == {"statusCode": 204}


def test_a_line_for_each_invocation_in_the_declared_group(breakable: Deployed) -> None:
    client, function = breakable.session.client("lambda"), breakable.outputs["UsersFunctionName"]
    events = [
        http_event("POST", "/users", None, '{"userId": "ada"}', {}),
        http_event("GET", "/users", "nobody", None, {}),
        http_event("GET", "/users", None, None, {}),
    ]
    ids = [
        client.invoke(FunctionName=function, Payload=json.dumps(event))["ResponseMetadata"]["RequestId"]
        for event in events
    ]
    lines = own_lines(breakable)
    assert [line["requestId"] for line in lines] == ids
    assert [line["status"] for line in lines] == [201, 404, 200]
    assert [line.get("userId") for line in lines] == ["ada", "nobody", None]
    groups = breakable.session.client("logs").describe_log_groups()["logGroups"]
    assert [(one["logGroupName"], one["retentionInDays"]) for one in groups] == [(breakable.log_group, 14)]


def test_a_lost_permission_is_told_to_the_log_only(breakable: Deployed) -> None:
    role = breakable.outputs["UsersRoleArn"].rpartition("/")[2]
    breakable.session.client("iam").delete_role_policy(RoleName=role, PolicyName="users-table")
    reply = Invoke(breakable, "2.0")("GET", user_id="ada")
    assert (reply.status, reply.value) == (500, {"message": "Internal server error"})
    [line] = own_lines(breakable)
    assert (line["level"], line["status"], line["userId"]) == ("ERROR", 500, "ada")
    assert "AccessDeniedException" in line["error"]
    assert "dynamodb:GetItem" in line["error"]


def test_the_role_may_do_what_the_code_does_and_no_more(stack: Deployed) -> None:
    iam, role = stack.session.client("iam"), stack.outputs["UsersRoleArn"]
    account = role.split(":")[4]
    table = f"arn:aws:dynamodb:us-east-1:{account}:table/{stack.outputs['UsersTableName']}"
    streams = f"arn:aws:logs:us-east-1:{account}:log-group:{stack.log_group}:log-stream:one"

    def decisions(*actions: str, on: str) -> set[str]:
        found = iam.simulate_principal_policy(
            PolicySourceArn=role, ActionNames=list(actions), ResourceArns=[on]
        )
        return {one["EvalDecision"] for one in found["EvaluationResults"]}

    five = [f"dynamodb:{name}" for name in FIVE]
    assert decisions(*five, on=table) == {"allowed"}
    assert decisions("logs:CreateLogStream", "logs:PutLogEvents", on=streams) == {"allowed"}
    assert decisions(*five, on=f"{table}x") == {"implicitDeny"}
    assert decisions(*five, on=table.replace("us-east-1", "eu-west-1")) == {"implicitDeny"}
    others = [f"dynamodb:{name}" for name in ("Query", "BatchWriteItem", "UpdateTable", "DeleteTable")]
    assert decisions(*others, on=table) == {"implicitDeny"}
    assert decisions("logs:PutLogEvents", on=streams.replace(stack.log_group, "another")) == {"implicitDeny"}
    assert decisions("dynamodb:ListTables", "iam:PassRole", "logs:CreateLogGroup", on="*") == {"implicitDeny"}


def test_only_lambda_may_assume_the_role(stack: Deployed) -> None:
    role = stack.outputs["UsersRoleArn"].rpartition("/")[2]
    trust = stack.session.client("iam").get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    assert [one["Principal"] for one in trust["Statement"]] == [{"Service": "lambda.amazonaws.com"}]
