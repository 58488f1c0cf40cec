"""What UpdateTable and the operations on tags refuse before they look at a table."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.dynamodb.requests.refused import BAD, ONE, refused
from tests.sandbox.dynamodb.requests.test_tables import (
    NO_UNITS,
    ON_DEMAND,
    PROVISIONED,
    UNITS,
    defined,
    index,
)


def changes(*updates: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"GlobalSecondaryIndexUpdates": list(updates), **more}


DELETE = {"Delete": {"IndexName": "byB"}}
CREATE = {"Create": index("byB", "b")}
AT_LEAST = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
    "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, "
    "MultiRegionConsistency, "
    "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required"
)
STREAM = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
UPDATES = {
    "nothing": ({}, AT_LEAST),
    "definitions only": ({"AttributeDefinitions": defined("a")}, AT_LEAST),
    "on demand with units": ({**ON_DEMAND, "ProvisionedThroughput": UNITS}, NO_UNITS),
    "provisioned without units": (
        PROVISIONED,
        f"{BAD}ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
    ),
    "the class and more": (
        {"TableClass": "STANDARD", "DeletionProtectionEnabled": True},
        f"{BAD}TableClass modification must be the only operation in the request",
    ),
    "protection and more": (
        {"DeletionProtectionEnabled": True, "ProvisionedThroughput": UNITS},
        f"{BAD}DeletionProtection modification must be the only operation in the request",
    ),
    "protection": ({"DeletionProtectionEnabled": True}, ""),
    "a stream and units": (
        {"StreamSpecification": STREAM, "ProvisionedThroughput": UNITS},
        f"{BAD}You cannot modify stream status while updating table IOPS",
    ),
    "a stream without view": (
        {"StreamSpecification": {"StreamEnabled": True}},
        f"{BAD}If stream is being enabled then UpdateViewType is required",
    ),
    "no stream with view": (
        {"StreamSpecification": {**STREAM, "StreamEnabled": False}},
        f"{BAD}If stream is being disabled, then UpdateViewType must not be specified",
    ),
    "no index": (changes(), f"{BAD}List of GlobalSecondaryIndexUpdates is empty"),
    "an index without action": (
        changes({}),
        (
            f"{BAD}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
            "GlobalSecondaryIndexUpdate.Delete must not be null"
        ),
    ),
    "an index with two actions": (
        changes({**CREATE, **DELETE}),
        f"{BAD}Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object",
    ),
    "an index twice": (
        changes(DELETE, DELETE),
        f"{BAD}Only one global secondary index update per index is allowed simultaneously. Index: byB",
    ),
    "a new index without definitions": (
        changes(CREATE),
        f"{BAD}AttributeDefinitions is not specified for index: byB",
    ),
    "a new index with others' definitions": (
        changes(CREATE, AttributeDefinitions=defined("a")),
        (
            f"{BAD}Some index key attributes are not defined in AttributeDefinitions. "
            "Keys: [b], AttributeDefinitions: [a]"
        ),
    ),
    "a new index": (changes(CREATE, AttributeDefinitions=defined("b")), ""),
    "an index and units": (
        changes(DELETE, ProvisionedThroughput=UNITS),
        f"{BAD}You cannot create or delete index while updating table IOPS",
    ),
    "an index and a stream": (
        changes(DELETE, StreamSpecification=STREAM),
        f"{BAD}You cannot create or delete index while changing stream status",
    ),
    "units of an index": (
        changes(
            {"Update": {"IndexName": "byB", "ProvisionedThroughput": UNITS}}, ProvisionedThroughput=UNITS
        ),
        "",
    ),
}


@pytest.mark.parametrize("what", UPDATES)
def test_update_table(what) -> None:
    parameters, told = UPDATES[what]
    assert refused("UpdateTable", TableName="users", **parameters) == told


ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/users"
TAG = {"Key": "team", "Value": "blue"}
NULL = "failed to satisfy constraint: Member must not be null"
TAGS = {
    "no ARN": ("TagResource", {"Tags": [TAG]}, "Invalid TableArn"),
    "no ARN at all": (
        "TagResource",
        {"ResourceArn": "not-a-valid-arn", "Tags": [TAG]},
        f"{BAD}ARNs must start with 'arn:': not-a-valid-arn",
    ),
    "another ARN": (
        "ListTagsOfResource",
        {"ResourceArn": f"{ARN}/x"},
        f"Invalid TableArn: Invalid ResourceArn provided as input {ARN}/x",
    ),
    "a table": ("ListTagsOfResource", {"ResourceArn": ARN}, ""),
    "null": ("TagResource", {"ResourceArn": ARN}, f"{ONE}Value null at 'tags' {NULL}"),
    "none": (
        "TagResource",
        {"ResourceArn": ARN, "Tags": []},
        "Atleast one Tag needs to be provided as Input.",
    ),
    "no keys": (
        "UntagResource",
        {"ResourceArn": ARN, "TagKeys": []},
        "Atleast one Tag Key needs to be provided as Input.",
    ),
    "null keys": ("UntagResource", {"ResourceArn": ARN}, f"{ONE}Value null at 'tagKeys' {NULL}"),
    "a key twice": (
        "TagResource",
        {"ResourceArn": ARN, "Tags": [TAG, TAG]},
        "Duplicate Tag Keys provided as input: Duplicate Tag Key found team",
    ),
    "an empty key": (
        "TagResource",
        {"ResourceArn": ARN, "Tags": [{"Key": "", "Value": "a"}]},
        "The Tag Key provided is invalid, Key: ",
    ),
    "no value": (
        "TagResource",
        {"ResourceArn": ARN, "Tags": [{"Key": "a"}]},
        "The Tag Value provided is invalid, Value: null",
    ),
    "AWS's key": (
        "TagResource",
        {"ResourceArn": ARN, "Tags": [{"Key": "aws:a", "Value": "b"}]},
        "Tag Key cannot be prefixed with aws:, Key: aws:a",
    ),
    "tags": ("TagResource", {"ResourceArn": ARN, "Tags": [TAG, {"Key": "a", "Value": ""}]}, ""),
}


@pytest.mark.parametrize("what", TAGS)
def test_tags(what) -> None:
    operation, parameters, told = TAGS[what]
    assert refused(operation, **parameters) == told
