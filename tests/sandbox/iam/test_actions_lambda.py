"""What calls of Lambda ask for.

Source: Lambda Developer Guide, *Resources and conditions for Lambda actions*.
"""

from __future__ import annotations

import pytest

from sandbox.iam.actions import NothingKnown, asks

REGION, ACCOUNT = "us-east-1", "111111111111"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/hello-role"
LAYER = "arn:aws:lambda:us-east-1:333333333333:layer:tools:4"
ELSEWHERE = "arn:aws:lambda:eu-west-1:222222222222:function:hello"
HELLO = {"FunctionName": "hello"}


def found(operation, parameters, lookup=None):
    return asks("lambda", operation, parameters, REGION, ACCOUNT, lookup=lookup or NothingKnown())


ROWS = [
    ("Invoke", HELLO, ["lambda:InvokeFunction function:hello"]),
    ("Invoke", {**HELLO, "Qualifier": "live"}, ["lambda:InvokeFunction function:hello:live"]),
    ("Invoke", {**HELLO, "Qualifier": "$LATEST"}, ["lambda:InvokeFunction function:hello:$LATEST"]),
    ("Invoke", {"FunctionName": "hello:3"}, ["lambda:InvokeFunction function:hello:3"]),
    ("Invoke", {"FunctionName": "hello:3", "Qualifier": "3"}, ["lambda:InvokeFunction function:hello:3"]),
    ("Invoke", {"FunctionName": ELSEWHERE}, [f"lambda:InvokeFunction {ELSEWHERE}"]),
    ("Invoke", {"FunctionName": ELSEWHERE, "Qualifier": "1"}, [f"lambda:InvokeFunction {ELSEWHERE}:1"]),
    ("Invoke", {"FunctionName": f"{ACCOUNT}:function:hello:2"}, ["lambda:InvokeFunction function:hello:2"]),
    ("Invoke", {"FunctionName": "function:hello"}, ["lambda:InvokeFunction function:hello"]),
    ("InvokeAsync", HELLO, ["lambda:InvokeFunction function:hello"]),
    ("InvokeWithResponseStream", HELLO, ["lambda:InvokeFunction function:hello"]),
    ("GetFunction", HELLO, ["lambda:GetFunction function:hello"]),
    ("GetFunction", {"FunctionName": f"{ELSEWHERE}:7"}, [f"lambda:GetFunction {ELSEWHERE}"]),
    (
        "GetFunctionConfiguration",
        {**HELLO, "Qualifier": "1"},
        ["lambda:GetFunctionConfiguration function:hello"],
    ),
    ("DeleteFunction", HELLO, ["lambda:DeleteFunction function:hello"]),
    ("ListFunctions", {}, ["lambda:ListFunctions *"]),
    ("PublishVersion", HELLO, ["lambda:PublishVersion function:hello"]),
    ("CreateAlias", {**HELLO, "Name": "live"}, ["lambda:CreateAlias function:hello"]),
    ("AddPermission", {**HELLO, "Qualifier": "live"}, ["lambda:AddPermission function:hello:live"]),
    ("RemovePermission", HELLO, ["lambda:RemovePermission function:hello"]),
    ("GetPolicy", HELLO, ["lambda:GetPolicy function:hello"]),
    ("PutFunctionConcurrency", HELLO, ["lambda:PutFunctionConcurrency function:hello"]),
    (
        "PutProvisionedConcurrencyConfig",
        {**HELLO, "Qualifier": "live"},
        ["lambda:PutProvisionedConcurrencyConfig function:hello:live"],
    ),
    (
        "CreateFunction",
        {**HELLO, "Role": ROLE},
        ["lambda:CreateFunction function:hello", f"iam:PassRole {ROLE}"],
    ),
    (
        "CreateFunction",
        {
            **HELLO,
            "Role": ROLE,
            "Layers": [LAYER],
            "Code": {"S3Bucket": "b", "S3Key": "k"},
            "Tags": {"a": "b"},
        },
        [
            "lambda:CreateFunction function:hello",
            f"iam:PassRole {ROLE}",
            f"lambda:GetLayerVersion {LAYER}",
            "s3:GetObject arn:aws:s3:::b/k",
            "lambda:TagResource function:hello",
        ],
    ),
    ("UpdateFunctionConfiguration", HELLO, ["lambda:UpdateFunctionConfiguration function:hello"]),
    (
        "UpdateFunctionConfiguration",
        {**HELLO, "Role": ROLE},
        ["lambda:UpdateFunctionConfiguration function:hello", f"iam:PassRole {ROLE}"],
    ),
    ("UpdateFunctionCode", {**HELLO, "ZipFile": b""}, ["lambda:UpdateFunctionCode function:hello"]),
    (
        "UpdateFunctionCode",
        {**HELLO, "S3Bucket": "b", "S3Key": "k", "S3ObjectVersion": "1"},
        ["lambda:UpdateFunctionCode function:hello", "s3:GetObjectVersion arn:aws:s3:::b/k"],
    ),
    ("CreateEventSourceMapping", HELLO, ["lambda:CreateEventSourceMapping *"]),
    ("ListEventSourceMappings", {}, ["lambda:ListEventSourceMappings *"]),
    ("DeleteEventSourceMapping", {"UUID": "u1"}, ["lambda:DeleteEventSourceMapping event-source-mapping:u1"]),
    ("PublishLayerVersion", {"LayerName": "tools"}, ["lambda:PublishLayerVersion layer:tools"]),
    (
        "GetLayerVersion",
        {"LayerName": "tools", "VersionNumber": 4},
        ["lambda:GetLayerVersion layer:tools:4"],
    ),
    ("GetLayerVersionByArn", {"Arn": LAYER}, [f"lambda:GetLayerVersion {LAYER}"]),
    ("TagResource", {"Resource": ELSEWHERE, "Tags": {"a": "b"}}, [f"lambda:TagResource {ELSEWHERE}"]),
]


