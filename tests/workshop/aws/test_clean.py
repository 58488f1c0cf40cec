"""`workshop clean`: finds, shows, deletes and proves; by the host names of AWS, and on the sandbox alike."""

import io
import json
import secrets
import zipfile
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from tests.solutions.deployed import deploy, fresh_account, target_in
from workshop.cleaning import kinds, stacks
from workshop.cleaning.clean import clean, look
from workshop.cleaning.kinds import Account
from workshop.cleaning.ours import reason
from workshop.errors import Problem
from workshop.target.account import connect

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
KEY = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def packed():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return 1\n")
    return content.getvalue()


def by_hand(session, prefix, tags=None):
    """What notebooks and checks leave behind when they are stopped, and what Lambda makes on its own."""
    session.client("dynamodb").create_table(TableName=f"{prefix}-users", **KEY)
    iam = session.client("iam")
    role = iam.create_role(RoleName=f"{prefix}-users-role", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    iam.put_role_policy(
        RoleName=f"{prefix}-users-role",
        PolicyName="p",
        PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}
        ),
    )
    iam.attach_role_policy(
        RoleName=f"{prefix}-users-role",
        PolicyArn=iam.create_policy(
            PolicyName=f"p{secrets.token_hex(3)}",
            PolicyDocument=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}],
                }
            ),
        )["Policy"]["Arn"],
    )
    functions = session.client("lambda")
    functions.create_function(
        FunctionName=f"{prefix}-users",
        Role=role,
        Runtime="python3.13",
        Handler="app.handler",
        Code={"ZipFile": packed()},
    )
    functions.get_waiter("function_active_v2").wait(FunctionName=f"{prefix}-users")
    functions.invoke(FunctionName=f"{prefix}-users")  # Lambda makes /aws/lambda/…-users
    session.client("apigatewayv2").create_api(Name=f"{prefix}-users", ProtocolType="HTTP")
    rest = session.client("apigateway").create_rest_api(name=f"{prefix}-users-rest")["id"]
    session.client("logs").create_log_group(logGroupName=f"API-Gateway-Execution-Logs_{rest}/prod")
    session.client("logs").create_log_group(logGroupName="anything", tags={"workshop": prefix})


def of_others(session, number):
    """What must stay: another prefix's, somebody's, and what only looks alike."""
    session.client("dynamodb").create_table(TableName="workshop-2-users", **KEY)
    tagged = [{"Key": "workshop", "Value": "bob"}]
    session.client("dynamodb").create_table(TableName="workshop-UsersTable-ABCDEF1", Tags=tagged, **KEY)
    session.client("iam").create_role(RoleName="workshop-admin", AssumeRolePolicyDocument=TRUST)
    session.client("s3").create_bucket(Bucket=f"workshop-2-artifacts-{number}-us-east-1")
    session.client("logs").create_log_group(logGroupName="API-Gateway-Execution-Logs_stranger/prod")


LEFT = {
    "workshop-2-users",
    "workshop-UsersTable-ABCDEF1",
    "workshop-admin",
    "API-Gateway-Execution-Logs_stranger/prod",
}


def names(session):
    """All that there is in an account, stacks aside."""
    found = set(session.client("dynamodb").list_tables()["TableNames"])
    found |= {one["RoleName"] for one in session.client("iam").list_roles()["Roles"]}
    found |= {one["FunctionName"] for one in session.client("lambda").list_functions()["Functions"]}
    found |= {one["Name"] for one in session.client("apigatewayv2").get_apis()["Items"]}
    found |= {one["name"] for one in session.client("apigateway").get_rest_apis()["items"]}
    found |= {one["logGroupName"] for one in session.client("logs").describe_log_groups()["logGroups"]}
    return found | {one["Name"] for one in session.client("s3").list_buckets()["Buckets"]}


def full(target, session, number):
    """An account with a whole stack, its bucket with an old version, leftovers, and what is others'."""
    deploy("04-api-gateway", "python", target)
    bucket = f"workshop-artifacts-{number}-us-east-1"
    s3 = session.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2"):
        s3.put_object(Bucket=bucket, Key="again", Body=body)
    s3.delete_object(Bucket=bucket, Key="again")
    by_hand(session, "workshop")
    of_others(session, number)


