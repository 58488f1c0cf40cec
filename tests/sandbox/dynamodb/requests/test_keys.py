"""Keys, items and updates beside a table's definition."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.dynamodb.model import Definition, Index, KeySchema, Throughput
from sandbox.dynamodb.requests import (
    check_against_table,
    check_index_keys,
    check_item_keys,
    check_key,
    check_start_key,
)
from tests.sandbox.dynamodb.requests.refused import BAD, message

NO_MATCH = "The provided key element does not match the schema"
BAD_START = "The provided starting key is invalid"
EMPTY = (
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
    "contain an empty"
)
TYPES = {"pk": "S", "sk": "N", "email": "S", "photo": "B"}
BY_EMAIL = Index(
    "byEmail", KeySchema("email", None, TYPES), True, frozenset(("pk", "sk", "email")), Throughput(2, 2)
)
BY_PHOTO = Index("byPhoto", KeySchema("pk", "photo", TYPES), False, None)


def definition(throughput: Throughput | None, *indexes: Index) -> Definition:
    return Definition(
        "users",
        "123456789012",
        "us-east-1",
        "arn:aws:dynamodb:us-east-1:123456789012:table/users",
        KeySchema("pk", "sk", TYPES),
        throughput,
        {index.name: index for index in indexes or (BY_EMAIL, BY_PHOTO)},
    )


TABLE = definition(Throughput(5, 5))
PK, SK = {"S": "ada"}, {"N": "1"}
KEY = {"pk": PK, "sk": SK}
LONG_HASH = f"{BAD}Size of hashkey has exceeded the maximum size limit of2048 bytes"
LONG_RANGE = f"{BAD}Aggregated size of all range keys has exceeded the size limit of 1024 bytes"

KEYS: list[tuple[Any, str]] = [
    (KEY, ""),
    ({"pk": PK}, NO_MATCH),
    ({**KEY, "more": SK}, NO_MATCH),
    ({"pk": PK, "other": SK}, NO_MATCH),
    ({"pk": SK, "sk": SK}, NO_MATCH),
    ({"pk": {"L": [PK]}, "sk": SK}, NO_MATCH),
    ({"pk": {"S": ""}, "sk": SK}, f"{EMPTY} string value. Key: pk"),
    ({"pk": {"S": "é" * 1025}, "sk": SK}, LONG_HASH),
    ({"pk": {"S": "é" * 1024}, "sk": SK}, ""),
]


@pytest.mark.parametrize(("key", "told"), KEYS, ids=[str(number) for number in range(len(KEYS))])
@pytest.mark.parametrize("operation", ["GetItem", "DeleteItem", "UpdateItem"])
def test_keys(key, told, operation) -> None:
    assert message(check_key, key, TABLE.schema) == told
    assert message(check_against_table, operation, {"Key": key}, TABLE) == told


def test_a_binary_sort_key_is_measured_in_bytes() -> None:
    schema = KeySchema("pk", "photo", TYPES)
    assert message(check_key, {"pk": PK, "photo": {"B": "AAAA" * 341 + "AA=="}}, schema) == ""
    assert message(check_key, {"pk": PK, "photo": {"B": "AAAA" * 341 + "AAA="}}, schema) == LONG_RANGE
    assert message(check_key, {"pk": PK, "photo": {"B": ""}}, schema) == f"{EMPTY} binary value. Key: photo"


ITEMS: list[tuple[Any, str]] = [
    ({**KEY, "name": {"S": ""}}, ""),
    ({**KEY, "email": PK, "photo": {"B": "AAAA"}}, ""),
    ({"sk": SK}, f"{BAD}Missing the key pk in the item"),
    ({"pk": PK}, f"{BAD}Missing the key sk in the item"),
    ({"pk": {"N": "1"}, "sk": SK}, f"{BAD}Type mismatch for key pk expected: S actual: N"),
    ({"pk": {"S": ""}, "sk": SK}, f"{EMPTY} string value. Key: pk"),
    ({"pk": {"S": "a" * 2049}, "sk": SK}, LONG_HASH),
    (
        {**KEY, "email": {"NULL": True}},
        f"{BAD}Type mismatch for Index Key email Expected: S Actual: NULL IndexName: byEmail",
    ),
    (
        {**KEY, "photo": {"S": "a"}},
        f"{BAD}Type mismatch for Index Key photo Expected: B Actual: S IndexName: byPhoto",
    ),
    (
        {**KEY, "photo": {"S": "a"}, "email": {"S": ""}},
        (
            "One or more parameter values are not valid. A value specified for a secondary index key is not "
            "supported. The AttributeValue for a key attribute cannot contain an empty string value. "
            "IndexName: byEmail, IndexKey: email"
        ),
    ),
]


@pytest.mark.parametrize(("item", "told"), ITEMS, ids=[str(number) for number in range(len(ITEMS))])
def test_items(item, told) -> None:
    assert message(check_item_keys, item, TABLE) == told


def test_a_batch_says_less_of_a_key_of_another_type() -> None:
    """Probes bw_table_wrongtype and bw_table_nonscalar of the AWS capture."""
    for value in ({"N": "1"}, {"L": []}):
        assert message(check_item_keys, {"pk": value, "sk": SK}, TABLE, in_batch=True) == NO_MATCH


def test_an_update_is_told_of_the_index_keys_it_changes() -> None:
    before = {**KEY, "email": {"S": ""}}
    assert message(check_index_keys, {**before, "a": PK}, TABLE, before) == ""
    assert message(check_index_keys, {**KEY, "email": {"S": ""}}, TABLE, KEY) == (
        "One or more parameter values are not valid. The update expression attempted to update a secondary "
        "index key to a value that is not supported. The AttributeValue for a key "
        "attribute cannot contain an "
        "empty string value."
    )


def test_starting_keys() -> None:
    whole = {**KEY, "email": PK}
    assert message(check_start_key, KEY, TABLE, None) == ""
    assert message(check_start_key, whole, TABLE, BY_EMAIL) == ""
    assert message(check_start_key, {"pk": PK}, TABLE, None) == f"{BAD_START}: {NO_MATCH}"
    assert message(check_start_key, {"pk": SK, "sk": SK}, TABLE, None) == f"{BAD_START}: {NO_MATCH}"
    assert message(check_start_key, KEY, TABLE, BY_EMAIL) == BAD_START
    assert message(check_start_key, {**whole, "email": SK}, TABLE, BY_EMAIL) == NO_MATCH


READS: list[tuple[Any, str]] = [
    ({"IndexName": "byEmail"}, ""),
    (
        {"IndexName": "byEmail", "ConsistentRead": True},
        "Consistent reads are not supported on global secondary indexes",
    ),
    ({"IndexName": "byPhoto", "ConsistentRead": True, "Select": "ALL_ATTRIBUTES"}, ""),
    ({"IndexName": "other"}, "The table does not have the specified index: other"),
    (
        {"IndexName": "byEmail", "Select": "ALL_ATTRIBUTES"},
        (
            f"{BAD}Select type ALL_ATTRIBUTES is not supported for global secondary index byEmail "
            "because its projection type is not ALL"
        ),
    ),
    ({"ExclusiveStartKey": {"pk": PK}}, f"{BAD_START}: {NO_MATCH}"),
    ({"ExclusiveStartKey": KEY, "IndexName": "byPhoto"}, BAD_START),
]


@pytest.mark.parametrize(("parameters", "told"), READS, ids=[str(number) for number in range(len(READS))])
def test_reads_of_indexes(parameters, told) -> None:
    assert message(check_against_table, "Query", parameters, TABLE) == told
    assert message(check_against_table, "Scan", parameters, TABLE) == told


def test_other_operations_are_passed() -> None:
    assert message(check_against_table, "PutItem", {"Item": {}}, TABLE) == ""


def units(read: int, write: int) -> dict[str, int]:
    return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}


def indexes(*updates: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"GlobalSecondaryIndexUpdates": list(updates), **more}


def unchanged(of: str, number: int) -> str:
    return (
        f"The provisioned throughput for {of} will not change. The requested value equals the current value. "
        f"Current ReadCapacityUnits provisioned for the table: {number}. Requested "
        f"ReadCapacityUnits: {number}. "
        f"Current WriteCapacityUnits provisioned for the table: {number}. Requested "
        f"WriteCapacityUnits: {number}. "
        "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
    )


ON_DEMAND = definition(None)
NEITHER = "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified"
NEW = {"IndexName": "byName"}
EMAIL = {"IndexName": "byEmail"}
UPDATES: list[tuple[Definition, dict[str, Any], str]] = [
    (TABLE, {"ProvisionedThroughput": units(5, 6)}, ""),
    (TABLE, {"ProvisionedThroughput": units(5, 5)}, unchanged("the table", 5)),
    (
        ON_DEMAND,
        {"ProvisionedThroughput": units(5, 5)},
        f"{BAD}{NEITHER} when BillingMode is PAY_PER_REQUEST",
    ),
    (
        ON_DEMAND,
        {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(5, 5)},
        f"{BAD}ProvisionedThroughput must be specified for index: byEmail",
    ),
    (
        ON_DEMAND,
        indexes({"Update": {**EMAIL, "ProvisionedThroughput": units(1, 1)}}, BillingMode="PROVISIONED")
        | {"ProvisionedThroughput": units(5, 5)},
        "",
    ),
    (TABLE, {"BillingMode": "PAY_PER_REQUEST"}, ""),
    (TABLE, indexes({"Create": EMAIL}), "Attempting to create an index which already exists"),
    (
        TABLE,
        indexes({"Create": NEW}),
        f"{BAD}Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: byName",
    ),
    (TABLE, indexes({"Create": {**NEW, "ProvisionedThroughput": units(1, 1)}}), ""),
    (ON_DEMAND, indexes({"Create": NEW}), ""),
    (
        ON_DEMAND,
        indexes({"Create": {**NEW, "ProvisionedThroughput": units(1, 1)}}),
        f"{BAD}{NEITHER} for index: byName when BillingMode is PAY_PER_REQUEST",
    ),
    (
        TABLE,
        indexes({"Update": {**EMAIL, "ProvisionedThroughput": units(2, 2)}}),
        unchanged("the index byEmail", 2),
    ),
    (TABLE, indexes({"Update": {**EMAIL, "ProvisionedThroughput": units(2, 3)}}), ""),
    (TABLE, indexes({"Update": {**EMAIL, "WarmThroughput": {}}}), ""),
    (
        ON_DEMAND,
        indexes({"Update": {**EMAIL, "ProvisionedThroughput": units(2, 3)}}),
        (
            f"{BAD}The only Updates for index: byEmail when TableThroughputMode is PAY_PER_REQUEST "
            "can be to OnDemandThroughput, WarmThroughput"
        ),
    ),
    (
        TABLE,
        indexes({"Update": {**NEW, "ProvisionedThroughput": units(2, 3)}}),
        (
            "This operation cannot be performed with given input values. Please contact "
            "DynamoDB service team "
            "for more info: Action Blocked: IndexUpdate"
        ),
    ),
    (TABLE, indexes({"Delete": EMAIL}), ""),
    (
        TABLE,
        indexes({"Delete": {"IndexName": "byPhoto"}}),
        "Cannot delete an index that is not a GlobalSecondaryIndex: byPhoto",
    ),
]


@pytest.mark.parametrize(("table", "parameters", "told"), UPDATES, ids=[str(n) for n in range(len(UPDATES))])
def test_updates_of_tables(table, parameters, told) -> None:
    assert message(check_against_table, "UpdateTable", parameters, table) == told


def test_an_index_that_is_not_there_is_not_deleted() -> None:
    told = message(
        check_against_table, "UpdateTable", indexes({"Delete": NEW}), TABLE, code="ResourceNotFoundException"
    )
    assert told == "Requested resource not found"


def test_one_index_comes_or_goes_at_a_time() -> None:
    both = indexes({"Create": NEW}, {"Delete": EMAIL})
    told = message(check_against_table, "UpdateTable", both, ON_DEMAND, code="LimitExceededException")
    assert told == (
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
    )
    full = definition(None, *(Index(f"by{n}", BY_EMAIL.schema, True, None) for n in range(20)))
    told = message(
        check_against_table, "UpdateTable", indexes({"Create": NEW}), full, code="LimitExceededException"
    )
    assert told == f"{BAD}GlobalSecondaryIndex count exceeds the per-table limit of 20"
