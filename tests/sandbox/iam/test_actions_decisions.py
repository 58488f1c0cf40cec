"""Policies as AWS's guides print them, put to the asks of real calls.

Sources: DynamoDB Developer Guide, *Using IAM policy conditions for fine-grained access control*, *Using IAM
with DynamoDB transactions*, *IAM security policies with PartiQL for DynamoDB*; CloudWatch Logs User Guide.
"""

from __future__ import annotations

import pytest

from sandbox.iam.actions import NothingKnown, asks
from sandbox.iam.evaluate import Policies, Request, evaluate
from sandbox.iam.policy import parse
from sandbox.iam.principal import Principal

REGION, ACCOUNT = "us-west-2", "123456789012"
ADA = Principal("user", f"arn:aws:iam::{ACCOUNT}:user/ada", ACCOUNT)
SCORES = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/GameScores"


class Known(NothingKnown):
    """The table GameScores and its partition key."""

    def key_name(self, arn):
        return "UserId"


def allowed(statements, service, operation, parameters):
    """Whether every ask of a call is allowed by these statements."""
    policy = parse({"Version": "2012-10-17", "Statement": statements})
    found = asks(service, operation, parameters, REGION, ACCOUNT, lookup=Known())
    decisions = [
        evaluate(
            Request(ADA, ask.action, ask.resource, {**ask.context, "aws:username": ("ada",)}),
            Policies((policy,)),
        )
        for ask in found
    ]
    return all(decision.allowed for decision in decisions)


def statement(actions, resource, condition=None, effect="Allow"):
    return {"Effect": effect, "Action": actions, "Resource": resource, "Condition": condition or {}}


OWN_ITEMS = statement(
    [
        "dynamodb:GetItem",
        "dynamodb:BatchGetItem",
        "dynamodb:Query",
        "dynamodb:PutItem",
        "dynamodb:BatchWriteItem",
    ],
    SCORES,
    {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}},
)
TABLE = {"TableName": "GameScores"}


def key(user):
    return {"UserId": {"S": user}, "GameTitle": {"S": "chess"}}


def query(user):
    return {
        **TABLE,
        "KeyConditionExpression": "UserId = :u",
        "ExpressionAttributeValues": {":u": {"S": user}},
    }


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        ("GetItem", {**TABLE, "Key": key("ada")}, True),
        ("GetItem", {**TABLE, "Key": key("bo")}, False),
        ("PutItem", {**TABLE, "Item": {**key("bo"), "Wins": {"N": "1"}}}, False),
        ("Query", query("ada"), True),
        ("Query", query("bo"), False),
        ("Query", {**query("ada"), "IndexName": "byTitle"}, False),
        ("Scan", TABLE, False),
        ("BatchGetItem", {"RequestItems": {"GameScores": {"Keys": [key("ada"), key("bo")]}}}, False),
        ("BatchWriteItem", {"RequestItems": {"GameScores": [{"PutRequest": {"Item": key("ada")}}]}}, True),
    ],
)
def test_only_items_with_a_specific_partition_key(operation, parameters, expected):
    assert allowed([OWN_ITEMS], "dynamodb", operation, parameters) is expected


TWO_ATTRIBUTES = statement(
    ["dynamodb:UpdateItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"],
    SCORES,
    {
        "ForAllValues:StringEquals": {"dynamodb:Attributes": ["UserId", "TopScore"]},
        "StringEqualsIfExists": {
            "dynamodb:Select": "SPECIFIC_ATTRIBUTES",
            "dynamodb:ReturnValues": ["NONE", "UPDATED_OLD", "UPDATED_NEW"],
        },
    },
)
UPDATE = {**TABLE, "Key": {"UserId": {"S": "ada"}}, "ExpressionAttributeNames": {"#w": "Wins"}}


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        ("GetItem", {**TABLE, "Key": {"UserId": {"S": "a"}}, "ProjectionExpression": "TopScore"}, True),
        ("GetItem", {**TABLE, "Key": {"UserId": {"S": "a"}}, "ProjectionExpression": "Wins"}, False),
        ("GetItem", {**TABLE, "Key": {"UserId": {"S": "a"}}}, False),
        ("UpdateItem", {**UPDATE, "UpdateExpression": "SET TopScore = :s"}, True),
        ("UpdateItem", {**UPDATE, "UpdateExpression": "SET #w = :s"}, False),
        ("UpdateItem", {**UPDATE, "UpdateExpression": "SET TopScore = :s", "ReturnValues": "ALL_NEW"}, False),
        ("Scan", {**TABLE, "ProjectionExpression": "UserId", "FilterExpression": "Wins > :w"}, False),
    ],
)
def test_only_specific_attributes(operation, parameters, expected):
    assert allowed([TWO_ATTRIBUTES], "dynamodb", operation, parameters) is expected