@pytest.fixture(scope="module", params=["aws", "sandbox"])
def cleaned(request, sandbox):
    """What was said and is left after a clean of a full account; and the answers before it."""
    if request.param == "aws":
        target = request.getfixturevalue("account")
        number = target.account
    else:
        number = fresh_account()
        target = target_in(sandbox, number)
    session = sandbox.session(number)
    full(target, session, number)
    before = names(session)
    said = []
    at = Account(target, "workshop", said.append, sleep=lambda seconds: None)
    refused = clean(at, None), clean(at, lambda question: False)
    untouched = names(session) == before
    said.clear()
    code = clean(at, lambda question: True)
    return SimpleNamespace(
        said="\n".join(said), left=names(session), refused=refused, untouched=untouched, code=code,
        number=number, at=at, before=before,
    )  # fmt: skip


class TestAFullAccount:
    def test_without_a_yes_nothing_is_deleted(self, cleaned):
        assert cleaned.refused == (2, 2)
        assert cleaned.untouched

    def test_all_of_the_workshop_is_gone_and_nothing_else(self, cleaned):
        assert cleaned.code == 0
        assert cleaned.left == {*LEFT, f"workshop-2-artifacts-{cleaned.number}-us-east-1"}

    def test_it_was_shown_first_with_the_reason(self, cleaned):
        shown, _, _ = cleaned.said.partition("Deleting")
        for line in (
            "workshop (by its tag)",
            "workshop-users-role (by its name)",
            "/aws/lambda/workshop-users (by its name)",
            "anything (by its tag)",
            f"workshop-artifacts-{cleaned.number}-us-east-1 (by its name)",
        ):
            assert f"      {line}" in shown
        assert "of your REST API" in shown
        assert "bob" not in shown

    def test_the_proof_names_each_list_and_its_count(self, cleaned):
        _, _, proof = cleaned.said.partition("Looking once more:")
        for words in ("CloudFormation stacks", "HTTP APIs", "Lambda functions", "IAM roles", "S3 buckets"):
            assert words in proof
        assert "DynamoDB tables           2 looked at, 0 of the workshop" in proof
        assert proof.endswith("Nothing of the workshop is left under the prefix workshop.")

    def test_once_more_there_is_nothing_to_ask(self, cleaned):
        assert clean(cleaned.at, None) == 0


class TestWhatCannotBeRead:
    @pytest.fixture
    def blind(self, door, sandbox):
        """A user who may list, but not read the tags of tables, nor see roles."""
        account = fresh_account()
        document = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "*", "Resource": "*"},
                {
                    "Effect": "Deny",
                    "Action": ["dynamodb:ListTagsOfResource", "iam:ListRoles"],
                    "Resource": "*",
                },
            ],
        }
        sandbox.session(account).client("dynamodb").create_table(TableName="somebodys", **KEY)
        door.user(account, f"blind-{account}", document)
        return connect(f"blind-{account}")

    def test_it_is_said_and_nothing_is_proven(self, blind):
        said = []
        assert clean(Account(blind, "ada", said.append), None) == 1
        text = "\n".join(said)
        assert "NOT READ: 1, such as the tags of somebodys: An error occurred (AccessDenied" in text
        assert (
            "NOT READ: 1, such as the list: An error occurred (AccessDenied) when calling the ListRoles"
            in text
        )
        assert said[-1] == "2 could not be read, so it is not proven that nothing is left."

    def test_without_the_list_of_stacks_nothing_is_deleted(self, door, sandbox):
        number = fresh_account()
        sandbox.session(number).client("dynamodb").create_table(TableName="ada-users", **KEY)
        deny = {"Effect": "Deny", "Action": "cloudformation:*", "Resource": "*"}
        allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        door.user(number, f"stackless-{number}", {"Version": "2012-10-17", "Statement": [allow, deny]})
        said = []
        at = Account(connect(f"stackless-{number}"), "ada", said.append)
        assert clean(at, lambda question: pytest.fail("asked")) == 1
        assert "Nothing is deleted: without the list of stacks" in "\n".join(said)


