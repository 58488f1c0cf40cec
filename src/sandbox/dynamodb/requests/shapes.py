"""DynamoDB's service model as the service checks it: orders, enumerations and limits that botocore's lacks.

Sources: botocore's `dynamodb/2012-08-10/service-2.json`; the orders in which AWS tells several errors, and
the orders of its enumerations, from architect/dynalite `validations/*.js` (checked against AWS) and from
paritysuite/dynamodb-conformance `captures/cross-region-latest.json` (AWS capture 2026-09-20).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from sandbox.backend import protocols

if TYPE_CHECKING:
    from botocore.model import Shape, StructureShape

# What AWS names first of a structure; the model's other members follow in its order.
_FIRST = {
    "PutItemInput": (
        "ReturnConsumedCapacity",
        "TableName",
        "Item",
        "ConditionalOperator",
        "Expected",
        "ReturnValues",
        "ReturnItemCollectionMetrics",
    ),
    "UpdateItemInput": (
        "ReturnValues",
        "ReturnConsumedCapacity",
        "TableName",
        "ReturnItemCollectionMetrics",
        "Key",
        "ConditionalOperator",
        "Expected",
        "AttributeUpdates",
    ),
    "DeleteItemInput": (
        "ReturnConsumedCapacity",
        "TableName",
        "ReturnValues",
        "ReturnItemCollectionMetrics",
        "Key",
        "ConditionalOperator",
        "Expected",
    ),
    "GetItemInput": ("ReturnConsumedCapacity", "AttributesToGet", "TableName", "Key"),
    "QueryInput": (
        "Select",
        "IndexName",
        "ReturnConsumedCapacity",
        "QueryFilter",
        "TableName",
        "ConditionalOperator",
        "AttributesToGet",
        "Limit",
        "KeyConditions",
    ),
    "ScanInput": (
        "Select",
        "IndexName",
        "TotalSegments",
        "ReturnConsumedCapacity",
        "TableName",
        "ConditionalOperator",
        "ScanFilter",
        "Segment",
        "Limit",
        "AttributesToGet",
    ),
    "BatchGetItemInput": ("ReturnConsumedCapacity", "RequestItems"),
    "BatchWriteItemInput": ("ReturnConsumedCapacity", "ReturnItemCollectionMetrics", "RequestItems"),
    "CreateTableInput": (
        "AttributeDefinitions",
        "TableName",
        "BillingMode",
        "ProvisionedThroughput",
        "KeySchema",
        "LocalSecondaryIndexes",
        "GlobalSecondaryIndexes",
    ),
    "UpdateTableInput": (
        "TableName",
        "ProvisionedThroughput",
        "BillingMode",
        "GlobalSecondaryIndexUpdates",
    ),
    "ProvisionedThroughput": ("WriteCapacityUnits", "ReadCapacityUnits"),
    "GlobalSecondaryIndexUpdate": ("Update", "Create", "Delete"),
    "CreateGlobalSecondaryIndexAction": (
        "Projection",
        "IndexName",
        "ProvisionedThroughput",
        "KeySchema",
    ),
    "ListTablesInput": ("Limit", "ExclusiveStartTableName"),
}

_ENUMERATIONS = {
    "ReturnConsumedCapacity": ("INDEXES", "TOTAL", "NONE"),
    "ReturnValue": ("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"),
    "ReturnItemCollectionMetrics": ("SIZE", "NONE"),
    "ConditionalOperator": ("OR", "AND"),
    "ComparisonOperator": (
        "IN",
        "NULL",
        "BETWEEN",
        "LT",
        "NOT_CONTAINS",
        "EQ",
        "GT",
        "NOT_NULL",
        "NE",
        "LE",
        "BEGINS_WITH",
        "GE",
        "CONTAINS",
    ),
    "Select": ("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
    "ScalarAttributeType": ("B", "N", "S"),
    "ProjectionType": ("ALL", "INCLUDE", "KEYS_ONLY"),
}

# What Java writes otherwise than Python: characters beyond the first plane, as pairs, and classes by name.
_JAVA = ((r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"), (r"\p{Print}", "[ -~]"))

# A table's keys, and a local index's, are two at most; the model leaves room for global indexes with more.
_MOST = {("CreateTableInput", "KeySchema"): 2, ("LocalSecondaryIndex", "KeySchema"): 2}

# Required but for tables that replicate another account's (GlobalTableSourceArn).
_ALSO_REQUIRED = {"CreateTableInput": ("AttributeDefinitions", "KeySchema")}

# Told in words of their own, by requests/tags.py and requests/batches.py.
_LEFT_ALONE = {
    "TagResourceInput": ("ResourceArn", "Tags"),
    "UntagResourceInput": ("ResourceArn", "TagKeys"),
    "ListTagsOfResourceInput": ("ResourceArn",),
}


@cache
def input_of(operation: str) -> StructureShape | None:
    """The shape of an operation's parameters; None for an operation DynamoDB does not have."""
    model = protocols.service_model("dynamodb")
    if operation not in model.operation_names:
        return None
    return model.operation_model(operation).input_shape


@cache
def members(shape: StructureShape) -> tuple[tuple[str, Shape], ...]:
    """The members of a structure in the order in which AWS tells their errors."""
    first = [name for name in _FIRST.get(shape.name, ()) if name in shape.members]
    return tuple((name, shape.members[name]) for name in dict.fromkeys((*first, *shape.members)))


@cache
def required(shape: StructureShape) -> frozenset[str]:
    """The members that must not be null."""
    return frozenset((*shape.required_members, *_ALSO_REQUIRED.get(shape.name, ()))) - left_alone(shape)


def left_alone(shape: StructureShape) -> frozenset[str]:
    """The members whose constraints the operation words in its own way."""
    return frozenset(_LEFT_ALONE.get(shape.name, ()))


def enumeration(shape: Shape) -> tuple[str, ...]:
    """What a string may be, in AWS's order; empty where it may be anything."""
    return _ENUMERATIONS.get(shape.name) or tuple(shape.metadata.get("enum", ()))


@cache
def pattern(shape: Shape) -> re.Pattern[str] | None:
    """What a string must match, in Python's writing; None where it may be anything."""
    text = shape.metadata.get("pattern")
    if text is None:
        return None
    for java, python in _JAVA:
        text = text.replace(java, python)
    return re.compile(text)


def limits(shape: Shape, owner: str = "", member: str = "") -> tuple[int | None, int | None]:
    """The least and the most length, number of elements or value. owner, member: where the shape is used."""
    found: Any = shape.metadata
    return found.get("min"), _MOST.get((owner, member), found.get("max"))


def lower_first(name: str) -> str:
    """`TableName` as AWS's messages write it: `tableName`."""
    return name[:1].lower() + name[1:]
