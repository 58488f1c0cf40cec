"""What the operations on items refuse before they look at a table: rules beyond the service model's."""

from __future__ import annotations

import pytest

from tests.sandbox.dynamodb.requests.refused import BAD, ONE, PK, refused

CONDITION = {"ConditionExpression": "attribute_exists(pk)"}
MIXED = "Can not use both expression and non-expression parameters in the same request: "
EXPECTED = {"pk": {"Exists": False}}
TWO = {"a": {"Exists": False}, "b": {"Exists": False}}
ALONE = "ConditionalOperator cannot be used without Filter or Expected"
ONE_ELEMENT = "ConditionalOperator can only be used when Filter or Expected has two or more elements"
NO_VALUES = "ExpressionAttributeValues can only be specified when using expressions"
NO_NAMES = "ExpressionAttributeNames can only be specified when using expressions"
FILTER = {"FilterExpression": "a = :a"}
VALUES = {":a": {"S": "x"}}


def condition(operator: str = "NULL") -> dict:
    return {"ComparisonOperator": operator}


WRITES = [
    (
        "PutItem",
        {**CONDITION, "Expected": EXPECTED},
        (f"{MIXED}Non-expression parameters: {{Expected}} Expression parameters: {{ConditionExpression}}"),
    ),
    (
        "DeleteItem",
        {**CONDITION, "Expected": TWO, "ConditionalOperator": "OR"},
        (
            f"{MIXED}Non-expression "
            "parameters: {Expected, ConditionalOperator} Expression parameters: {ConditionExpression}"
        ),
    ),
    (
        "UpdateItem",
        {"UpdateExpression": "REMOVE a", **CONDITION, "AttributeUpdates": {}, "Expected": EXPECTED},
        (
            f"{MIXED}Non-expression parameters: {{AttributeUpdates, Expected}} "
            "Expression parameters: {UpdateExpression, ConditionExpression}"
        ),
    ),
    ("PutItem", {"ExpressionAttributeNames": {"#a": "a"}}, NO_NAMES),
    ("PutItem", {"ExpressionAttributeValues": VALUES}, NO_VALUES),
    ("PutItem", {"ConditionalOperator": "AND"}, ALONE),
    ("PutItem", {"ConditionalOperator": "AND", "Expected": EXPECTED}, ONE_ELEMENT),
    ("PutItem", {"ConditionalOperator": "AND", "Expected": TWO}, ""),
    ("PutItem", {"ReturnValues": "ALL_NEW"}, "ReturnValues can only be ALL_OLD or NONE"),
    ("DeleteItem", {"ReturnValues": "UPDATED_NEW"}, "ReturnValues can only be ALL_OLD or NONE"),
    ("UpdateItem", {"ReturnValues": "UPDATED_NEW"}, ""),
]


@pytest.mark.parametrize(("operation", "more", "told"), WRITES, ids=str)
def test_writes_begin_their_refusals_with_the_number_of_errors(operation, more, told) -> None:
    part = {"Item" if operation == "PutItem" else "Key": PK}
    assert refused(operation, TableName="users", **part, **more) == (told and ONE + told)


def test_values_are_refused_before_return_values_and_after_expressions() -> None:
    item = {**PK, "tags": {"SS": []}}
    told = refused("PutItem", TableName="users", Item=item, ReturnValues="ALL_NEW")
    assert told == f"{ONE}{BAD}An string set  may not be empty"
    told = refused("PutItem", TableName="users", Item=item, ExpressionAttributeValues=VALUES)
    assert told == ONE + NO_VALUES


