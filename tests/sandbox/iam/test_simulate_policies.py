"""Whose policies a simulation asks: of users, groups and roles, boundaries, resource policies.

What is expected was recorded from AWS in September 2026 (github.com/radkawar/stackd,
testdata/aws/iam/simulation.json), where no other source is named.
"""

from __future__ import annotations

import json

import pytest
from botocore.config import Config

from tests.sandbox.refusals import refusal
from tests.sandbox.roles import LAMBDA, trust

A, B = "arn:aws:s3:::simulation/a", "arn:aws:s3:::simulation/b"
GET = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
DENY = {**GET, "Effect": "Deny"}
OWN, OTHER = "123456789012", "999999999999"
USER = f"arn:aws:iam::{OWN}:user/simulation/ada"
ROLE = f"arn:aws:iam::{OWN}:role/simulation/reader"


def policy(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=2)


def for_whom(principal, **more) -> str:
    named = {"Resource": "arn:aws:s3:::simulation/*", "Principal": principal}
    return policy({**GET, **named, **more})


@pytest.fixture
def iam(client):
    return client("iam", config=Config(parameter_validation=False))


@pytest.fixture
def ask(iam):
    """`ask(arn, "s3:GetObject", …)`: the results of a principal's simulation by action."""

    def simulate(arn: str, *actions: str, **options) -> dict[str, dict]:
        given = {"PolicySourceArn": arn, "ActionNames": list(actions), **options}
        results = iam.simulate_principal_policy(**given)["EvaluationResults"]
        return {result["EvalActionName"]: result for result in results}

    return simulate


@pytest.fixture
def custom(iam):
    """`custom(policy, …)`: the result for s3:GetObject on A, asked by USER."""

    def simulate(*documents: str, **options) -> dict:
        given = {"ActionNames": ["s3:GetObject"], "ResourceArns": [A], "CallerArn": USER, **options}
        return iam.simulate_custom_policy(PolicyInputList=list(documents), **given)["EvaluationResults"][0]

    return simulate


@pytest.fixture
def ada(iam):
    """A user with an inline policy, in a group with another, with a managed policy. Her ARN."""
    arn = iam.create_user(UserName="ada", Path="/lab/")["User"]["Arn"]
    iam.put_user_policy(UserName="ada", PolicyName="own", PolicyDocument=policy({**GET, "Resource": A}))
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="ada")
    put = policy({**GET, "Action": "s3:PutObject"})
    iam.put_group_policy(GroupName="readers", PolicyName="shared", PolicyDocument=put)
    delete = policy({**GET, "Action": "s3:DeleteObject"})
    managed = iam.create_policy(PolicyName="deletes", PolicyDocument=delete)["Policy"]["Arn"]
    iam.attach_user_policy(UserName="ada", PolicyArn=managed)
    iam.attach_group_policy(GroupName="readers", PolicyArn=managed)
    return arn


def sources(result: dict) -> list[tuple[str, str]]:
    return [(s["SourcePolicyId"], s["SourcePolicyType"]) for s in result["MatchedStatements"]]