@pytest.mark.parametrize(("operation", "parameters", "expected"), ROWS)
def test_what_a_call_asks_for(operation, parameters, expected):
    assert [f"{a.action} {a.resource.removeprefix(ARN)}" for a in found(operation, parameters)] == expected


def test_a_role_is_passed_to_lambda():
    passed = found("CreateFunction", {**HELLO, "Role": ROLE})[1]
    assert dict(passed.context) == {"iam:passedtoservice": ("lambda.amazonaws.com",)}


KEYS = [
    ("CreateFunction", {"Layers": [LAYER]}, "lambda:layer", (LAYER,)),
    ("CreateFunction", {"Tags": {"Team": "a"}}, "aws:requesttag/team", ("a",)),
    ("CreateFunction", {"VpcConfig": {"SubnetIds": ["s1"]}}, "lambda:subnetids", ("s1",)),
    ("CreateFunction", {"CodeSigningConfigArn": "c"}, "lambda:codesigningconfigarn", ("c",)),
    ("AddPermission", {"Principal": "sns.amazonaws.com"}, "lambda:principal", ("sns.amazonaws.com",)),
    ("CreateFunctionUrlConfig", {"AuthType": "NONE"}, "lambda:functionurlauthtype", ("NONE",)),
    ("CreateFunctionUrlConfig", {"AuthType": "NONE"}, "lambda:functionarn", (f"{ARN}function:hello",)),
    ("CreateEventSourceMapping", {}, "lambda:functionarn", (f"{ARN}function:hello",)),
    ("UntagResource", {"TagKeys": ["a", "b"]}, "aws:tagkeys", ("a", "b")),
]


@pytest.mark.parametrize(("operation", "parameters", "key", "expected"), KEYS)
def test_condition_keys(operation, parameters, key, expected):
    assert found(operation, {**HELLO, **parameters})[0].context[key] == expected


def test_the_function_of_a_mapping_is_looked_up():
    class Known(NothingKnown):
        def function_of(self, mapping_arn):
            return ELSEWHERE if mapping_arn == f"{ARN}event-source-mapping:u1" else ""

    (ask,) = found("DeleteEventSourceMapping", {"UUID": "u1"}, Known())
    assert ask.context["lambda:functionarn"] == (ELSEWHERE,)
    (ask,) = found("DeleteEventSourceMapping", {"UUID": "u2"}, Known())
    assert "lambda:functionarn" not in ask.context
