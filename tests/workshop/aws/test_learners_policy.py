"""docs/snippets/aws/learners.yaml: with it learners do the labs under their prefix, and nothing besides."""

import json
from dataclasses import replace

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

import learners_template
from tests.repository.sources import ROOT
from tests.solutions.deployed import LABS, files_of
from workshop.checking import command
from workshop.cleaning.clean import clean
from workshop.cleaning.kinds import Account
from workshop.deploy import FellShort
from workshop.deploy.run import Deployment, Order
from workshop.incidents.breaking import Wish, break_stack
from workshop.incidents.mending import mend
from workshop.target.account import connect

PASSED = ("passed", "not_shown")
"""On a slow machine every default read is current, and stale reads cannot be shown."""

MOST_CHARACTERS = 6144
"""Of a managed policy, blanks not counted (IAM User Guide, *IAM and AWS STS quotas*)."""

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
EVERYTHING = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)
KEY = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def test_the_file_is_what_the_script_writes_from_the_deployers_policy():
    assert (ROOT / "docs" / "snippets" / "aws" / "learners.yaml").read_text() == learners_template.text(), (
        "run: python tools/learners_template.py"
    )


def test_each_policy_fits():
    for name, one in learners_template.template()["Resources"].items():
        document = one["Properties"].get("PolicyDocument", {})
        assert len("".join(json.dumps(document).split())) <= MOST_CHARACTERS, name


@pytest.fixture(scope="module")
def administrator(door, account_number):
    """The instructor's session, who has deployed the template for Ada."""
    session = door.sandbox.session(account_number)
    client = session.client("cloudformation")
    client.create_stack(
        StackName="workshop-learner-ada",
        TemplateBody=learners_template.text(),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": "Prefix", "ParameterValue": "ada"}],
    )
    client.get_waiter("stack_create_complete").wait(StackName="workshop-learner-ada")
    return session


@pytest.fixture(scope="module")
def learner(administrator, door):
    """Ada's account, by keys of her own under both policies."""
    key = administrator.client("iam").create_access_key(UserName="workshop-ada")["AccessKey"]
    door.profile("ada", key["AccessKeyId"], key["SecretAccessKey"])
    stack = administrator.client("cloudformation").describe_stacks(StackName="workshop-learner-ada")
    return connect("ada", boundary=stack["Stacks"][0]["Outputs"][0]["OutputValue"])


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clone")
    for lab in LABS:
        for name, source in files_of(lab, "python").items():
            file = folder / "work" / lab / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(source.read_bytes())
    (folder / "work" / "05-troubleshooting").mkdir()
    (folder / "solutions").symlink_to(ROOT / "solutions")
    return folder


class TestWithinThePrefix:
    def deploy(self, learner, clone, lab):
        order = Order(
            template=clone / "work" / lab / "template.yaml", target=learner, prefix="ada",
            again="workshop deploy", say=print, ask=lambda question: True, clone=ROOT,
        )  # fmt: skip
        Deployment(order).run()

    def test_the_solutions_deploy_pass_their_checks_and_are_cleaned(self, learner, clone, monkeypatch):
        monkeypatch.setenv("WORKSHOP_PREFIX", "ada")
        monkeypatch.setattr("workshop.settling.PAUSE_ON_AWS", 0.0)
        for number, lab in enumerate(LABS, 1):
            self.deploy(learner, clone, lab)
            results = command.carry_out(command.order(ROOT, clone / "work", str(number)), learner)
            assert results.target == learner.where
            checks = [one for each in results.labs for one in each.checks]
            bad = [(one.check.id, one.reason, one.finding) for one in checks if one.outcome not in PASSED]
            assert not bad, bad
        for seed in (7, 8):
            ticket = break_stack(learner, "ada", clone, Wish(seed=seed))
            assert ".execute-api.us-east-1.amazonaws.com" in ticket.request["url"]
            assert mend(learner, "ada", clone).sick is None
        said = []
        assert clean(Account(learner, "ada", said.append), lambda question: True) == 0, "\n".join(said)


@pytest.fixture(scope="module")
def strangers(administrator):
    """What is not Ada's in the account."""
    administrator.client("dynamodb").create_table(TableName="bob-users", **KEY)
    administrator.client("iam").create_role(RoleName="bob-users-role", AssumeRolePolicyDocument=TRUST)
    administrator.client("iam").create_role(RoleName="ada-bare", AssumeRolePolicyDocument=TRUST)
    administrator.client("s3").create_bucket(Bucket="bob-artifacts-1")
    administrator.client("logs").create_log_group(logGroupName="bob-log")


