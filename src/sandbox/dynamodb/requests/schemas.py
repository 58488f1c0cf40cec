"""Key schemas, projections and throughputs as CreateTable and UpdateTable take them.

Sources: architect/dynalite `validations/createTable.js` (words and order, checked against AWS);
nubo-db/dynamodb-conformance tier3/error-messages/createTable.test.ts; API Reference *Projection* (100
non-key attributes over all indexes).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sandbox.dynamodb.requests.words import BAD_VALUES, bad_values, invalid
from sandbox.errors import AwsError, NotModelled

MOST_UNITS = 1_000_000_000_000
MOST_NON_KEY_ATTRIBUTES = 100

Definitions = Sequence[dict[str, Any]]


def names(elements: Iterable[dict[str, Any]]) -> list[str]:
    """The attributes that key schema elements or attribute definitions name."""
    return [element["AttributeName"] for element in elements]


def check_definitions(definitions: Definitions) -> None:
    """Pass attributes that are defined once. Raises AwsError."""
    seen = set()
    for name in names(definitions):
        if name in seen:
            raise invalid(f"Attribute Name is duplicated: {name}")
        seen.add(name)


def check_key_schema(schema: Definitions) -> None:
    """Pass a partition key, or a partition key and a sort key. Raises AwsError."""
    if len(schema) > 1 and schema[0]["AttributeName"] == schema[1]["AttributeName"]:
        raise invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name")
    if schema[0]["KeyType"] != "HASH":
        raise invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    if len(schema) > 2:
        raise NotModelled("global secondary indexes whose keys have several attributes")
    if len(schema) > 1 and schema[1]["KeyType"] != "RANGE":
        raise invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")


def check_defined(schema: Definitions, definitions: Definitions) -> None:
    """Pass keys whose attributes are defined. Raises AwsError."""
    keys, defined = names(schema), names(definitions)
    if not set(keys) <= set(defined):
        raise bad_values(
            "Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: [{', '.join(keys)}], AttributeDefinitions: [{', '.join(defined)}]"
        )


def check_projection(projection: dict[str, Any]) -> None:
    """Pass a projection whose further attributes fit its type. Raises AwsError."""
    kind, further = projection.get("ProjectionType"), projection.get("NonKeyAttributes")
    if kind is None:
        raise bad_values("Unknown ProjectionType: null")
    if further is not None and kind != "INCLUDE":
        raise bad_values(f"ProjectionType is {kind}, but NonKeyAttributes is specified")
    if further is None and kind == "INCLUDE":
        raise bad_values("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
    seen = set()
    for name in further or ():
        if name in seen:
            raise bad_values(f"Duplicate element in NonKeyAttributes: {name}")
        seen.add(name)


def check_non_key_attributes(indexes: Iterable[dict[str, Any]]) -> None:
    """Pass indexes that together project at most 100 further attributes. Raises AwsError, in our words.

    AWS's own are not recorded anywhere we know; the limit is (Developer Guide, *Quotas*).
    """
    further = [index["Projection"].get("NonKeyAttributes") or () for index in indexes]
    count = sum(map(len, further))
    if count > MOST_NON_KEY_ATTRIBUTES:
        raise bad_values(
            f"Number of NonKeyAttributes exceeds limit of {MOST_NON_KEY_ATTRIBUTES}, number of "
            f"NonKeyAttributes specified: {count}"
        )


def check_units(throughput: dict[str, Any]) -> None:
    """Pass units a second that DynamoDB can count. Raises AwsError."""
    for name in ("ReadCapacityUnits", "WriteCapacityUnits"):
        if throughput.get(name, 0) > MOST_UNITS:
            raise invalid(f"Given value {throughput[name]} for {name} is out of bounds")


def units_on_demand() -> AwsError:
    """The refusal of provisioned units for a table on demand."""
    return invalid(
        f"{BAD_VALUES}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified "
        "when BillingMode is PAY_PER_REQUEST"
    )