class TestPrincipals:
    def test_a_user_has_the_policies_of_her_groups(self, ask, ada):
        results = ask(
            ada, "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", ResourceArns=[A]
        )
        assert [(r["EvalDecision"], sources(r)) for r in results.values()] == [
            ("allowed", [("user_ada_own", "IAM Policy")]),
            ("allowed", [("group_readers_shared", "IAM Policy")]),
            ("allowed", [("deletes", "IAM Policy")]),
            ("implicitDeny", []),
        ]

    def test_positions_are_those_of_the_document_that_was_put(self, ask, ada):
        matched = ask(ada, "s3:GetObject", ResourceArns=[A])["s3:GetObject"]["MatchedStatements"][0]
        assert matched["StartPosition"] == {"Line": 3, "Column": 17}
        assert matched["EndPosition"] == {"Line": 8, "Column": 6}

    def test_the_path_of_the_source_does_not_matter(self, ask, ada):
        elsewhere = ada.replace("/lab/", "/elsewhere/")
        assert ask(elsewhere, "s3:GetObject", ResourceArns=[A])["s3:GetObject"]["EvalDecision"] == "allowed"

    def test_a_group_is_asked_by_itself(self, ask, ada):
        group = ada.replace("user/lab/ada", "group/readers")
        results = ask(group, "s3:GetObject", "s3:PutObject")
        assert [r["EvalDecision"] for r in results.values()] == ["implicitDeny", "allowed"]

    def test_a_role_and_a_managed_policy_of_aws(self, iam, ask):
        arn = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust(LAMBDA))["Role"]["Arn"]
        managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
        iam.attach_role_policy(RoleName="reader", PolicyArn=managed)
        result = ask(arn, "logs:PutLogEvents")["logs:PutLogEvents"]
        assert (result["EvalDecision"], sources(result)) == (
            "allowed",
            [("AWSLambdaBasicExecutionRole", "IAM Policy")],
        )

    def test_more_policies_are_added(self, ask, ada):
        more = [policy({**GET, "Action": "s3:ListBucket"}), policy(DENY)]
        results = ask(ada, "s3:ListBucket", "s3:GetObject", PolicyInputList=more)
        assert sources(results["s3:ListBucket"]) == [("PolicyInputList.1", "IAM Policy")]
        assert sources(results["s3:GetObject"]) == [("PolicyInputList.2", "IAM Policy")]
        assert results["s3:GetObject"]["EvalDecision"] == "explicitDeny"

    def test_the_source_is_the_caller_unless_another_is_named(self, ask, ada):
        condition = {"StringEquals": {"aws:username": "ada"}}
        more = [policy({**GET, "Action": "s3:ListBucket", "Condition": condition})]
        assert ask(ada, "s3:ListBucket", PolicyInputList=more)["s3:ListBucket"]["EvalDecision"] == "allowed"
        other = ask(ada, "s3:ListBucket", PolicyInputList=more, CallerArn=USER.replace("ada", "bob"))
        assert other["s3:ListBucket"]["MissingContextValues"] == ["aws:username"]

    @pytest.mark.parametrize(
        "arn",
        [f"arn:aws:sts::{OWN}:assumed-role/fictional/session", f"arn:aws:iam::{OWN}:root", "not-an-arn"],
    )
    def test_a_source_that_is_none(self, iam, arn):
        error = refusal(iam.simulate_principal_policy, PolicySourceArn=arn, ActionNames=["s3:GetObject"])
        assert error.response["Error"]["Code"] == "InvalidInput"
        assert error.response["Error"]["Message"] == f"Invalid ARN provided in the request: {arn}"

    def test_a_source_of_another_account(self, iam, account):
        error = refusal(iam.simulate_principal_policy, PolicySourceArn=USER, ActionNames=["s3:GetObject"])
        assert error.response["Error"]["Message"] == (
            f"Invalid Policy Source Arn: caller's account {account} does not have access to policies in "
            f"account {OWN}."
        )

    @pytest.mark.parametrize("kind", ["user", "group", "role"])
    @pytest.mark.parametrize(
        "operation", ["simulate_principal_policy", "get_context_keys_for_principal_policy"]
    )
    def test_a_source_that_is_not_there(self, iam, account, kind, operation):
        arn = f"arn:aws:iam::{account}:{kind}/nobody"
        actions = {"ActionNames": ["s3:GetObject"]} if operation.startswith("simulate") else {}
        error = refusal(getattr(iam, operation), PolicySourceArn=arn, **actions).response
        assert error["ResponseMetadata"]["HTTPStatusCode"] == 404
        assert error["Error"]["Code"] == "NoSuchEntity"
        assert error["Error"]["Message"] == "Unable to retrieve specified IAM entity."


class TestBoundaries:
    @pytest.mark.parametrize(
        ("statement", "decision", "inside"),
        [
            (GET, "allowed", True),
            ({**GET, "Action": "s3:PutObject"}, "implicitDeny", False),
            (DENY, "explicitDeny", False),
        ],
    )
    def test_a_boundary_limits(self, custom, statement, decision, inside):
        result = custom(policy(GET), PermissionsBoundaryPolicyInputList=[policy(statement)])
        assert result["EvalDecision"] == decision
        detail = {"AllowedByPermissionsBoundary": inside}
        assert result["PermissionsBoundaryDecisionDetail"] == detail
        assert result["ResourceSpecificResults"][0]["PermissionsBoundaryDecisionDetail"] == detail
        named = ("PermissionsBoundaryPolicyInputList.1", "Permissions Boundary Policy")
        assert (named in sources(result)) == (decision == "explicitDeny")

    def test_the_boundary_that_a_user_has_counts(self, iam, ask, ada):
        boundary = iam.create_policy(PolicyName="limit", PolicyDocument=policy(GET))["Policy"]["Arn"]
        iam.put_user_permissions_boundary(UserName="ada", PermissionsBoundary=boundary)
        results = ask(ada, "s3:GetObject", "s3:PutObject", ResourceArns=[A])
        assert [r["EvalDecision"] for r in results.values()] == ["allowed", "implicitDeny"]
        wider = [policy({**GET, "Action": "s3:*"})]
        other = ask(ada, "s3:PutObject", ResourceArns=[A], PermissionsBoundaryPolicyInputList=wider)
        assert other["s3:PutObject"]["EvalDecision"] == "allowed"

    def test_there_is_one_at_most(self, iam):
        given = {"PolicyInputList": [policy(GET)], "ActionNames": ["s3:GetObject"]}
        error = refusal(
            iam.simulate_custom_policy, PermissionsBoundaryPolicyInputList=[policy(GET)] * 2, **given
        )
        assert error.response["Error"]["Message"] == (
            "The list of Permissions Boundary policies cannot exceed 1 items."
        )


