"""What calls of CloudWatch Logs and Systems Manager ask for.

Sources: CloudWatch Logs User Guide, *Overview of managing access permissions*; AWS's refusals;
Systems Manager User Guide, *Restricting access to Parameter Store parameters using IAM policies*.
"""

from __future__ import annotations

import pytest

from sandbox.iam.actions import asks

REGION, ACCOUNT = "us-east-1", "111111111111"
ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}:"
GROUP = {"logGroupName": "/aws/lambda/hello"}
BARE = "log-group:/aws/lambda/hello"
STREAM = {**GROUP, "logStreamName": "2026/11/22/[$LATEST]ab"}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deliver"
ELSEWHERE = "arn:aws:logs:eu-west-1:222222222222:log-group:x"


def found(service, operation, parameters):
    return asks(service, operation, parameters, REGION, ACCOUNT)


ROWS = [
    ("CreateLogGroup", GROUP, [f"logs:CreateLogGroup {BARE}:log-stream:"]),
    (
        "CreateLogGroup",
        {**GROUP, "tags": {"a": "b"}},
        [f"logs:CreateLogGroup {BARE}:log-stream:", f"logs:TagResource {BARE}"],
    ),
    ("DeleteLogGroup", GROUP, [f"logs:DeleteLogGroup {BARE}:log-stream:"]),
    ("PutRetentionPolicy", GROUP, [f"logs:PutRetentionPolicy {BARE}:log-stream:"]),
    ("DescribeLogGroups", {}, ["logs:DescribeLogGroups log-group::log-stream:"]),
    ("DescribeLogGroups", {"logGroupNamePrefix": "/aws"}, ["logs:DescribeLogGroups log-group::log-stream:"]),
    ("DescribeLogStreams", GROUP, [f"logs:DescribeLogStreams {BARE}:log-stream:"]),
    (
        "DescribeLogStreams",
        {"logGroupIdentifier": f"{ELSEWHERE}:*"},
        [f"logs:DescribeLogStreams {ELSEWHERE}:log-stream:"],
    ),
    ("CreateLogStream", STREAM, [f"logs:CreateLogStream {BARE}:log-stream:2026/11/22/[$LATEST]ab"]),
    ("PutLogEvents", STREAM, [f"logs:PutLogEvents {BARE}:log-stream:2026/11/22/[$LATEST]ab"]),
    ("GetLogEvents", STREAM, [f"logs:GetLogEvents {BARE}:log-stream:2026/11/22/[$LATEST]ab"]),
    ("FilterLogEvents", GROUP, [f"logs:FilterLogEvents {BARE}:log-stream:"]),
    (
        "StartQuery",
        {"logGroupNames": ["a", "b"]},
        ["logs:StartQuery log-group:a:log-stream:", "logs:StartQuery log-group:b:log-stream:"],
    ),
    ("StartQuery", {"logGroupIdentifiers": [ELSEWHERE]}, [f"logs:StartQuery {ELSEWHERE}:log-stream:"]),
    ("StartQuery", {"queryString": "SOURCE …"}, ["logs:StartQuery log-group::log-stream:"]),
    ("GetQueryResults", {"queryId": "q"}, ["logs:GetQueryResults log-group::log-stream:"]),
    ("TagResource", {"resourceArn": ELSEWHERE}, [f"logs:TagResource {ELSEWHERE}"]),
    ("ListTagsForResource", {"resourceArn": f"{ELSEWHERE}:*"}, [f"logs:ListTagsForResource {ELSEWHERE}"]),
    ("PutSubscriptionFilter", GROUP, [f"logs:PutSubscriptionFilter {BARE}:log-stream:"]),
    (
        "PutSubscriptionFilter",
        {**GROUP, "destinationArn": f"{ARN}destination:d", "roleArn": ROLE},
        [
            f"logs:PutSubscriptionFilter {BARE}:log-stream:",
            "logs:PutSubscriptionFilter destination:d",
            f"iam:PassRole {ROLE}",
        ],
    ),
    (
        "PutDestination",
        {"destinationName": "d", "roleArn": ROLE},
        ["logs:PutDestination destination:d", f"iam:PassRole {ROLE}"],
    ),
    ("GetDeliverySource", {"name": "s"}, ["logs:GetDeliverySource delivery-source:s"]),
    (
        "CreateDelivery",
        {"deliverySourceName": "s", "deliveryDestinationArn": f"{ARN}delivery-destination:d"},
        [
            "logs:CreateDelivery delivery-source:s",
            "logs:CreateDelivery delivery-destination:d",
            "logs:CreateDelivery delivery:*",
        ],
    ),
    ("DescribeResourcePolicies", {}, ["logs:DescribeResourcePolicies *"]),
]