def test_only_in_transactions():
    only = statement(
        "dynamodb:PutItem",
        SCORES,
        {"ForAnyValue:StringEquals": {"dynamodb:EnclosingOperation": ["TransactWriteItems"]}},
    )
    put = {**TABLE, "Item": key("ada")}
    assert allowed([only], "dynamodb", "TransactWriteItems", {"TransactItems": [{"Put": put}]})
    assert not allowed([only], "dynamodb", "PutItem", put)


def test_no_full_table_scan_by_partiql():
    statements = [
        statement(
            "dynamodb:PartiQLSelect", SCORES, {"Bool": {"dynamodb:FullTableScan": ["true"]}}, effect="Deny"
        ),
        statement("dynamodb:PartiQLSelect", SCORES),
    ]
    by_key = {"Statement": "SELECT * FROM GameScores WHERE UserId = 'ada'"}
    assert allowed(statements, "dynamodb", "ExecuteStatement", by_key)
    assert not allowed(statements, "dynamodb", "ExecuteStatement", {"Statement": "SELECT * FROM GameScores"})


@pytest.mark.parametrize(("ending", "expected"), [("", False), (":*", True)])
def test_a_log_group_in_a_policy_ends_in_colon_star(ending, expected):
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/hello{ending}"
    assert (
        allowed([statement("logs:*", group)], "logs", "CreateLogGroup", {"logGroupName": "/aws/lambda/hello"})
        is expected
    )


@pytest.mark.parametrize(
    ("service", "expected"), [("lambda.amazonaws.com", True), ("ec2.amazonaws.com", False)]
)
def test_a_role_may_be_passed_to_one_service(service, expected):
    statements = [
        statement("lambda:CreateFunction", "*"),
        statement("iam:PassRole", "*", {"StringEquals": {"iam:PassedToService": service}}),
    ]
    create = {"FunctionName": "hello", "Role": f"arn:aws:iam::{ACCOUNT}:role/r"}
    assert allowed(statements, "lambda", "CreateFunction", create) is expected


@pytest.mark.parametrize(
    ("resource", "qualifier", "expected"),
    [("hello", "", True), ("hello", "live", False), ("hello:*", "live", True), ("hello:*", "", False)],
)
def test_a_plain_function_and_its_versions_are_two_resources(resource, qualifier, expected):
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{resource}"
    call = {"FunctionName": "hello", "Qualifier": qualifier} if qualifier else {"FunctionName": "hello"}
    assert allowed([statement("lambda:InvokeFunction", arn)], "lambda", "Invoke", call) is expected


def test_an_s3_prefix():
    only = statement(
        "s3:ListBucket", "arn:aws:s3:::lab", {"StringLike": {"s3:prefix": ["${aws:username}/*"]}}
    )
    assert allowed([only], "s3", "ListObjectsV2", {"Bucket": "lab", "Prefix": "ada/x"})
    assert not allowed([only], "s3", "ListObjectsV2", {"Bucket": "lab", "Prefix": "bo/"})
    assert not allowed([only], "s3", "ListObjectsV2", {"Bucket": "lab"})


def test_identity_needs_no_permission():
    assert allowed([], "sts", "GetCallerIdentity", {})
