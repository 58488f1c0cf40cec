"""Policy documents that IAM refuses when they are put, word by word.

Sources: moto's policy_validation.py, which was written after AWS's answers (identity policies), and
github.com/versity/versitygw, tests of its IAM API (trust policies), where no other is named.
"""

from __future__ import annotations

import json

import pytest
from botocore.config import Config

from tests.sandbox.refusals import refusal

ALLOW = {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "*"}
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
SYNTAX, TRUST_SYNTAX = "Syntax errors in policy.", "Syntax error in policy."


def policy(*statements: dict, **more) -> str:
    return json.dumps({"Version": "2012-10-17", **more, "Statement": list(statements)})


def trusting(**principal) -> str:
    return policy({**TRUST, "Principal": principal})


@pytest.fixture
def iam(client):
    return client("iam", config=Config(parameter_validation=False))


@pytest.fixture
def ada(iam):
    return iam.create_user(UserName="ada", Path="/lab/")["User"]["Arn"]


@pytest.fixture
def put(iam, ada):
    """`put(document)`: the message of the refusal of an inline policy, which is malformed."""

    def refused(document: str) -> str:
        given = {"UserName": "ada", "PolicyName": "p", "PolicyDocument": document}
        return malformed(refusal(iam.put_user_policy, **given))

    return refused


@pytest.fixture
def create(iam):
    """`create(document)`: the message of the refusal of a role with this trust policy."""

    def refused(document: str) -> str:
        given = {"RoleName": "r", "AssumeRolePolicyDocument": document}
        return malformed(refusal(iam.create_role, **given))

    return refused


def malformed(error) -> str:
    told = error.response
    assert told["Error"]["Code"] == "MalformedPolicyDocument"
    assert told["ResponseMetadata"]["HTTPStatusCode"] == 400
    return told["Error"]["Message"]


class TestIdentityPolicies:
    @pytest.mark.parametrize(
        ("document", "message"),
        [
            ("{not json", SYNTAX),
            ("[]", SYNTAX),
            ("{}", SYNTAX),
            ("[" * 5000, SYNTAX),
            (json.dumps({"Version": "2012-10-17", "Statement": "hello"}), SYNTAX),
            (policy(), SYNTAX),
            (policy(ALLOW, Version="2020-01-01"), SYNTAX),
            (policy({**ALLOW, "Effect": "Maybe"}), SYNTAX),
            (policy({**ALLOW, "NotAction": "s3:*"}), SYNTAX),
            (policy({**ALLOW, "Action": 123}), SYNTAX),
            (policy({**ALLOW, "Condition": {"StringEqual": {"aws:username": "ada"}}}), SYNTAX),
            (policy({**ALLOW, "Condition": {"servicecatalog:accountLevel": "self"}}), SYNTAX),
            (policy({**ALLOW, "Principal": "*"}), "Policy document should not specify a principal."),
            (policy({**ALLOW, "NotPrincipal": "*"}), "Policy document should not specify a principal."),
            (policy({**ALLOW, "Action": []}), "Policy statement must contain actions."),
            (policy({**ALLOW, "Resource": []}), "Policy statement must contain resources."),
            (
                policy({**ALLOW, "Action": "PutItem"}),
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            ),
            (policy({**ALLOW, "Action": "iam :Get"}), "Vendor iam  is not valid"),
            (policy({**ALLOW, "Action": "a:b:c"}), "Actions/Condition can contain only one colon."),
            (policy({**ALLOW, "Resource": "users"}), 'Resource users must be in ARN format or "*".'),
            (
                policy({**ALLOW, "Resource": "arn:aws2:s3:::b/*"}),
                'Partition "aws2" is not valid for resource "arn:aws2:s3:::b/*".',
            ),
            (
                policy({**ALLOW, "Resource": "arn:aws:s3:us-east-1::b"}),
                "Resource arn:aws:s3:us-east-1::b can not contain region information.",
            ),
            (
                policy({**ALLOW, "Condition": {"DateEquals": {"aws:CurrentTime": "2026-13"}}}),
                "The policy failed legacy parsing",
            ),
            (
                policy({**ALLOW, "Sid": "a"}, {**ALLOW, "Sid": "a"}),
                "Statement IDs (SID) in a single policy must be unique.",
            ),
        ],
    )
    def test_one_that_is_malformed(self, put, document, message):
        assert put(document) == message

    @pytest.mark.parametrize(
        "document",
        [
            policy(ALLOW, Version="2008-10-17"),
            json.dumps({"Statement": ALLOW}),
            policy({**ALLOW, "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": 3600}}}),
            policy({**ALLOW, "Condition": {"Bool": {"aws:SecureTransport": [True, False]}}}, Id="x"),
            policy({**ALLOW, "Action": "dynamodb:Nonsense"}),
        ],
    )
    def test_an_inline_policy_that_is_taken(self, iam, ada, document):
        iam.put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=document)
        kept = iam.get_user_policy(UserName="ada", PolicyName="p")["PolicyDocument"]
        assert kept == json.loads(document)

    @pytest.mark.parametrize("version", ["2008-10-17", None])
    def test_a_managed_policy_is_of_the_newest_version(self, iam, version):
        document = json.dumps({**({"Version": version} if version else {}), "Statement": ALLOW})
        arn = iam.create_policy(PolicyName="p", PolicyDocument=policy(ALLOW))["Policy"]["Arn"]
        for call, named in (
            (iam.create_policy, {"PolicyName": "q"}),
            (iam.create_policy_version, {"PolicyArn": arn}),
        ):
            message = malformed(refusal(call, PolicyDocument=document, **named))
            assert message == "Policy document must be version 2012-10-17 or greater."

    def test_a_group_s_policy_is_checked(self, iam):
        iam.create_group(GroupName="g")
        given = {"GroupName": "g", "PolicyName": "p", "PolicyDocument": "{"}
        assert malformed(refusal(iam.put_group_policy, **given)) == SYNTAX