class TestStacks:
    TEMPLATE = json.dumps({"Resources": {"Log": {"Type": "AWS::Logs::LogGroup"}}})

    def made(self, sandbox, name, **options):
        account = fresh_account()
        client = sandbox.session(account).client("cloudformation")
        client.create_stack(StackName=name, TemplateBody=self.TEMPLATE, **options)
        client.get_waiter("stack_create_complete").wait(StackName=name)
        return account, client

    def test_one_that_is_protected_stays_and_that_is_the_end(self, sandbox):
        tags = [{"Key": "workshop", "Value": "ada"}]
        account, _ = self.made(sandbox, "ada", Tags=tags, EnableTerminationProtection=True)
        said = []
        assert clean(Account(target_in(sandbox, account), "ada", said.append), lambda question: True) == 1
        assert "TerminationProtection" in "\n".join(said)
        assert "All else stays, too: it may be a part of that stack." in said
        assert "2 of the workshop are left" in said[-1]

    def test_a_stack_without_the_tag_is_ours_on_the_sandbox_only(self, sandbox, account):
        number, _ = self.made(sandbox, "ada")
        here = look(Account(target_in(sandbox, number), "ada", print))[0]
        assert [(thing.name, thing.why) for thing in here.things] == [("ada", "by its name")]
        sandbox.session(account.account).client("cloudformation").create_stack(
            StackName="ada", TemplateBody=self.TEMPLATE
        )
        there = look(Account(account, "ada", print))[0]
        assert not there.things
        assert there.count

    def test_where_deletions_are_throttled_it_says_so_and_goes_on(self, monkeypatch):
        ends = iter(["Too Many Requests", "Too Many Requests", ""])
        waited = []

        def follow(client, stack_id, known, show, sleep):
            why = next(ends)
            return [SimpleNamespace(status="DELETE_FAILED" if why else "DELETE_COMPLETE", reason=why)]

        monkeypatch.setattr(stacks.stack, "follow", follow)
        monkeypatch.setattr(stacks.stack, "events_after", lambda *_: [])
        monkeypatch.setattr(stacks, "first_failure", lambda events: None)
        said = []
        account = Account(None, "ada", said.append, waited.append)
        account._clients["cloudformation"] = SimpleNamespace(delete_stack=lambda StackName: None)
        stacks.delete(account, "arn:aws:cloudformation:us-east-1:1:stack/ada/1")
        assert waited == [30.0, 30.0]
        assert "one DeleteRestApi every 30 s" in said[0]

    def test_another_failure_is_told(self, monkeypatch):
        monkeypatch.setattr(stacks.stack, "events_after", lambda *_: [])
        ended = [SimpleNamespace(status="DELETE_FAILED", reason="The bucket is not empty")]
        monkeypatch.setattr(stacks.stack, "follow", lambda *_: ended)
        monkeypatch.setattr(stacks, "first_failure", lambda events: None)
        account = Account(None, "ada", print)
        account._clients["cloudformation"] = SimpleNamespace(delete_stack=lambda StackName: None)
        with pytest.raises(Problem, match="The bucket is not empty"):
            stacks.delete(account, "arn:aws:cloudformation:us-east-1:1:stack/ada/1")


def test_rest_apis_wait_for_the_rate_of_the_account(account, door):
    api = account.session().client("apigateway").create_rest_api(name="ada-users-rest")["id"]
    many = (429, json.dumps({"__type": "TooManyRequestsException", "message": "Too Many Requests"}))
    door.faults["apigateway"] = [many, many]
    said, waited = [], []
    kinds._delete_rest_api(Account(account, "ada", said.append, waited.append), api)
    assert waited == [30.0, 30.0]
    assert "AWS takes one DeleteRestApi every 30 s" in said[0]
    with pytest.raises(ClientError, match="NotFound"):
        account.session().client("apigateway").get_rest_api(restApiId=api)


@pytest.mark.parametrize(
    ("prefix", "name", "tags", "why"),
    [
        ("workshop", "nb-tour-users", {}, "by its name"),
        ("ada", "nb-tour-users", {}, ""),
        ("ada", "nb-tour-users", {"workshop": "ada"}, "by its tag"),
        ("ada", "/aws/lambda/ada-check-0123456789", {}, "by its name"),
        ("ada", "ada", {}, ""),
        ("ada", "ada-production", {}, ""),
        ("ada", "ada-UsersRole-quqPX8ubXQLa", {"workshop": "ada-2"}, ""),
        ("a.a", "ada-users", {}, ""),
    ],
)
def test_whose_it_is(prefix, name, tags, why):
    assert reason(prefix, name, tags) == why