TAGS = [{"Key": "workshop", "Value": "ada"}]
BARE = {"RoleName": "ada-bare"}
BOBS = [{"Key": "workshop", "Value": "bob"}]
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
OUTSIDE = {
    "dynamodb:PutItem": {"TableName": "bob-users", "Item": {"id": {"S": "1"}}},
    "dynamodb:DeleteTable": {"TableName": "bob-users"},
    "dynamodb:CreateTable": {"TableName": "bob-more", **KEY},
    "cloudformation:CreateStack": {"StackName": "bob", "TemplateBody": "{}"},
    "cloudformation:DeleteStack": {"StackName": "workshop-learner-ada"},
    "iam:DeleteRole": {"RoleName": "bob-users-role"},
    "iam:CreateUser": {"UserName": "ada-2"},
    "iam:TagUser": {"UserName": "workshop-ada", "Tags": BOBS},
    "iam:TagRole": {**BARE, "Tags": BOBS},
    "iam:PutRolePolicy": {**BARE, "PolicyName": "p", "PolicyDocument": EVERYTHING},
    "iam:AttachRolePolicy": {**BARE, "PolicyArn": ADMINISTRATOR},
    "iam:DeleteRolePermissionsBoundary": BARE,
    "iam:PutRolePermissionsBoundary": {**BARE, "PermissionsBoundary": ADMINISTRATOR},
    "s3:PutObject": {"Bucket": "bob-artifacts-1", "Key": "k", "Body": b""},
    "s3:CreateBucket": {"Bucket": "bob-artifacts-2"},
    "logs:DeleteLogGroup": {"logGroupName": "bob-log"},
    "lambda:DeleteFunction": {"FunctionName": "bob-users"},
}
"""Calls on what is somebody else's, and what would widen one's own rights."""


@pytest.mark.parametrize("action", OUTSIDE)
def test_outside_the_prefix_it_is_denied(learner, strangers, action):
    service, _, operation = action.partition(":")
    with pytest.raises(ClientError, match=r"AccessDenied|not authorized") as refused:
        getattr(learner.session().client(service), xform_name(operation))(**OUTSIDE[action])
    assert action in str(refused.value)


@pytest.mark.parametrize("boundary", [None, ADMINISTRATOR])
def test_a_role_without_the_boundary_is_refused(learner, boundary):
    given = {"PermissionsBoundary": boundary} if boundary else {}
    with pytest.raises(ClientError, match="iam:CreateRole"):
        learner.session().client("iam").create_role(
            RoleName="ada-free", AssumeRolePolicyDocument=TRUST, Tags=TAGS, **given
        )


def test_a_role_with_the_boundary_and_anothers_tag_is_refused(learner):
    with pytest.raises(ClientError, match="AccessDenied"):
        learner.session().client("iam").create_role(
            RoleName="ada-as-bob",
            AssumeRolePolicyDocument=TRUST,
            PermissionsBoundary=learner.boundary,
            Tags=[{"Key": "workshop", "Value": "bob"}],
        )


def test_whatever_a_policy_says_the_boundary_holds(learner, administrator, door):
    """A function of Ada's with every right reaches no table of Bob's: its role's boundary is asked, too."""
    iam = learner.session().client("iam")
    iam.create_role(
        RoleName="ada-users-role",
        AssumeRolePolicyDocument=TRUST,
        PermissionsBoundary=learner.boundary,
        Tags=TAGS,
    )
    iam.put_role_policy(RoleName="ada-users-role", PolicyName="p", PolicyDocument=EVERYTHING)
    decisions = {}
    for name in ("ada", "bob"):
        found = administrator.client("iam").simulate_principal_policy(
            PolicySourceArn=f"arn:aws:iam::{learner.account}:role/ada-users-role",
            ActionNames=["dynamodb:GetItem"],
            ResourceArns=[f"arn:aws:dynamodb:us-east-1:{learner.account}:table/{name}-users"],
        )
        decisions[name] = found["EvaluationResults"][0]["EvalDecision"]
    assert decisions == {"ada": "allowed", "bob": "implicitDeny"}


def test_without_the_boundary_the_stack_says_why(learner, clone):
    order = Order(
        template=clone / "work" / "02-iam" / "template.yaml", target=replace(learner, boundary=""),
        prefix="ada", again="workshop deploy 2", say=print, ask=lambda question: True, clone=ROOT,
    )  # fmt: skip
    with pytest.raises(FellShort, match="iam:CreateRole"):
        Deployment(order).run()