class TestResourcePolicies:
    @pytest.mark.parametrize(
        ("principal", "caller", "decision"),
        [
            ({"AWS": "*"}, USER, "allowed"),
            ({"AWS": USER}, USER, "allowed"),
            ({"AWS": USER.replace("ada", "bob")}, USER, "implicitDeny"),
            ({"AWS": ROLE}, ROLE, "allowed"),
            ({"AWS": "*"}, USER.replace("user", "group"), "allowed"),
        ],
    )
    def test_it_names_the_caller(self, custom, principal, caller, decision):
        result = custom(ResourcePolicy=for_whom(principal), CallerArn=caller)
        assert result["EvalDecision"] == decision
        assert sources(result) == ([("ResourcePolicy", "Resource Policy")] if decision == "allowed" else [])

    def test_a_deny_of_it_decides(self, custom):
        result = custom(policy(GET), ResourcePolicy=for_whom({"AWS": "*"}, Effect="Deny"))
        assert result["EvalDecision"] == "explicitDeny"
        assert sources(result) == [("ResourcePolicy", "Resource Policy")]

    def test_across_accounts_both_are_needed(self, custom):
        given = {"ResourcePolicy": for_whom({"AWS": USER}), "ResourceOwner": f"arn:aws:iam::{OTHER}:root"}
        result = custom(**given)
        assert result["EvalDecision"] == "implicitDeny"
        details = {"IAM Policy": "implicitDeny", "Resource Policy": "allowed"}
        assert result["EvalDecisionDetails"] == details
        assert result["ResourceSpecificResults"][0]["EvalDecisionDetails"] == details
        both = custom(policy(GET), **given)
        assert both["EvalDecision"] == "allowed"
        bounded = custom(policy(GET), PermissionsBoundaryPolicyInputList=[policy(DENY)], **given)
        assert bounded["EvalDecisionDetails"]["Permissions Boundary Policy"] == "explicitDeny"

    def test_the_owner_is_told_by_the_arn_too(self, custom):
        table = f"arn:aws:dynamodb:us-east-1:{OTHER}:table/users"
        read = {"Action": "dynamodb:GetItem", "Resource": table}
        result = custom(
            ActionNames=["dynamodb:GetItem"],
            ResourceArns=[table],
            ResourcePolicy=for_whom({"AWS": USER}, **read),
        )
        assert result["EvalDecision"] == "implicitDeny"

    def test_trust_policies_are_not_asked(self, custom):
        """github.com/aws/aws-cli issue 10314."""
        document = policy({**GET, "Action": "sts:AssumeRole"})
        denial = for_whom({"AWS": USER}, Effect="Deny", Action="sts:AssumeRole", Resource=ROLE)
        given = {"ActionNames": ["sts:AssumeRole"], "ResourceArns": [ROLE]}
        assert custom(document, ResourcePolicy=denial, **given)["EvalDecision"] == "allowed"

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"CallerArn": None}, "Invalid caller - Caller cannot be null or empty."),
            (
                {"CallerArn": f"arn:aws:iam::{OWN}:root"},
                "Invalid caller - Caller must be an IAM user, role or group in this context.",
            ),
            ({"ResourceArns": ["*"]}, "Invalid Entity Arn: * does not clearly define entity type and name."),
            (
                {"ResourcePolicy": for_whom({"AWS": "*"}, Resource="*")},
                "ResourceNames are not in a valid ARN format: *.",
            ),
            ({"ResourcePolicy": policy(GET)}, "Resource policy has invalid content"),
            ({"ResourcePolicy": "{"}, "Resource policy has invalid content"),
            ({"ResourcePolicy": for_whom("*", Action="Get")}, "Resource policy has invalid content"),
            ({"ResourceOwner": OWN}, f"'{OWN}' is not a valid as a Resource Owner."),
        ],
    )
    def test_what_is_refused(self, iam, options, message):
        given = {"ActionNames": ["s3:GetObject"], "ResourceArns": [A], "CallerArn": USER}
        given |= {"PolicyInputList": [], "ResourcePolicy": for_whom({"AWS": "*"}), **options}
        error = refusal(iam.simulate_custom_policy, **{k: v for k, v in given.items() if v is not None})
        assert error.response["Error"] == {"Type": "Sender", "Code": "InvalidInput", "Message": message}
