"""IAM: what it refuses, word by word, and the shape of ARNs."""

from __future__ import annotations

import json

import pytest
from botocore.config import Config

from tests.sandbox.cases import case
from tests.sandbox.refusals import refusal

ALLOW = {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "*"}
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def policy(*statements: dict, version: str = "2012-10-17") -> str:
    return json.dumps({"Version": version, "Statement": list(statements)})


def without(key: str) -> dict:
    return {name: value for name, value in ALLOW.items() if name != key}


@pytest.fixture
def iam(client):
    return client("iam", config=Config(parameter_validation=False))


@pytest.fixture
def role(iam):
    return iam.create_role(RoleName="users-role", AssumeRolePolicyDocument=policy(TRUST))["Role"]["RoleName"]


POLICIES = {
    "iam-malformed-syntax": policy({**ALLOW, "Nope": 1}),
    "iam-malformed-principal": policy({**ALLOW, "Principal": "*"}),
    "iam-malformed-noaction": policy(without("Action")),
    "iam-malformed-noresource": policy(without("Resource")),
    "iam-malformed-vendor": policy({**ALLOW, "Action": "PutItem"}),
    "iam-malformed-version": policy(ALLOW, version="2012-10-16"),
    "iam-malformed-sid": policy({**ALLOW, "Sid": "a"}, {**ALLOW, "Sid": "a"}),
}


@case(*POLICIES)
def test_a_policy_that_is_malformed(expected, iam):
    expected.check_error(refusal(iam.create_policy, PolicyName="p", PolicyDocument=POLICIES[expected.id]))


@case("iam-malformed-principal")
def test_an_inline_policy_names_no_principal_either(expected, iam, role):
    document = POLICIES["iam-malformed-principal"]
    expected.check_error(refusal(iam.put_role_policy, RoleName=role, PolicyName="p", PolicyDocument=document))


@case("iam-malformed-json")
def test_a_trust_policy_is_json(expected, iam):
    error = refusal(iam.create_role, RoleName="r", AssumeRolePolicyDocument="{not json")
    expected.check_error(error)


@case("iam-size-trust")
def test_a_trust_policy_has_a_longest(expected, iam):
    document = policy({**TRUST, "Sid": "x" * 2048})
    expected.check_error(refusal(iam.create_role, RoleName="r", AssumeRolePolicyDocument=document))


def test_white_space_does_not_count_in_a_trust_policy(iam):
    document = policy(TRUST).replace(" ", " " * 500)
    assert iam.create_role(RoleName="r", AssumeRolePolicyDocument=document)["Role"]["RoleName"] == "r"


@case("iam-attach-404")
def test_a_policy_that_is_not_there_is_not_attached(expected, iam, role, account):
    arn = f"arn:aws:iam::{account}:policy/none"
    expected.check_error(refusal(iam.attach_role_policy, RoleName=role, PolicyArn=arn), name="none")


@case("iam-attach-badarn")
def test_what_is_attached_is_named_by_arn(expected, iam, role):
    error = refusal(iam.attach_role_policy, RoleName=role, PolicyArn="longpolicynamebutnoarn")
    expected.check_error(error)


@pytest.mark.parametrize("operation", ["get_policy", "delete_policy"])
@case("iam-policy-404")
def test_a_policy_that_is_not_there(expected, iam, account, operation):
    arn = f"arn:aws:iam::{account}:policy/none"
    expected.check_error(refusal(getattr(iam, operation), PolicyArn=arn), name="none")


@case("iam-role-delete-attached")
def test_a_role_with_policies_is_not_deleted(expected, iam, role):
    arn = iam.create_policy(PolicyName="p", PolicyDocument=policy(ALLOW))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    expected.check_error(refusal(iam.delete_role, RoleName=role))
    iam.detach_role_policy(RoleName=role, PolicyArn=arn)
    iam.delete_role(RoleName=role)
    assert iam.list_roles()["Roles"] == []


def test_a_role_keeps_its_trust_and_its_inline_policies(iam, role):
    iam.put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=policy(ALLOW))
    assert iam.get_role_policy(RoleName=role, PolicyName="p")["PolicyDocument"]["Statement"] == [ALLOW]
    trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    assert trust["Statement"][0]["Principal"] == TRUST["Principal"]
