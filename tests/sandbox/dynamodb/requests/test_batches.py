"""What batches and transactions refuse before they look at a table, and what they make of values."""

from __future__ import annotations

import pytest

from sandbox.dynamodb.requests import check
from tests.sandbox.dynamodb.requests.refused import BAD, PK, refused
from tests.sandbox.dynamodb.requests.test_items import CONDITION, NO_NAMES, NO_VALUES, VALUES

PUT, DELETE = {"PutRequest": {"Item": PK}}, {"DeleteRequest": {"Key": PK}}
TWO_TYPES = (
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
)
TWO_TYPES += "datatypes"


def keys(*values: str) -> dict:
    return {"Keys": [{"pk": {"N": value}} for value in values]}


def many(count: int, start: int = 0) -> dict:
    return keys(*map(str, range(start, start + count)))


BATCHES = [
    ("BatchGetItem", {"users": keys("1", "1.0")}, "Provided list of item keys contains duplicates"),
    (
        "BatchGetItem",
        {"users": {"Keys": [{"a": {"S": "1"}, "b": {"S": "2"}}, {"b": {"S": "2"}, "a": {"S": "1"}}]}},
        "Provided list of item keys contains duplicates",
    ),
    ("BatchGetItem", {"users": keys("1"), "pets": keys("1")}, ""),
    (
        "BatchGetItem",
        {"users": many(60), "pets": many(41)},
        "Too many items requested for the BatchGetItem call",
    ),
    ("BatchGetItem", {"users": many(100)}, ""),
    ("BatchGetItem", {"users": {**keys("1"), "ExpressionAttributeNames": {"#a": "a"}}}, NO_NAMES),
    (
        "BatchGetItem",
        {"users": {**keys("1"), "AttributesToGet": ["a", "a"]}},
        f"{BAD}Duplicate value in attribute name: a",
    ),
    ("BatchWriteItem", {"users": [{**PUT, **DELETE}]}, TWO_TYPES),
    ("BatchWriteItem", {"users": [{}]}, TWO_TYPES),
    (
        "BatchWriteItem",
        {"users": [PUT] * 20, "pets": [PUT] * 6},
        "Too many items requested for the BatchWriteItem call",
    ),
    (
        "BatchWriteItem",
        {"users": [{"PutRequest": {"Item": {"pk": {"SS": ["a", "a"]}}}}]},
        f"{BAD}Input collection [a, a] contains duplicates.",
    ),
    (
        "BatchWriteItem",
        {"users": [{"DeleteRequest": {"Key": {"pk": {"N": "x"}}}}]},
        "The parameter cannot be converted to a numeric value: x",
    ),
]


@pytest.mark.parametrize(("operation", "items", "told"), BATCHES, ids=str)
def test_batches(operation, items, told) -> None:
    assert refused(operation, RequestItems=items) == told


TABLE = {"TableName": "users"}
ACTIONS = [
    ({}, "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"),
    (
        {"Put": {**TABLE, "Item": PK}, "Delete": {**TABLE, "Key": PK}},
        "TransactItems can only contain one of Check, Put, Update or Delete",
    ),
    ({"Put": {**TABLE, "Item": {**PK, "a": {"NS": []}}}}, f"{BAD}An number set  may not be empty"),
    (
        {"Put": {**TABLE, "Item": PK, "ExpressionAttributeValues": VALUES}},
        f"{NO_VALUES}: ConditionExpression is null",
    ),
    ({"ConditionCheck": {**TABLE, "Key": PK, **CONDITION}}, ""),
]


@pytest.mark.parametrize(("action", "told"), ACTIONS, ids=str)
def test_transactions_write(action, told) -> None:
    assert refused("TransactWriteItems", TransactItems=[action]) == told


def test_transactions_read() -> None:
    get = {**TABLE, "Key": PK, "ExpressionAttributeNames": {"#a": "a"}}
    assert refused("TransactGetItems", TransactItems=[{"Get": get}]) == NO_NAMES
    assert refused("TransactGetItems", TransactItems=[{"Get": {**TABLE, "Key": PK}}]) == ""


def test_values_come_back_as_they_are_stored() -> None:
    sent, kept = {"N": "1E1"}, {"N": "10"}
    put = check("PutItem", {**TABLE, "Item": {**PK, "n": sent}})
    assert put["Item"]["n"] == kept
    update = check("UpdateItem", {**TABLE, "Key": {"pk": sent}, "UpdateExpression": "REMOVE a"})
    assert update["Key"] == {"pk": kept}
    scan = check("Scan", {**TABLE, "ExclusiveStartKey": {"pk": sent}})
    assert scan["ExclusiveStartKey"] == {"pk": kept}
    batch = check("BatchWriteItem", {"RequestItems": {"users": [{"PutRequest": {"Item": {"pk": sent}}}]}})
    assert batch["RequestItems"]["users"][0]["PutRequest"]["Item"] == {"pk": kept}


def test_the_request_that_was_sent_is_left_as_it_is() -> None:
    parameters = {"RequestItems": {"users": {"Keys": [{"pk": {"N": "01"}}]}}}
    check("BatchGetItem", parameters)
    assert parameters == {"RequestItems": {"users": {"Keys": [{"pk": {"N": "01"}}]}}}
