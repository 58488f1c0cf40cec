"""A notebook in an account: asked first, its cells reach the account only, and what they make is tagged."""

import json
import os

import boto3
import pytest

from workshop import notebook_account
from workshop.environment import apply, redirect, restore
from workshop.errors import Problem
from workshop.notebook_account import confirm, mark, use

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


class TestTheQuestion:
    def test_the_accounts_number_is_a_yes(self, account):
        said = []
        confirm(account, {}, said.append, lambda question: f" {account.account} ")
        assert "nb-… tables, roles" in said[0]
        assert "workshop=workshop" in said[0]

    def test_ci_says_it_in_a_variable(self, account):
        confirm(
            account, {notebook_account.YES: account.account}, print, lambda question: pytest.fail("asked")
        )

    @pytest.mark.parametrize("typed", ["yes", ""])
    def test_all_else_is_a_no(self, account, typed):
        with pytest.raises(Problem, match=f"export WORKSHOP_YES={account.account}"):
            confirm(account, {}, print, lambda question: typed)

    def test_nobody_there_is_a_no(self, account):
        def nobody(question):
            raise EOFError

        with pytest.raises(Problem, match="no yes"):
            confirm(account, {}, print, nobody)

    def test_in_a_shared_account_two_notebooks_would_meet(self, account):
        with pytest.raises(Problem, match="an account of your own"):
            confirm(account, {"WORKSHOP_PREFIX": "ada"}, print)


@pytest.fixture
def cells(account, monkeypatch):
    """The environment and default session of a kernel that is connected to the account."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    before = apply(redirect(account, dict(os.environ)))
    use(account, os.environ)
    yield
    restore(before)


def test_plain_boto3_talks_to_the_account_and_what_it_makes_is_tagged(cells, account, door):
    number = account.account
    assert boto3.client("sts").get_caller_identity()["Arn"] == account.arn
    assert boto3.Session().client("sts").get_caller_identity()["Arn"] == account.arn
    table = boto3.resource("dynamodb").create_table(
        TableName="nb-tour-users",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=[{"Key": "mine", "Value": "too"}],
    )
    table.wait_until_exists()  # a table that is being created has no tags to list
    tags = boto3.client("dynamodb").list_tags_of_resource(ResourceArn=table.table_arn)["Tags"]
    assert {one["Key"]: one["Value"] for one in tags} == {"mine": "too", "workshop": "workshop"}
    boto3.client("logs").create_log_group(logGroupName="nb-tour-log")
    arn = f"arn:aws:logs:us-east-1:{number}:log-group:nb-tour-log"
    assert boto3.client("logs").list_tags_for_resource(resourceArn=arn)["tags"] == {"workshop": "workshop"}
    http = boto3.client("apigatewayv2").create_api(Name="nb-tour-http", ProtocolType="HTTP")
    assert http["Tags"] == {"workshop": "workshop"}
    assert boto3.client("apigateway").create_rest_api(name="nb-tour-rest")["tags"] == {"workshop": "workshop"}


def test_roles_get_the_boundary_of_the_account(account, door):
    iam = door.sandbox.session(account.account).client("iam")
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    boundary = iam.create_policy(PolicyName="nb-boundary", PolicyDocument=json.dumps(allow))["Policy"]["Arn"]
    session = account.session()
    mark(session, "workshop", boundary)
    session.client("iam").create_role(RoleName="nb-tour-role", AssumeRolePolicyDocument=TRUST)
    role = iam.get_role(RoleName="nb-tour-role")["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    assert role["Tags"] == [{"Key": "workshop", "Value": "workshop"}]


def test_what_leads_astray_is_taken_out_of_the_environment(account):
    given = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "AKIAX",
        "AWS_CONFIG_FILE": "/mine",
        "AWS_CA_BUNDLE": "/bundle",
    }
    change = redirect(account, given)
    assert change.unset == ("AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL")
    assert change.set_aside == ("AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL")
    assert change.values["AWS_PROFILE"] == "learner"
    assert not {"AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"} & change.values.keys()
