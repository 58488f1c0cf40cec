"""What CreateTable refuses before it looks whether the table is there.

Sources: cases ddb-billing-prov-missing, ddb-createtable-attr; architect/dynalite `validations/createTable.js`
(words and order, checked against AWS); awsdocs/amazon-dynamodb-developer-guide issue 246 (an index without
throughput); getmoto/moto `tests/test_dynamodb` (unused definitions beside indexes).
"""

from __future__ import annotations

from typing import Any

from sandbox.dynamodb.requests import schemas
from sandbox.dynamodb.requests.schemas import names
from sandbox.dynamodb.requests.words import bad_values, invalid

MOST_GLOBAL = 20
MOST_LOCAL = 5

_NOT_EXACTLY = (
    "Number of attributes in KeySchema does not exactly match "
    "number of attributes defined in AttributeDefinitions"
)


def create_table(given: dict[str, Any]) -> None:
    """The rules of CreateTable. Raises AwsError, NotModelled for keys of several attributes."""
    on_demand = given.get("BillingMode") == "PAY_PER_REQUEST"
    _check_throughput(given.get("ProvisionedThroughput"), on_demand)
    _check_keys(given)
    seen: set[str] = set()
    if "LocalSecondaryIndexes" in given:
        _check_local(given, seen)
    if "GlobalSecondaryIndexes" in given:
        _check_global(given, seen, on_demand)
    _check_all_used(given)
    schemas.check_non_key_attributes(_indexes(given))
    _check_stream(given.get("StreamSpecification"))


def _indexes(given: dict[str, Any]) -> list[dict[str, Any]]:
    return [*given.get("LocalSecondaryIndexes", ()), *given.get("GlobalSecondaryIndexes", ())]


def _check_throughput(throughput: dict[str, Any] | None, on_demand: bool) -> None:
    if on_demand:
        if throughput is not None:
            raise schemas.units_on_demand()
        return
    if throughput is None:
        raise bad_values(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        )
    schemas.check_units(throughput)


def _check_keys(given: dict[str, Any]) -> None:
    schema, definitions = given["KeySchema"], given["AttributeDefinitions"]
    if len(schema) > len(definitions):
        raise invalid("Invalid KeySchema: Some index key attribute have no definition")
    schemas.check_definitions(definitions)
    schemas.check_defined(schema, definitions)
    schemas.check_key_schema(schema)
    has_indexes = "LocalSecondaryIndexes" in given or "GlobalSecondaryIndexes" in given
    if not has_indexes and len(schema) != len(definitions):
        raise bad_values(_NOT_EXACTLY)


def _check_local(given: dict[str, Any], seen: set[str]) -> None:
    indexes, table = given["LocalSecondaryIndexes"], given["KeySchema"]
    if not indexes:
        raise bad_values("List of LocalSecondaryIndexes is empty")
    if len(table) != 2:
        raise bad_values(
            "Table KeySchema does not have a range key, which is required when specifying "
            "a LocalSecondaryIndex"
        )
    for index in indexes:
        _check_index(index, given["AttributeDefinitions"])
        _check_shares_partition(index, table[0]["AttributeName"])
        schemas.check_projection(index["Projection"])
        _check_new(index["IndexName"], seen)
    if len(indexes) > MOST_LOCAL:
        raise bad_values(f"Number of LocalSecondaryIndexes exceeds per-table limit of {MOST_LOCAL}")


def _check_index(index: dict[str, Any], definitions: schemas.Definitions) -> None:
    schemas.check_defined(index["KeySchema"], definitions)
    schemas.check_key_schema(index["KeySchema"])


def _check_shares_partition(index: dict[str, Any], table_key: str) -> None:
    name, schema = index["IndexName"], index["KeySchema"]
    if len(schema) != 2:
        raise bad_values(f"Index KeySchema does not have a range key for index: {name}")
    if schema[0]["AttributeName"] != table_key:
        raise bad_values(
            f"Index KeySchema does not have the same leading hash key as table KeySchema for index: {name}. "
            f"index hash key: {schema[0]['AttributeName']}, table hash key: {table_key}"
        )


def _check_new(name: str, seen: set[str]) -> None:
    if name in seen:
        raise bad_values(f"Duplicate index name: {name}")
    seen.add(name)


def _check_global(given: dict[str, Any], seen: set[str], on_demand: bool) -> None:
    indexes = given["GlobalSecondaryIndexes"]
    if not indexes:
        raise bad_values("List of GlobalSecondaryIndexes is empty")
    for index in indexes:
        name, throughput = index["IndexName"], index.get("ProvisionedThroughput")
        _check_index(index, given["AttributeDefinitions"])
        schemas.check_projection(index["Projection"])
        if on_demand and throughput is not None:
            raise bad_values(
                f"ProvisionedThroughput should not be specified for index: {name} "
                "when BillingMode is PAY_PER_REQUEST"
            )
        if not on_demand and throughput is None:
            raise bad_values(f"ProvisionedThroughput is not specified for index: {name}")
        schemas.check_units(throughput or {})
        _check_new(name, seen)
    if len(indexes) > MOST_GLOBAL:
        raise bad_values(f"GlobalSecondaryIndex count exceeds the per-table limit of {MOST_GLOBAL}")


def _check_all_used(given: dict[str, Any]) -> None:
    defined = names(given["AttributeDefinitions"])
    schemas_used = [given["KeySchema"], *(index["KeySchema"] for index in _indexes(given))]
    used = list(dict.fromkeys(name for schema in schemas_used for name in names(schema)))
    if len(defined) > len(used):
        told = f"AttributeDefinitions: [{', '.join(defined)}], keys used: [{', '.join(used)}]"
        raise bad_values(f"Some AttributeDefinitions are not used. {told}")


def _check_stream(stream: dict[str, Any] | None) -> None:
    if stream is None:
        return
    enabled, kind = stream["StreamEnabled"], stream.get("StreamViewType")
    start = "Table is being created with a stream"
    if enabled and kind is None:
        raise bad_values(f"{start} enabled, UpdateViewType is required")
    if not enabled and kind is not None:
        raise bad_values(f"{start} disabled, UpdateViewType should not be specified")
