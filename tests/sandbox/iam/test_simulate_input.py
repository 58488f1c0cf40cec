"""What a simulation is asked: parameters that are refused, keys that policies ask for, positions.

What is expected was recorded from AWS in September 2026 (github.com/radkawar/stackd,
testdata/aws/iam/simulation.json), where no other source is named.
"""

from __future__ import annotations

import json

import pytest
from botocore.config import Config

from sandbox.iam.positions import Position, Span, spans
from tests.sandbox.refusals import refusal

A = "arn:aws:s3:::simulation/a"
GET = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def policy(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def violated(field: str, constraint: str) -> str:
    where = f"Value at '{field}' failed to satisfy constraint"
    return f"1 validation error detected: {where}: {constraint}"


@pytest.fixture
def iam(client):
    return client("iam", config=Config(parameter_validation=False))


@pytest.fixture
def ada(iam):
    """A user without policies. Her ARN."""
    return iam.create_user(UserName="ada")["User"]["Arn"]


class TestInput:
    @pytest.mark.parametrize(
        ("options", "code", "message"),
        [
            (
                {"ActionNames": ["GetObject"]},
                "InvalidInput",
                "The action is invalid since it is missing names",
            ),
            (
                {"ResourceArns": ["not-an-arn"]},
                "InvalidInput",
                "ResourceNames are not in a valid ARN format: not-an-arn.",
            ),
            (
                {"ResourceArns": ["arn:aws:s3"]},
                "InvalidInput",
                "ResourceNames are not in a valid ARN format: arn:aws:s3.",
            ),
            (
                {"ResourceArns": [A, "*"]},
                "InvalidInput",
                "ResourceNames are not in a valid ARN format: *.",
            ),
            ({"PolicyInputList": ["{"]}, "InvalidInput", "Policy input list item 1 has invalid content"),
            (
                {"PolicyInputList": [policy(GET), policy({**GET, "Principal": "*"})]},
                "InvalidInput",
                "Policy input list item 2 has invalid content",
            ),
            ({"Marker": "not-a-simulation-marker"}, "InvalidInput", "Invalid marker for pagination."),
            ({"Marker": "c2ltdWxhdGlvbg=="}, "InvalidInput", "Invalid marker for pagination."),
            (
                {"MaxItems": 1001},
                "ValidationError",
                violated("maxItems", "Member must have value less than or equal to 1000"),
            ),
            (
                {"MaxItems": 0},
                "ValidationError",
                violated("maxItems", "Member must have value greater than or equal to 1"),
            ),
            (
                {"ActionNames": []},
                "ValidationError",
                violated("actionNames", "Member must not be null"),
            ),
            (
                {"ResourceArns": [A], "ResourceHandlingOption": "EC2-VPC-EBS"},
                "InvalidInput",
                (
                    "Invalid input resource handling options. "
                    "Action does not support resource handling options: "
                    "s3:GetObject. Please refer to the documentation for more details: "
                    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html"
                ),
            ),
            (
                {"PolicyExclusionList": [{"PolicyType": "scp"}]},
                "NotImplemented",
                "The sandbox does not model leaving policies out of a simulation.",
            ),
            (
                {"OrderedOrganizationPolicyInputList": [{"ServiceControlPolicyInputList": [policy(GET)]}]},
                "NotImplemented",
                "The sandbox does not model policies of organisations.",
            ),
        ],
    )
    def test_what_is_refused(self, iam, ada, options, code, message):
        given = {"ActionNames": ["s3:GetObject"], "PolicyInputList": [policy(GET)], **options}
        if "PolicyExclusionList" in options:
            error = refusal(iam.simulate_principal_policy, PolicySourceArn=ada, **given)
        else:
            error = refusal(iam.simulate_custom_policy, **given)
        assert (error.response["Error"]["Code"], error.response["Error"]["Message"]) == (code, message)


class TestContextKeys:
    DOCUMENT = policy(
        {
            **GET,
            "Condition": {"StringEquals": {"aws:PrincipalTag/Team": "a", "s3:prefix": ["${aws:username}"]}},
        },
        {**GET, "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/team, 'none'}/${?}"},
    )

    def test_of_given_policies(self, iam):
        keys = iam.get_context_keys_for_custom_policy(PolicyInputList=[self.DOCUMENT])["ContextKeyNames"]
        assert keys == ["aws:PrincipalTag/Team", "s3:prefix", "aws:username"]

    def test_of_a_policy_that_is_none(self, iam):
        error = refusal(iam.get_context_keys_for_custom_policy, PolicyInputList=["{"])
        assert error.response["Error"]["Message"] == "Policy input list item 1 has invalid content"

    def test_of_a_user_with_a_boundary(self, iam, ada):
        limit = policy({**GET, "Condition": {"Bool": {"aws:SecureTransport": "true"}}})
        boundary = iam.create_policy(PolicyName="limit", PolicyDocument=limit)["Policy"]["Arn"]
        iam.put_user_permissions_boundary(UserName="ada", PermissionsBoundary=boundary)
        iam.put_user_policy(UserName="ada", PolicyName="own", PolicyDocument=self.DOCUMENT)
        keys = iam.get_context_keys_for_principal_policy(PolicySourceArn=ada)["ContextKeyNames"]
        assert set(keys) == {"aws:PrincipalTag/Team", "s3:prefix", "aws:username", "aws:SecureTransport"}


class TestPositions:
    """Lines and columns, of documents that were recorded (above) and shown by AWS."""

    def test_a_statement_without_brackets(self):
        """AWS CLI Command Reference, simulate-custom-policy."""
        document = (
            '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*",'
            '"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}'
        )
        assert spans(document) == (Span(Position(1, 38), Position(1, 167)),)

    def test_a_statement_begins_where_the_one_before_ends(self):
        document = '{"Statement": [ {"Sid": "]"} ,\n {"Sid": "\\""}\n], "Id": "x"}'
        assert spans(document) == (
            Span(Position(1, 16), Position(1, 29)),
            Span(Position(1, 29), Position(2, 15)),
        )

    @pytest.mark.parametrize("document", ["{}", '{"Id": "Statement"}', '{"Statement": []}'])
    def test_no_statements(self, document):
        assert spans(document) == ()
