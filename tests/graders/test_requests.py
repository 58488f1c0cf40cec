"""What requests say: which reads may be stale, which writes take place whatever is stored."""

from __future__ import annotations

import pytest

from tests.labs.dynamodb.requests import eventually_consistent, scans_without_limit, unconditional_write
from workshop.checking.code import SdkRequest

STRONG, WEAK = {"ConsistentRead": True}, {}
CONDITION = {"ConditionExpression": "attribute_not_exists(userId)"}


def in_transaction(*steps):
    return {"TransactItems": [{kind: parameters} for kind, parameters in steps]}


@pytest.mark.parametrize(
    ("operation", "parameters", "stale"),
    [
        ("GetItem", STRONG, False),
        ("GetItem", WEAK, True),
        ("GetItem", {"ConsistentRead": False}, True),
        ("Query", STRONG, False),
        ("Query", WEAK, True),
        ("ExecuteStatement", STRONG, False),
        ("ExecuteStatement", WEAK, True),
        ("BatchGetItem", {"RequestItems": {"users": STRONG}}, False),
        ("BatchGetItem", {"RequestItems": {"users": WEAK}}, True),
        ("TransactGetItems", {}, False),
        ("ExecuteTransaction", {}, False),
        ("UpdateItem", {}, False),
    ],
)
def test_reads_that_may_be_stale(operation, parameters, stale):
    request = SdkRequest(operation, parameters)
    assert eventually_consistent([SdkRequest("DescribeTable", {}), request]) == (request if stale else None)


@pytest.mark.parametrize(
    ("operation", "parameters", "unconditional"),
    [
        ("PutItem", CONDITION, False),
        ("PutItem", {"Expected": {"userId": {"Exists": False}}}, False),
        ("PutItem", {}, True),
        ("UpdateItem", CONDITION, False),
        ("UpdateItem", {}, True),
        ("BatchWriteItem", {}, True),
        ("TransactWriteItems", in_transaction(("Put", CONDITION)), False),
        ("TransactWriteItems", in_transaction(("ConditionCheck", CONDITION), ("Update", {})), False),
        ("TransactWriteItems", in_transaction(("Put", {})), True),
        ("ExecuteStatement", {"Statement": "INSERT INTO users VALUE {'userId': ?}"}, False),
        ("GetItem", {}, False),
    ],
)
def test_writes_that_take_place_whatever_is_stored(operation, parameters, unconditional):
    request = SdkRequest(operation, parameters)
    assert unconditional_write([request]) == (request if unconditional else None)


def test_scans_without_limit_are_counted():
    sent = [SdkRequest("Scan", {}), SdkRequest("Scan", {"Limit": 2}), SdkRequest("Query", {})]
    assert scans_without_limit(sent) == 1
