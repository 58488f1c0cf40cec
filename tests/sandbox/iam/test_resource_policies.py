"""Policies of resources and of roles, and AWS services that call in someone's name."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
import requests

from tests.sandbox.cases import case
from tests.sandbox.iam.people import Somebody, document, statement
from tests.sandbox.refusals import refusal
from tests.sandbox.roles import LAMBDA, allow, make_role, trust

ADA = {"userId": {"S": "ada"}}
HANDLER = "def handler(event, context):\n    print('here')\n    return event"
PUTS = """
import boto3
table = boto3.resource("dynamodb").Table("Users")
def handler(event, context):
    table.put_item(Item={"userId": "ada"})
"""


ALMOST = json.dumps({"Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*"}})


def whole(**changes):
    """A bucket policy that denies everyone a read of x, with changes."""
    denies = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::x"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**denies, **changes}]})


def package(code=HANDLER):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("index.py", code)
    return {"ZipFile": memory.getvalue()}


def make_function(lambda_, role, name="users", code=HANDLER):
    made = lambda_.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler="index.handler",
        Code=package(code),
        Timeout=20,
    )
    return str(made["FunctionArn"])


def invoke(lambda_):
    return lambda_.invoke(FunctionName="users", Payload=b'{"a": 1}')


class TestFunctions:
    @pytest.fixture
    def function(self, client, iam):
        return make_function(client("lambda"), make_role(iam, "users"))

    @case("iam-eval-resource-same-account")
    def test_the_functions_policy_alone_is_enough(self, client, ada, function, account, expected):
        assert not ada.can(invoke, "lambda")
        permit(client, "ada", f"arn:aws:iam::{account}:user/ada")
        assert ("allowed" if ada.can(invoke, "lambda") else "denied") == expected.take("decision")

    def test_a_policy_for_the_account_only_delegates(self, client, ada, function, account):
        permit(client, "account", account)
        assert not ada.can(invoke, "lambda")
        ada.may(statement("lambda:InvokeFunction", on=function))
        assert ada.can(invoke, "lambda")

    def test_another_function_is_another_resource(self, ada, function):
        ada.may(statement("lambda:InvokeFunction", on=f"{function}-2"))
        assert not ada.can(invoke, "lambda")

    @case("lam-passrole")
    def test_to_give_a_role_away_one_must_be_allowed_to(self, ada, iam, expected):
        role = make_role(iam, "users")
        make = {"FunctionName": "f", "Runtime": "python3.13", "Role": role, "Handler": "index.handler"}
        ada.may(statement("lambda:*"))
        expected.check_error(refusal(ada.client("lambda").create_function, **make, Code=package()))
        to_others = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
        ada.may(statement("lambda:*"), statement("iam:PassRole", on=role, Condition=to_others))
        refusal(ada.client("lambda").create_function, **make, Code=package())
        to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
        ada.may(statement("lambda:*"), statement("iam:PassRole", on=role, Condition=to_lambda))
        ada.client("lambda").create_function(**make, Code=package())

    @case("iam-trust-lambda")
    def test_a_role_that_lambda_may_assume(self, client, iam, expected):
        role = make_role(iam, "users", principal=LAMBDA)
        lambda_ = client("lambda")
        made = lambda_.create_function(
            FunctionName="f", Runtime="python3.13", Role=role, Handler="index.handler", Code=package()
        )
        assert made["ResponseMetadata"]["HTTPStatusCode"] == expected.take("status")


def permit(client, sid, principal):
    client("lambda").add_permission(
        FunctionName="users", StatementId=sid, Action="lambda:InvokeFunction", Principal=principal
    )


class TestLogs:
    def events(self, client, group="/aws/lambda/users"):
        logs = client("logs")
        groups = [g["logGroupName"] for g in logs.describe_log_groups()["logGroups"]]
        return logs.filter_log_events(logGroupName=group)["events"] if group in groups else None

    def test_without_permission_it_runs_and_leaves_no_log(self, client, iam):
        make_function(client("lambda"), make_role(iam, "mute", principal=LAMBDA))
        assert json.load(invoke(client("lambda"))["Payload"]) == {"a": 1}
        assert self.events(client) is None

    def test_a_group_that_is_there_need_not_be_made(self, client, iam, account):
        group = f"arn:aws:logs:us-east-1:{account}:log-group:/aws/lambda/users:*"
        role = make_role(iam, "writer", principal=LAMBDA)
        write = allow("logs:CreateLogStream", "logs:PutLogEvents", resource=group)
        iam.put_role_policy(RoleName="writer", PolicyName="logs", PolicyDocument=write)
        make_function(client("lambda"), role)
        invoke(client("lambda"))
        assert self.events(client) is None
        client("logs").create_log_group(logGroupName="/aws/lambda/users")
        invoke(client("lambda"))
        assert any("here" in event["message"] for event in self.events(client))

    def test_a_group_of_another_name_is_not_written(self, client, iam, account):
        group = f"arn:aws:logs:us-east-1:{account}:log-group:/aws/lambda/user:*"
        role = make_role(iam, "writer", principal=LAMBDA)
        iam.put_role_policy(
            RoleName="writer", PolicyName="logs", PolicyDocument=allow("logs:*", resource=group)
        )
        client("logs").create_log_group(logGroupName="/aws/lambda/users")
        make_function(client("lambda"), role)
        invoke(client("lambda"))
        assert self.events(client) == []


class TestBuckets:
    @pytest.fixture
    def bucket(self, client, account):
        client("s3").create_bucket(Bucket=f"bucket-{account}")
        client("s3").put_object(Bucket=f"bucket-{account}", Key="k", Body=b"v")
        return f"bucket-{account}"

    def set_policy(self, client, bucket, effect, principal):
        policy = {
            "Effect": effect,
            "Principal": principal,
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{bucket}/*",
        }
        text = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
        client("s3").put_bucket_policy(Bucket=bucket, Policy=text)

    def test_the_buckets_policy_alone_is_enough(self, client, ada, bucket, account):
        assert not ada.can(lambda s3: s3.get_object(Bucket=bucket, Key="k"), "s3")
        self.set_policy(client, bucket, "Allow", {"AWS": f"arn:aws:iam::{account}:user/ada"})
        assert ada.can(lambda s3: s3.get_object(Bucket=bucket, Key="k"), "s3")

    @case("iam-deny-resource-policy", "iam-eval-order")
    def test_its_deny_beats_all(self, client, ada, bucket, expected):
        ada.may(statement("s3:*"))
        self.set_policy(client, bucket, "Deny", "*")
        for s3 in (ada.client("s3"), client("s3")):
            error = refusal(s3.get_object, Bucket=bucket, Key="k")
            assert "with an explicit deny in a resource-based policy" in str(error)
            assert f'"arn:aws:s3:::{bucket}/k"' in str(error)
        if expected.id == "iam-deny-resource-policy":
            expected.check_error(error)
        else:
            assert expected.take("order")[0] == "explicit deny anywhere"

    @pytest.mark.parametrize(
        ("policy", "words"),
        [
            ("not json", "Policies must be valid JSON and the first byte must be '{'"),
            ("[]", "Policies must be valid JSON"),
            ("{}", "Missing required field Statement"),
            ('{"Statement": "x"}', "Invalid policy syntax."),
            ('{"Statement": {"Principal": "*"}}', "Missing required field Effect"),
            ('{"Statement": {"Effect": "allow"}}', "Invalid effect"),
            ('{"Statement": {"Effect": "Deny"}}', "Missing required field Principal"),
            ('{"Statement": {"Effect": "Deny", "Principal": "*"}}', "Missing required field Action"),
            (ALMOST, "Missing required field Resource"),
            (whole(Principal="ada"), "Invalid policy syntax."),
            (whole(Condition="x"), "Invalid policy syntax."),
            (whole(Condition={"Bool": "x"}), "Invalid policy syntax."),
            (whole(Condition={"Boolean": {"a": "b"}}), "Invalid Condition type : Boolean"),
        ],
    )
    def test_one_that_cannot_be_read_is_refused(self, client, bucket, policy, words):
        error = refusal(client("s3").put_bucket_policy, Bucket=bucket, Policy=policy)
        assert error.response["Error"]["Code"] == "MalformedPolicy"
        assert words in str(error)
        assert client("s3").get_object(Bucket=bucket, Key="k")["Body"].read() == b"v"

    def test_root_can_always_mend_it(self, client, ada, bucket):
        ada.may(statement("s3:*"))
        client("s3").put_bucket_policy(Bucket=bucket, Policy=whole(Action="s3:*", Resource="*"))
        refusal(client("s3").list_objects_v2, Bucket=bucket)
        refusal(ada.client("s3").delete_bucket_policy, Bucket=bucket)
        client("s3").delete_bucket_policy(Bucket=bucket)
        client("s3").list_objects_v2(Bucket=bucket)

    @pytest.mark.parametrize(("secure", "refused"), [("false", False), ("true", True)])
    def test_the_conditions_of_its_deny_count(self, client, bucket, secure, refused):
        """SAM CLI's own bucket refuses all that does not come by TLS."""
        parts = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": f"arn:aws:s3:::{bucket}/*",
            "Condition": {"Bool": {"aws:SecureTransport": secure}},
        }
        client("s3").put_bucket_policy(Bucket=bucket, Policy=document(parts))
        for call in (
            lambda: client("s3").put_object(Bucket=bucket, Key="k", Body=b"w"),
            lambda: client("s3").get_object(Bucket=bucket, Key="k"),
        ):
            if refused:
                assert "with an explicit deny in a resource-based policy" in str(refusal(call))
            else:
                call()

    def test_another_accounts_bucket_needs_both_sides(self, client, sandbox, bucket):
        other = sandbox.session("999900001111")
        keys = other.client("iam")
        keys.create_user(UserName="guest")
        guest = Somebody(sandbox.url, keys.create_access_key(UserName="guest")["AccessKey"], keys, "guest")
        guest.may(statement("s3:GetObject"))
        try:
            assert "because no resource-based policy allows the s3:GetObject action" in str(
                refusal(guest.client("s3").get_object, Bucket=bucket, Key="k")
            )
        finally:
            keys.delete_user_policy(UserName="guest", PolicyName="own")


class TestTrust:
    @case("iam-eval-trust-explicit")
    def test_the_trust_policy_itself_must_allow(self, ada, iam, account, expected):
        assert "must allow the principal" in expected.take("rule")
        role = make_role(iam, "r", principal=LAMBDA)
        ada.may(statement("sts:AssumeRole"))
        assert not ada.can(lambda sts: sts.assume_role(RoleArn=role, RoleSessionName="one"), "sts")
        iam.update_assume_role_policy(
            RoleName="r", PolicyDocument=trust({"AWS": f"arn:aws:iam::{account}:user/ada"})
        )
        ada.may(statement("dynamodb:GetItem"))
        assert ada.can(lambda sts: sts.assume_role(RoleArn=role, RoleSessionName="one"), "sts")

    def test_a_trusted_account_delegates_to_its_policies(self, ada, iam, account):
        role = make_role(iam, "r", principal={"AWS": account})
        assert not ada.can(lambda sts: sts.assume_role(RoleArn=role, RoleSessionName="one"), "sts")
        ada.may(statement("sts:AssumeRole", on=role))
        assert ada.can(lambda sts: sts.assume_role(RoleArn=role, RoleSessionName="one"), "sts")

    def test_an_external_id(self, client, iam, account):
        role = make_role(iam, "r", principal={"AWS": account})
        wanted = json.loads(trust({"AWS": account}))
        wanted["Statement"][0]["Condition"] = {"StringEquals": {"sts:ExternalId": "secret"}}
        iam.update_assume_role_policy(RoleName="r", PolicyDocument=json.dumps(wanted))
        sts = client("sts")
        refusal(sts.assume_role, RoleArn=role, RoleSessionName="one")
        refusal(sts.assume_role, RoleArn=role, RoleSessionName="one", ExternalId="other")
        sts.assume_role(RoleArn=role, RoleSessionName="one", ExternalId="secret")

    def test_another_account_needs_both_sides(self, sandbox, iam, account):
        other = f"{(int(account) + 1) % 10**12:012d}"
        role = make_role(iam, "shared", "dynamodb:ListTables", principal={"AWS": other})
        theirs = sandbox.session(other).client("iam")
        theirs.create_user(UserName="guest")
        keys = theirs.create_access_key(UserName="guest")["AccessKey"]
        guest = Somebody(sandbox.url, keys, theirs, "guest")
        assert not guest.can(lambda sts: sts.assume_role(RoleArn=role, RoleSessionName="one"), "sts")
        guest.may(statement("sts:AssumeRole", on=role))
        given = guest.client("sts").assume_role(RoleArn=role, RoleSessionName="one")["Credentials"]
        visitor = Somebody(sandbox.url, given)
        assert visitor.can(lambda d: d.list_tables())
        assert visitor.client("sts").get_caller_identity()["Account"] == account

    def test_a_role_assumed_by_a_role_lasts_an_hour_at_most(self, sandbox, client, iam, account):
        first = make_role(iam, "first", "sts:AssumeRole", principal={"AWS": account})
        second = make_role(iam, "second", principal={"AWS": account})
        keys = client("sts").assume_role(RoleArn=first, RoleSessionName="one")["Credentials"]
        sts = Somebody(sandbox.url, keys).client("sts")
        error = refusal(sts.assume_role, RoleArn=second, RoleSessionName="two", DurationSeconds=3601)
        assert "1 hour session limit for roles assumed by role chaining" in str(error)
        sts.assume_role(RoleArn=second, RoleSessionName="two", DurationSeconds=3600)

    def test_session_tags_and_source_identity(self, sandbox, client, iam, account, table):
        role = make_role(iam, "r", principal={"AWS": account})
        wanted = json.loads(trust({"AWS": account}))
        wanted["Statement"][0]["Action"] = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
        iam.update_assume_role_policy(RoleName="r", PolicyDocument=json.dumps(wanted))
        red = {"StringEquals": {"aws:PrincipalTag/team": "red", "aws:SourceIdentity": "ada"}}
        policy = document(statement("dynamodb:GetItem", Condition=red))
        iam.put_role_policy(RoleName="r", PolicyName="red", PolicyDocument=policy)

        def session(team):
            tags = [{"Key": "team", "Value": team}]
            given = client("sts").assume_role(
                RoleArn=role, RoleSessionName="one", Tags=tags, SourceIdentity="ada"
            )
            assert given["SourceIdentity"] == "ada"
            return Somebody(sandbox.url, given["Credentials"])

        assert session("red").can(lambda d: d.get_item(TableName="Users", Key=ADA))
        assert not session("blue").can(lambda d: d.get_item(TableName="Users", Key=ADA))


class TestCloudFormation:
    TEMPLATE = json.dumps(
        {
            "Resources": {
                "Greeting": {
                    "Type": "AWS::SSM::Parameter",
                    "Properties": {"Type": "String", "Value": "hello"},
                }
            }
        }
    )

    def test_a_stack_is_made_with_the_callers_permissions(self, ada, client):
        ada.may(statement("cloudformation:*"))
        ada.client("cloudformation").create_stack(StackName="s", TemplateBody=self.TEMPLATE)
        cloudformation = client("cloudformation")
        assert (
            cloudformation.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"
        )
        events = cloudformation.describe_stack_events(StackName="s")["StackEvents"]
        failed = next(event for event in events if event["ResourceStatus"] == "CREATE_FAILED")
        assert "is not authorized to perform: ssm:PutParameter" in failed["ResourceStatusReason"]

    def test_a_policy_may_allow_what_cloudformation_does_for_one(self, ada, client):
        via = {"ForAnyValue:StringEquals": {"aws:CalledVia": ["cloudformation.amazonaws.com"]}}
        ada.may(statement("cloudformation:*"), statement("ssm:*", Condition=via))
        cloudformation = ada.client("cloudformation")
        cloudformation.create_stack(StackName="s", TemplateBody=self.TEMPLATE)
        cloudformation.get_waiter("stack_create_complete").wait(StackName="s")
        assert not ada.can(lambda ssm: ssm.describe_parameters(), "ssm")


@case("ts-access-denied-chain")
def test_what_becomes_of_a_refusal_behind_an_api(client, iam, table, expected):
    lambda_, http, rest = client("lambda"), client("apigatewayv2"), client("apigateway")
    function = make_function(lambda_, make_role(iam, "users"), code=PUTS)
    lambda_.add_permission(
        FunctionName="users",
        StatementId="any",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    api = http.create_api(Name="a", ProtocolType="HTTP", Target=function)
    rest_id = rest.create_rest_api(name="a")["id"]
    root = rest.get_resources(restApiId=rest_id)["items"][0]["id"]
    method = {"restApiId": rest_id, "resourceId": root, "httpMethod": "POST"}
    rest.put_method(**method, authorizationType="NONE")
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    rest.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    rest.create_deployment(restApiId=rest_id, stageName="prod")
    base = api["ApiEndpoint"].rpartition("/")[0]
    assert str(_status(api["ApiEndpoint"])) == expected.take("http")
    assert str(_status(f"{base}/{rest_id}/prod/")) == expected.take("rest")
    events = client("logs").filter_log_events(logGroupName="/aws/lambda/users")["events"]
    said = "\n".join(event["message"] for event in events)
    assert re.search(expected.take("log_regex"), said)


def _status(url):
    return requests.post(url, timeout=30).status_code
