"""AWS::IAM::User and AWS::IAM::AccessKey."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.cloudformation.conftest import template

NAMED = {"Capabilities": ["CAPABILITY_NAMED_IAM"]}
READ = "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"
OUTPUTS = {
    "Key": {"Ref": "Key"},
    "Secret": {"Fn::GetAtt": ["Key", "SecretAccessKey"]},
    "Arn": {"Fn::GetAtt": ["User", "Arn"]},
}


def user(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::IAM::User", "Properties": properties}


def key(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": {"Ref": "User"}, **properties}}


def policy(name: str, *actions: str) -> dict[str, Any]:
    """An inline policy of a user."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return {"PolicyName": name, "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


@pytest.fixture
def iam(client):
    return client("iam")


def _session(sandbox, outputs: dict[str, str]) -> Any:
    """A client with the keys that a stack gives."""
    keys = {"aws_access_key_id": outputs["Key"], "aws_secret_access_key": outputs["Secret"]}
    return sandbox.session().client("dynamodb", **keys)


def test_a_user_works_with_the_stack_s_key(deployer, iam, sandbox, account):
    body = template(OUTPUTS, User=user(Policies=[policy("p", "dynamodb:ListTables")]), Key=key())
    assert deployer.create(body, **NAMED) == "CREATE_COMPLETE", deployer.events()
    name = deployer.physical("User")
    assert deployer.outputs["Arn"] == f"arn:aws:iam::{account}:user/{name}"
    assert deployer.outputs["Key"] == deployer.physical("Key")
    assert _session(sandbox, deployer.outputs).list_tables()["TableNames"] == []
    with pytest.raises(ClientError, match="is not authorized to perform: dynamodb:DescribeTable"):
        _session(sandbox, deployer.outputs).describe_table(TableName="x")

    before = deployer.outputs
    inactive = template(OUTPUTS, User=user(), Key=key(Status="Inactive"))
    assert deployer.update(inactive, **NAMED) == "UPDATE_COMPLETE", deployer.events()
    assert deployer.outputs == before  # the secret too, which nobody can read any more
    assert iam.list_access_keys(UserName=name)["AccessKeyMetadata"][0]["Status"] == "Inactive"
    assert iam.list_user_policies(UserName=name)["PolicyNames"] == []

    rotated = template(OUTPUTS, User=user(), Key=key(Serial=1))
    assert deployer.update(rotated, **NAMED) == "UPDATE_COMPLETE", deployer.events()
    assert deployer.outputs["Key"] != before["Key"]
    listed = iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
    assert [one["AccessKeyId"] for one in listed] == [deployer.outputs["Key"]]
    assert deployer.delete() == "DELETE_COMPLETE"
    assert iam.list_users()["Users"] == []


def test_all_of_a_user_changes_in_place(deployer, iam):
    iam.create_group(GroupName="readers")
    iam.create_group(GroupName="writers")
    full = {
        "UserName": "ada",
        "Path": "/team/",
        "Groups": ["readers"],
        "ManagedPolicyArns": [READ],
        "PermissionsBoundary": READ,
        "Policies": [policy("a", "s3:ListBucket"), policy("b", "s3:GetObject")],
        "Tags": [{"Key": "team", "Value": "a"}],
    }
    assert deployer.create(template(User=user(**full)), **NAMED) == "CREATE_COMPLETE", deployer.events()
    found = iam.get_user(UserName="ada")["User"]
    assert (found["Path"], found["PermissionsBoundary"]["PermissionsBoundaryArn"]) == ("/team/", READ)
    assert iam.list_user_tags(UserName="ada")["Tags"] == [{"Key": "team", "Value": "a"}]
    assert _groups(iam) == ["readers"]
    assert iam.list_attached_user_policies(UserName="ada")["AttachedPolicies"][0]["PolicyArn"] == READ

    less = {"UserName": "ada", "Groups": ["writers"], "Policies": [policy("b", "s3:PutObject")]}
    assert deployer.update(template(User=user(**less)), **NAMED) == "UPDATE_COMPLETE", deployer.events()
    found = iam.get_user(UserName="ada")["User"]
    assert (found["Path"], "PermissionsBoundary" in found) == ("/", False)
    assert (_groups(iam), iam.list_user_tags(UserName="ada")["Tags"]) == (["writers"], [])
    assert iam.list_attached_user_policies(UserName="ada")["AttachedPolicies"] == []
    assert iam.list_user_policies(UserName="ada")["PolicyNames"] == ["b"]
    document = iam.get_user_policy(UserName="ada", PolicyName="b")["PolicyDocument"]
    assert document["Statement"][0]["Action"] == ["s3:PutObject"]
    assert deployer.delete() == "DELETE_COMPLETE"


def _groups(iam) -> list[str]:
    return [one["GroupName"] for one in iam.list_groups_for_user(UserName="ada")["Groups"]]


def test_a_user_that_is_there_already(deployer, iam):
    iam.create_user(UserName="ada")
    assert deployer.create(template(User=user(UserName="ada")), **NAMED) == "ROLLBACK_COMPLETE"
    assert "Resource of type 'AWS::IAM::User' with identifier 'ada' already exists." in deployer.failure(
        "User"
    )
    assert iam.get_user(UserName="ada")


def test_a_named_user_needs_the_capability(refused, api):
    with pytest.raises(ClientError, match=r"Requires capabilities : \[CAPABILITY_NAMED_IAM\]"):
        api.create_stack(StackName="s", TemplateBody=template(User=user(UserName="ada")))


def test_passwords_fail_by_name(deployer):
    body = template(User=user(LoginProfile={"Password": "secret"}))
    assert deployer.create(body, **NAMED) == "ROLLBACK_COMPLETE"
    assert "the property LoginProfile of AWS::IAM::User" in deployer.failure("User")


def test_a_key_of_nobody(deployer):
    body = template(Key={"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "nobody"}})
    assert deployer.create(body, **NAMED) == "ROLLBACK_COMPLETE"
    assert "nobody" in deployer.failure("Key")
