"""Every operation of CloudWatch Logs works, or is refused by its name; none only seems to work."""

from __future__ import annotations

import pytest
from botocore.config import Config

from sandbox.backend import protocols
from tests.sandbox.logs.conftest import GROUP, STREAM, now
from tests.sandbox.refusals import refusal, told

OPERATIONS = frozenset(protocols.service_model("logs").operation_names)
ARN = "arn:aws:logs:us-east-1:{account}:log-group:" + GROUP

# In an order in which each finds what the others leave.
WORKING = {
    "CreateLogGroup": {"logGroupName": "made"},
    "CreateLogStream": {"logGroupName": "made", "logStreamName": "s"},
    "PutLogEvents": {**STREAM, "logEvents": [{"timestamp": 0, "message": "ERROR"}]},
    "GetLogEvents": STREAM,
    "FilterLogEvents": {"logGroupName": GROUP},
    "TestMetricFilter": {"filterPattern": "ERROR", "logEventMessages": ["ERROR"]},
    "DescribeLogGroups": {},
    "DescribeLogStreams": {"logGroupName": GROUP},
    "ListLogGroups": {},
    "PutRetentionPolicy": {"logGroupName": GROUP, "retentionInDays": 7},
    "DeleteRetentionPolicy": {"logGroupName": GROUP},
    "TagLogGroup": {"logGroupName": GROUP, "tags": {"a": "b"}},
    "ListTagsLogGroup": {"logGroupName": GROUP},
    "UntagLogGroup": {"logGroupName": GROUP, "tags": ["a"]},
    "TagResource": {"resourceArn": ARN, "tags": {"a": "b"}},
    "ListTagsForResource": {"resourceArn": ARN},
    "UntagResource": {"resourceArn": ARN, "tagKeys": ["a"]},
    "DeleteLogStream": {"logGroupName": "made", "logStreamName": "s"},
    "DeleteLogGroup": {"logGroupName": "made"},
}

SHOWS = {
    "GetLogEvents": "events",
    "FilterLogEvents": "events",
    "TestMetricFilter": "matches",
    "DescribeLogGroups": "logGroups",
    "DescribeLogStreams": "logStreams",
    "ListLogGroups": "logGroups",
    "ListTagsLogGroup": "tags",
    "ListTagsForResource": "tags",
}


def test_what_works(logs, account):
    for name, given in WORKING.items():
        parameters = dict(given)
        if "resourceArn" in given:
            parameters["resourceArn"] = ARN.format(account=account)
        if name == "PutLogEvents":
            parameters["logEvents"] = [{"timestamp": now(), "message": "ERROR"}]
        answer = logs._make_api_call(name, parameters)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200, name
        assert name not in SHOWS or answer[SHOWS[name]], name


def test_what_is_not_modelled(client):
    made = client("logs", config=Config(parameter_validation=False, inject_host_prefix=False))
    others = sorted(OPERATIONS - set(WORKING))
    answers = {
        name: told(refusal(made._make_api_call, operation_name=name, api_params={})) for name in others
    }
    assert len(others) > 90
    for name, (status, code, text) in answers.items():
        assert (status, code) == (501, "NotImplemented"), name
        assert text.startswith("The sandbox does not model "), name
        assert name in text


@pytest.mark.parametrize(
    ("operation", "parameters", "named"),
    [
        ("create_log_group", {"kmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/a"}, "kmsKeyId"),
        ("create_log_group", {"deletionProtectionEnabled": True}, "deletionProtectionEnabled"),
        ("create_log_group", {"logGroupClass": "INFREQUENT_ACCESS"}, "INFREQUENT_ACCESS"),
        ("describe_log_groups", {"includeLinkedAccounts": True}, "includeLinkedAccounts"),
    ],
)
def test_parameters_that_are_not_modelled(logs, operation, parameters, named):
    name = {"logGroupName": "new"} if operation.startswith("create") else {}
    status, code, text = told(refusal(getattr(logs, operation), **name, **parameters))
    assert (status, code) == (501, "NotImplemented")
    assert named in text
