"""What the operations on tables and tags refuse before they look at a table."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.errors import NotModelled
from tests.sandbox.dynamodb.requests.refused import BAD, FAILED, ONE, refused

ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}
UNITS = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
NO_UNITS = (
    f"{BAD}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode "
    "is PAY_PER_REQUEST"
)
UNDEFINED = "Invalid KeySchema: Some index key attribute have no definition"


def schema(*names: str, kinds: tuple[str, ...] = ("HASH", "RANGE", "RANGE")) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, kinds, strict=False)]


def defined(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


def index(name: str, *keys: str, projection: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": schema(*keys),
        "Projection": projection or {"ProjectionType": "ALL"},
        **more,
    }


def keys(table: list[Any], definitions: list[Any], **more: Any) -> dict[str, Any]:
    return {**ON_DEMAND, "KeySchema": table, "AttributeDefinitions": definitions, **more}


def with_global(*indexes: Any, definitions: tuple[str, ...] = ("a", "b"), **more: Any) -> dict[str, Any]:
    return keys(schema("a"), defined(*definitions), GlobalSecondaryIndexes=list(indexes), **more)


def with_local(*indexes: Any) -> dict[str, Any]:
    return keys(schema("a", "b"), defined("a", "b", "c"), LocalSecondaryIndexes=list(indexes))


def including(*names: str) -> dict[str, Any]:
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(names)}


PROVISIONED = {"BillingMode": "PROVISIONED"}
LOCAL_LIMIT = f"{BAD}Number of LocalSecondaryIndexes exceeds per-table limit of 5"
CREATIONS = {
    "on demand with units": (keys(schema("a"), defined("a"), ProvisionedThroughput=UNITS), NO_UNITS),
    "provisioned without units": (
        {**keys(schema("a"), defined("a")), **PROVISIONED},
        (
            f"{BAD}ReadCapacityUnits and WriteCapacityUnits must both be specified when "
            "BillingMode is PROVISIONED"
        ),
    ),
    "too many units": (
        {**keys(schema("a"), defined("a")), **PROVISIONED}
        | {"ProvisionedThroughput": {"ReadCapacityUnits": 10**12 + 1, "WriteCapacityUnits": 1}},
        "Given value 1000000000001 for ReadCapacityUnits is out of bounds",
    ),
    "one key twice": (keys(schema("a", "a"), defined("a")), UNDEFINED),
    "one key twice, two definitions": (
        keys(schema("a", "a"), defined("a", "b")),
        "Both the Hash Key and the Range Key element in the KeySchema have the same name",
    ),
    "one definition twice": (keys(schema("a"), defined("a", "a")), "Attribute Name is duplicated: a"),
    "a key without definition": (
        keys(schema("a"), defined("b")),
        (
            f"{BAD}Some index key attributes are not defined in AttributeDefinitions. "
            "Keys: [a], AttributeDefinitions: [b]"
        ),
    ),
    "no partition key": (
        keys(schema("a", kinds=("RANGE",)), defined("a")),
        "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
    ),
    "two partition keys": (
        keys(schema("a", "b", kinds=("HASH", "HASH")), defined("a", "b")),
        "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
    ),
    "an unused definition": (
        keys(schema("a"), defined("a", "b")),
        (
            f"{BAD}Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions"
        ),
    ),
    "an unused definition beside an index": (
        with_global(index("byB", "b"), definitions=("a", "b", "c")),
        f"{BAD}Some AttributeDefinitions are not used. AttributeDefinitions: [a, b, c], keys used: [a, b]",
    ),
    "no global index": (with_global(), f"{BAD}List of GlobalSecondaryIndexes is empty"),
    "a global index": (with_global(index("byB", "b")), ""),
    "a global index twice": (
        with_global(index("byB", "b"), index("byB", "b")),
        f"{BAD}Duplicate index name: byB",
    ),
    "an undefined key of a global index": (
        with_global(index("byC", "c")),
        (
            f"{BAD}Some index key attributes are not defined in AttributeDefinitions. "
            "Keys: [c], AttributeDefinitions: [a, b]"
        ),
    ),
    "units of an index on demand": (
        with_global(index("byB", "b", ProvisionedThroughput=UNITS)),
        (
            f"{BAD}ProvisionedThroughput should not be specified for index: byB when "
            "BillingMode is PAY_PER_REQUEST"
        ),
    ),
    "no units of a provisioned index": (
        {**with_global(index("byB", "b")), **PROVISIONED, "ProvisionedThroughput": UNITS},
        f"{BAD}ProvisionedThroughput is not specified for index: byB",
    ),
    "20 global indexes": (with_global(*(index(f"by{number:02}", "b") for number in range(20))), ""),
    "21 global indexes": (
        with_global(*(index(f"by{number:02}", "b") for number in range(21))),
        f"{BAD}GlobalSecondaryIndex count exceeds the per-table limit of 20",
    ),
    "no kind of projection": (
        with_global(index("byB", "b", projection={"NonKeyAttributes": ["c"]})),
        f"{BAD}Unknown ProjectionType: null",
    ),
    "all and more": (
        with_global(index("byB", "b", projection={"ProjectionType": "ALL", "NonKeyAttributes": ["c"]})),
        f"{BAD}ProjectionType is ALL, but NonKeyAttributes is specified",
    ),
    "including nothing": (
        with_global(index("byB", "b", projection={"ProjectionType": "INCLUDE"})),
        f"{BAD}ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
    ),
    "including twice": (
        with_global(index("byB", "b", projection=including("c", "c"))),
        f"{BAD}Duplicate element in NonKeyAttributes: c",
    ),
    "including 101 over all": (
        with_global(
            *(index(f"by{n}", "b", projection=including(*(f"c{i}" for i in range(20)))) for n in "12345"),
            index("by6", "b", projection=including("d")),
        ),
        f"{BAD}Number of NonKeyAttributes exceeds limit of 100, number of NonKeyAttributes specified: 101",
    ),
    "local without a sort key": (
        keys(schema("a"), defined("a", "b"), LocalSecondaryIndexes=[index("byB", "a", "b")]),
        (
            f"{BAD}Table KeySchema does not have a range key, which is required when specifying "
            "a LocalSecondaryIndex"
        ),
    ),
    "no local index": (with_local(), f"{BAD}List of LocalSecondaryIndexes is empty"),
    "a local index": (with_local(index("byC", "a", "c")), ""),
    "local by a partition key only": (
        with_local(index("byC", "a")),
        f"{BAD}Index KeySchema does not have a range key for index: byC",
    ),
    "local by another partition key": (
        with_local(index("byC", "c", "b")),
        (
            f"{BAD}Index KeySchema does not have the same leading hash key as table "
            "KeySchema for index: byC. "
            "index hash key: c, table hash key: a"
        ),
    ),
    "6 local indexes": (with_local(*(index(f"by{number}", "a", "c") for number in range(6))), LOCAL_LIMIT),
    "a name for two kinds of index": (
        {**with_local(index("byC", "a", "c")), "GlobalSecondaryIndexes": [index("byC", "c")]},
        f"{BAD}Duplicate index name: byC",
    ),
    "a stream without view": (
        keys(schema("a"), defined("a"), StreamSpecification={"StreamEnabled": True}),
        f"{BAD}Table is being created with a stream enabled, UpdateViewType is required",
    ),
    "no stream with view": (
        keys(schema("a"), defined("a"))
        | {"StreamSpecification": {"StreamEnabled": False, "StreamViewType": "KEYS_ONLY"}},
        f"{BAD}Table is being created with a stream disabled, UpdateViewType should not be specified",
    ),
    "index names of two letters": (
        with_global(index("by", "b")),
        (
            f"{ONE}Value 'by' at 'globalSecondaryIndexes.1.member.indexName' {FAILED} "
            "have length greater than or equal to 3"
        ),
    ),
    "units of nothing": (
        {**keys(schema("a"), defined("a")), **PROVISIONED}
        | {"ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}},
        (
            "2 validation errors detected: Value '0' at "
            f"'provisionedThroughput.writeCapacityUnits' {FAILED} have "
            "value greater than or equal to 1; Value '0' at "
            f"'provisionedThroughput.readCapacityUnits' {FAILED} have "
            "value greater than or equal to 1"
        ),
    ),
    "a key of no kind": (
        keys([{"AttributeName": "a", "KeyType": "X"}], defined("a")),
        f"{ONE}Value 'X' at 'keySchema.1.member.keyType' {FAILED} satisfy enum value set: [HASH, RANGE]",
    ),
    "a projection of no kind": (
        with_global(index("byB", "b", projection={"ProjectionType": "X"})),
        (
            f"{ONE}Value 'X' at 'globalSecondaryIndexes.1.member.projection.projectionType' {FAILED} "
            "satisfy enum value set: [ALL, INCLUDE, KEYS_ONLY]"
        ),
    ),
}


@pytest.mark.parametrize("what", CREATIONS)
def test_create_table(what) -> None:
    parameters, told = CREATIONS[what]
    assert refused("CreateTable", TableName="users", **parameters) == told


def test_keys_of_several_attributes_are_not_modelled() -> None:
    with pytest.raises(NotModelled, match="several attributes"):
        refused(
            "CreateTable",
            TableName="users",
            **with_global(index("by3", "a", "b", "c"), definitions=tuple("abc")),
        )