@pytest.mark.parametrize(("operation", "parameters", "expected"), ROWS)
def test_what_logs_asks_for(operation, parameters, expected):
    asked = found("logs", operation, parameters)
    assert [f"{a.action} {a.resource.removeprefix(ARN)}" for a in asked] == expected


def test_tags_to_take_away_are_a_list_of_keys():
    (ask,) = found("logs", "UntagLogGroup", {**GROUP, "tags": ["a", "b"]})
    assert dict(ask.context) == {"aws:tagkeys": ("a", "b")}


SSM = f"arn:aws:ssm:{REGION}:{ACCOUNT}:"
PARAMETERS = [
    ("GetParameter", {"Name": "/app/url"}, ["ssm:GetParameter parameter/app/url"]),
    ("GetParameter", {"Name": "url"}, ["ssm:GetParameter parameter/url"]),
    ("GetParameter", {"Name": "/app/url:3"}, ["ssm:GetParameter parameter/app/url"]),
    ("GetParameter", {"Name": f"{SSM}parameter/app/url:3"}, ["ssm:GetParameter parameter/app/url"]),
    (
        "GetParameters",
        {"Names": ["/a", "b"]},
        ["ssm:GetParameters parameter/a", "ssm:GetParameters parameter/b"],
    ),
    ("DeleteParameters", {"Names": ["/a"]}, ["ssm:DeleteParameters parameter/a"]),
    ("GetParametersByPath", {"Path": "/app/"}, ["ssm:GetParametersByPath parameter/app/"]),
    ("PutParameter", {"Name": "/app/url"}, ["ssm:PutParameter parameter/app/url"]),
    (
        "PutParameter",
        {"Name": "/a", "Tags": [{"Key": "k", "Value": "v"}]},
        ["ssm:PutParameter parameter/a", "ssm:AddTagsToResource parameter/a"],
    ),
    ("DescribeParameters", {}, ["ssm:DescribeParameters *"]),
    (
        "AddTagsToResource",
        {"ResourceType": "Parameter", "ResourceId": "/a"},
        ["ssm:AddTagsToResource parameter/a"],
    ),
    (
        "ListTagsForResource",
        {"ResourceType": "MaintenanceWindow", "ResourceId": "mw-1"},
        ["ssm:ListTagsForResource maintenancewindow/mw-1"],
    ),
    ("GetDocument", {"Name": "doc"}, ["ssm:GetDocument document/doc"]),
    (
        "SendCommand",
        {"DocumentName": "doc", "InstanceIds": ["i-1"]},
        ["ssm:SendCommand document/doc", f"ssm:SendCommand arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-1"],
    ),
]


@pytest.mark.parametrize(("operation", "parameters", "expected"), PARAMETERS)
def test_what_systems_manager_asks_for(operation, parameters, expected):
    asked = found("ssm", operation, parameters)
    assert [f"{a.action} {a.resource.removeprefix(SSM)}" for a in asked] == expected


@pytest.mark.parametrize(
    ("operation", "parameters", "key", "expected"),
    [
        ("GetParametersByPath", {"Path": "/", "Recursive": True}, "ssm:recursive", ("true",)),
        ("GetParametersByPath", {"Path": "/"}, "ssm:recursive", ("false",)),
        ("PutParameter", {"Name": "a", "Overwrite": True}, "ssm:overwrite", ("true",)),
        ("PutParameter", {"Name": "a", "Policies": "[]"}, "ssm:policies", ("[]",)),
    ],
)
def test_condition_keys_of_parameters(operation, parameters, key, expected):
    assert found("ssm", operation, parameters)[0].context[key] == expected