class TestTrustPolicies:
    @pytest.mark.parametrize(
        ("document", "message"),
        [
            ("{not json", "This policy contains invalid Json"),
            ('"text"', "This policy contains invalid Json"),
            (policy(TRUST, Statements=[]), TRUST_SYNTAX),
            (policy(TRUST, Version="2020-01-01"), "The policy must contain a valid version string"),
            (policy(), "Could not parse the policy: Statement is empty!"),
            (json.dumps({"Version": "2012-10-17"}), "Could not parse the policy: Statement is empty!"),
            (policy({**TRUST, "Nope": 1}), TRUST_SYNTAX),
            (policy({**TRUST, "Effect": "Maybe"}), "Invalid effect: Maybe"),
            (policy({k: v for k, v in TRUST.items() if k != "Effect"}), "Missing required field Effect"),
            (
                policy({k: v for k, v in TRUST.items() if k != "Principal"}),
                "Missing required field Principal",
            ),
            (policy({**TRUST, "Principal": {}}), "Missing required field Principal cannot be empty!"),
            (policy({**TRUST, "Principal": "*"}), "Principal must be a JSON object."),
            (policy({**TRUST, "Principal": ["*"]}), TRUST_SYNTAX),
            (policy({**TRUST, "NotPrincipal": {"AWS": "*"}}), "Allow with NotPrincipal is not allowed."),
            (
                policy({**TRUST, "Effect": "Deny", "NotPrincipal": {"AWS": "*"}}),
                "AssumeRole policy must not contain NotPrincipal field.",
            ),
            (policy({k: v for k, v in TRUST.items() if k != "Action"}), "Missing required field Action"),
            (policy({**TRUST, "NotAction": "sts:TagSession"}), TRUST_SYNTAX),
            (
                policy({**TRUST, "Action": ["sts:AssumeRole", "dynamodb:PutItem"]}),
                "AssumeRole policy may only specify STS AssumeRole actions.",
            ),
            (policy({**TRUST, "Resource": "*"}), "Has prohibited field Resource"),
            (policy({**TRUST, "NotResource": "*"}), "AssumeRole policy must not contain resources."),
            (policy({**TRUST, "Condition": {"StringEqual": {"a:b": "c"}}}), TRUST_SYNTAX),
            (policy({**TRUST, "Condition": {"StringEquals": "c"}}), TRUST_SYNTAX),
            (policy({**TRUST, "Condition": []}), TRUST_SYNTAX),
            (
                policy({**TRUST, "Sid": "a"}, {**TRUST, "Sid": "a"}),
                "The Statement Ids in the policy are not unique",
            ),
        ],
    )
    def test_one_that_is_malformed(self, create, document, message):
        assert create(document) == message

    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            ("AWS", "arn:aws:iam::111122223333:role/none"),
            ("AWS", "arn:aws:iam::111122223333:user/*"),
            ("AWS", "arn:aws:sts::111122223333:assumed-role/none/session"),
            ("AWS", "arn:aws:iam::111122223333:group/readers"),
            ("AWS", "ada"),
            ("AWS", "AIDAQQQQQQQQQQQQQQQQQ"),
            ("Service", "lambda"),
            ("Service", "lambda.amazonaws.com/x"),
        ],
    )
    def test_a_principal_that_is_none(self, create, kind, value):
        """github.com/hashicorp/terraform-provider-aws issue 8905."""
        assert (
            create(trusting(**{kind: [value]})) == f'Invalid principal in policy: "{kind.upper()}":"{value}"'
        )

    def test_a_kind_of_principal_that_is_none(self, create):
        assert create(trusting(Aws="*")) == 'Invalid principal in policy: "Aws"'
        assert create(trusting(AWS=[7])) == 'Invalid principal in policy: "AWS":"7"'

    def test_principals_that_can_be_trusted(self, iam, ada, account):
        role = iam.create_role(RoleName="app", Path="/lab/", AssumeRolePolicyDocument=policy(TRUST))["Role"]
        principals = {
            "AWS": [
                ada,
                role["Arn"],
                role["RoleId"],
                f"arn:aws:sts::{account}:assumed-role/app/session",
                account,
                f"arn:aws:iam::{account}:root",
                "*",
            ],
            "Service": "ops.apigateway.amazonaws.com",
            "Federated": "cognito-identity.amazonaws.com",
        }
        document = trusting(**principals)
        iam.update_assume_role_policy(RoleName="app", PolicyDocument=document)
        assert iam.get_role(RoleName="app")["Role"]["AssumeRolePolicyDocument"] == json.loads(document)

    @pytest.mark.parametrize("version", ["2008-10-17", "2012-10-17"])
    def test_older_versions_and_all_actions_of_sts_are_taken(self, iam, version):
        document = policy({**TRUST, "Action": ["sts:*", "STS:TagSession"]}, Version=version)
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=document)
        iam.update_assume_role_policy(RoleName="r", PolicyDocument=document)
        assert iam.get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"]["Version"] == version

    def test_an_update_is_checked_too(self, iam):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=policy(TRUST))
        error = refusal(iam.update_assume_role_policy, RoleName="r", PolicyDocument=policy(ALLOW))
        assert malformed(error) == "Missing required field Principal"


class TestSessionPolicies:
    @pytest.mark.parametrize(
        ("document", "code", "message"),
        [
            ("{", "MalformedPolicyDocument", "The policy is not in the valid JSON format."),
            (policy({**ALLOW, "Effect": "Maybe"}), "MalformedPolicyDocument", SYNTAX),
            (
                policy(ALLOW) + " " * 2048,
                "ValidationError",
                (
                    "1 validation error detected: Value at 'policy' failed to satisfy constraint: "
                    "Member must have length less than or equal to 2048"
                ),
            ),
        ],
    )
    def test_one_that_is_refused(self, client, account, document, code, message):
        """Apache Hadoop, hadoop-aws: troubleshooting assumed roles."""
        arn = f"arn:aws:iam::{account}:role/r"
        error = refusal(client("sts").assume_role, RoleArn=arn, RoleSessionName="session", Policy=document)
        assert (error.response["Error"]["Code"], error.response["Error"]["Message"]) == (code, message)
