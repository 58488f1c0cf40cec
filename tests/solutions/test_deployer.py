"""docs/reference/deployer-policy.json: enough to deploy, change and delete the solutions, and no more."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.cloudformation import schemas
from tests.repository.sources import ROOT
from tests.solutions.deployed import LABS, deploy, fresh_account
from workshop.deploy import FellShort
from workshop.target import Target

POLICY = json.loads((ROOT / "docs" / "reference" / "deployer-policy.json").read_text())
MOST_CHARACTERS = 6144
"""Of a managed policy, blanks not counted (IAM User Guide, *IAM and AWS STS quotas*)."""

TYPES = (
    *("AWS::DynamoDB::Table", "AWS::Logs::LogGroup", "AWS::IAM::Role", "AWS::Lambda::Function"),
    *("AWS::Lambda::Permission", "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Deployment"),
    *("AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"),
)
"""The resource types of solution 4, after SAM's transform."""

NEEDED_BY_OTHER_PROPERTIES = {"kms:Decrypt", "s3:getObject"}
LAST_LAB = LABS[-1]


def statements(without: str = "") -> list[dict[str, Any]]:
    """The policy's statements, one action taken away from them."""
    found = []
    for statement in POLICY["Statement"]:
        actions = [action for action in listed(statement["Action"]) if action != without]
        if actions:
            found.append({**statement, "Action": actions})
    return found


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def deployer(sandbox: Sandbox, without: str = "") -> Target:
    """A user with the policy, in an account of its own."""
    account = fresh_account()
    iam = sandbox.session(account).client("iam")
    iam.create_user(UserName="deployer")
    document = json.dumps({**POLICY, "Statement": statements(without)})
    arn = iam.create_policy(PolicyName=f"deploy-{secrets.token_hex(3)}", PolicyDocument=document)["Policy"][
        "Arn"
    ]
    iam.attach_user_policy(UserName="deployer", PolicyArn=arn)
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    return Target("sandbox", sandbox.url, account, "us-east-1", key["AccessKeyId"], key["SecretAccessKey"])


def actions_of(*operations: str) -> set[str]:
    """What AWS publishes that its handlers of the types in solution 4 call, by operation."""
    handlers = [schemas.schema_of(name)["handlers"] for name in TYPES]
    return {
        action
        for one in handlers
        for operation in operations
        for action in one.get(operation, {}).get("permissions", [])
    }


def test_it_fits_into_a_managed_policy() -> None:
    text = "".join(json.dumps(POLICY).split())
    assert len(text) <= MOST_CHARACTERS


def test_nothing_is_allowed_that_no_handler_calls() -> None:
    ours = {action for one in POLICY["Statement"] for action in listed(one["Action"])}
    of_resources = {action for action in ours if not action.startswith(("cloudformation:", "s3:"))}
    assert of_resources <= actions_of("create", "read", "update", "delete")


def test_everything_is_allowed_that_reading_the_resources_needs() -> None:
    ours = {action for one in POLICY["Statement"] for action in listed(one["Action"])}
    assert actions_of("read") - NEEDED_BY_OTHER_PROPERTIES <= ours


def test_all_but_lists_is_of_named_resources() -> None:
    wide = {one["Sid"]: listed(one["Action"]) for one in POLICY["Statement"] if one["Resource"] == "*"}
    assert all(
        name.split(":")[1].startswith(("Describe", "Get", "Validate"))
        for names in wide.values()
        for name in names
    )
    assert not [one for one in POLICY["Statement"] for action in listed(one["Action"]) if "*" in action]
    [passing] = [one for one in POLICY["Statement"] if "iam:PassRole" in listed(one["Action"])]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}


def test_a_deployer_deploys_lab_after_lab_and_deletes(sandbox: Sandbox) -> None:
    user = deployer(sandbox)
    for lab in LABS:
        outputs = deploy(lab, "python", user)
    assert {"UsersFunctionName", "HttpApiUrl", "RestApiUrl"} <= outputs.keys()
    assert deploy(LAST_LAB, "nodejs", user) == outputs
    cloudformation = user.session().client("cloudformation")
    cloudformation.delete_stack(StackName="workshop")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="workshop")


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("dynamodb:CreateTable", "UsersTable"),
        ("logs:CreateLogGroup", "UsersLogGroup"),
        ("logs:PutRetentionPolicy", "UsersLogGroup"),
        ("iam:CreateRole", "UsersRole"),
        ("iam:PutRolePolicy", "UsersRole"),
        ("iam:PassRole", "UsersFunction"),
        ("lambda:CreateFunction", "UsersFunction"),
        ("lambda:AddPermission", "UsersFunctionHttp"),
        ("apigateway:PUT", "UsersHttpApi"),
        ("apigateway:POST", "UsersRestApi"),
    ],
)
def test_what_fails_without_an_action_names_it(sandbox: Sandbox, action: str, resource: str) -> None:
    """resource: how the logical id begins; of resources made side by side, any may be the first."""
    user = deployer(sandbox, without=action)
    with pytest.raises(FellShort) as fell:
        deploy(LAST_LAB, "python", user)
    assert action in str(fell.value)
    pages = user.session().client("cloudformation").get_paginator("describe_stack_events")
    events = [event for page in pages.paginate(StackName="workshop") for event in page["StackEvents"]]
    reasons = [
        event["ResourceStatusReason"]
        for event in events
        if event["LogicalResourceId"].startswith(resource) and event["ResourceStatus"] == "CREATE_FAILED"
    ]
    assert any(f"is not authorized to perform: {action} on resource: " in reason for reason in reasons), (
        reasons
    )
    assert events[0]["ResourceStatus"] == "ROLLBACK_COMPLETE"