SEGMENT = "was not present in the request when"
READS = [
    ("GetItem", {"ExpressionAttributeNames": {"#a": "a"}}, NO_NAMES),
    (
        "GetItem",
        {"AttributesToGet": ["a"], "ProjectionExpression": "a"},
        (
            f"{MIXED}Non-expression parameters: {{AttributesToGet}} Expression parameters: "
            f"{{ProjectionExpression}}"
        ),
    ),
    ("GetItem", {"AttributesToGet": ["a", "b", "a"]}, f"{BAD}Duplicate value in attribute name: a"),
    ("GetItem", {"Key": {"pk": {"N": "x"}}}, "The parameter cannot be converted to a numeric value: x"),
    (
        "Query",
        {},
        ("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."),
    ),
    (
        "Query",
        {"ExpressionAttributeValues": VALUES, "ProjectionExpression": "a"},
        f"{NO_VALUES}: FilterExpression and KeyConditionExpression are null",
    ),
    (
        "Query",
        {
            "KeyConditions": {"pk": condition()},
            "KeyConditionExpression": "pk = :a",
            "QueryFilter": {},
            "AttributesToGet": ["a"],
            "ConditionalOperator": "OR",
        },
        (
            f"{MIXED}Non-expression parameters: {{AttributesToGet, QueryFilter, "
            f"ConditionalOperator, KeyConditions}} "
            "Expression parameters: {KeyConditionExpression}"
        ),
    ),
    (
        "Query",
        {"KeyConditions": {"pk": condition()}, "QueryFilter": {}, **FILTER},
        f"{MIXED}Non-expression parameters: {{QueryFilter}} Expression parameters: {{FilterExpression}}",
    ),
    ("Query", {"KeyConditions": {"pk": condition()}, "ConditionalOperator": "OR"}, ALONE),
    (
        "Query",
        {"KeyConditions": {"pk": condition()}, "Select": "SPECIFIC_ATTRIBUTES"},
        (
            f"{ONE}Must specify the AttributesToGet or ProjectionExpression when choosing to "
            "get SPECIFIC_ATTRIBUTES"
        ),
    ),
    (
        "Query",
        {"KeyConditions": {"pk": condition()}, "Select": "ALL_PROJECTED_ATTRIBUTES"},
        f"{ONE}ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
    ),
    (
        "Query",
        {"KeyConditions": {"pk": condition()}, "Select": "ALL_PROJECTED_ATTRIBUTES", "IndexName": "byName"},
        "",
    ),
    (
        "Query",
        {"KeyConditionExpression": "pk = :v", "Select": "COUNT", "ProjectionExpression": "a"},
        f"{ONE}Cannot specify the ProjectionExpression when choosing to get only the Count",
    ),
    ("Scan", {"ExpressionAttributeValues": VALUES}, f"{NO_VALUES}: FilterExpression is null"),
    ("Scan", {"ConditionalOperator": "OR", "ScanFilter": {"a": condition()}}, ONE_ELEMENT),
    ("Scan", {"ConditionalOperator": "OR", "ScanFilter": {"a": condition(), "b": condition()}}, ""),
    (
        "Scan",
        {"Segment": 0},
        (f"The TotalSegments parameter is required but {SEGMENT} Segment parameter is present"),
    ),
    (
        "Scan",
        {"TotalSegments": 4},
        (f"The Segment parameter is required but {SEGMENT} parameter TotalSegments is present"),
    ),
    (
        "Scan",
        {"Segment": 5, "TotalSegments": 5},
        (
            "The Segment parameter is zero-based and must be less than "
            "parameter TotalSegments: Segment: 5 is not less than TotalSegments: 5"
        ),
    ),
    ("Scan", {"Segment": 4, "TotalSegments": 5}, ""),
    (
        "Scan",
        {"Select": "COUNT", "ProjectionExpression": "a"},
        "Cannot specify the ProjectionExpression when choosing to get only the Count",
    ),
    (
        "Scan",
        {"Select": "ALL_ATTRIBUTES", "AttributesToGet": ["a"]},
        "Cannot specify the AttributesToGet when choosing to get ALL_ATTRIBUTES",
    ),
    (
        "Scan",
        {"Select": "SPECIFIC_ATTRIBUTES"},
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    ),
    ("Scan", {"Select": "SPECIFIC_ATTRIBUTES", "AttributesToGet": ["a"]}, ""),
    (
        "Scan",
        {"ExclusiveStartKey": {"pk": {}}},
        (
            "The provided starting key is invalid: Supplied AttributeValue "
            "is empty, must contain exactly one of the supported datatypes"
        ),
    ),
    (
        "Scan",
        {"ExclusiveStartKey": {"pk": {"N": "x"}}},
        "The parameter cannot be converted to a numeric value: x",
    ),
    (
        "Scan",
        {"ExclusiveStartKey": {"pk": {"NULL": False}}},
        f"The provided starting key is invalid: {BAD}Null attribute value types must have the value of true",
    ),
]


@pytest.mark.parametrize(("operation", "more", "told"), READS, ids=str)
def test_reads_refuse_without_the_number_of_errors(operation, more, told) -> None:
    key = {"Key": PK} if operation == "GetItem" else {}
    assert refused(operation, **{"TableName": "users", **key, **more}) == told
