"""The service model's constraints: which errors are told, in which order, and how."""

from __future__ import annotations

import pytest

from sandbox.dynamodb.requests import check
from tests.sandbox.dynamodb.requests.refused import FAILED, ONE, PK, refused

CAPACITY = "satisfy enum value set: [INDEXES, TOTAL, NONE]"
RETURN_VALUES = (
    "Failed to satisfy constraint: Member must satisfy enum value set: "
    "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]"
)
BAD_CAPACITY = f"Value 'X' at 'returnConsumedCapacity' {FAILED} {CAPACITY}"
BAD_METRICS = f"Value 'X' at 'returnItemCollectionMetrics' {FAILED} satisfy enum value set: [SIZE, NONE]"
ENUMS = {"ReturnConsumedCapacity": "X", "ReturnValues": "X", "ReturnItemCollectionMetrics": "X"}
NAME = "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"

# paritysuite/dynamodb-conformance captures/cross-region-latest.json (AWS capture 2026-09-20): its probes.
CAPTURED = [
    ("s_put_table_null", "PutItem", {"Item": PK}, f"{ONE}Value null at 'tableName' {FAILED} not be null"),
    (
        "s_put_table_empty",
        "PutItem",
        {"TableName": "", "Item": PK},
        f"{ONE}Value at 'TableName' {FAILED} have length greater than or equal to 1",
    ),
    (
        "s_put_table_long",
        "PutItem",
        {"TableName": "a" * 256, "Item": PK},
        f"{ONE}Value '{'a' * 256}' at 'tableName' {FAILED} have length less than or equal to 255",
    ),
    (
        "s_put_table_badchars",
        "PutItem",
        {"TableName": "bad table!@#", "Item": PK},
        f"{ONE}Value 'bad table!@#' at 'tableName' {FAILED} {NAME}",
    ),
    (
        "o_put_empty_table_bad_rv",
        "PutItem",
        {"TableName": "", "ReturnValues": "X", "Item": {}},
        f"{ONE}Value at 'TableName' {FAILED} have length greater than or equal to 1",
    ),
    (
        "o_put_three_bad_enums",
        "PutItem",
        {"TableName": "users", "Item": PK, **ENUMS},
        f"3 validation errors detected: {BAD_CAPACITY}; {RETURN_VALUES}; {BAD_METRICS}",
    ),
    (
        "o_del_two_bad_enums",
        "DeleteItem",
        {"TableName": "users", "Key": PK, "ReturnConsumedCapacity": "X", "ReturnValues": "X"},
        f"2 validation errors detected: {BAD_CAPACITY}; {RETURN_VALUES}",
    ),
    (
        "o_upd_two_bad_enums",
        "UpdateItem",
        {"TableName": "users", "Key": PK, **ENUMS},
        f"{ONE}{RETURN_VALUES}",
    ),
    (
        "o_bg_empty_requestitems",
        "BatchGetItem",
        {"RequestItems": {}},
        f"{ONE}Value at 'RequestItems' {FAILED} have length greater than or equal to 1",
    ),
    (
        "o_bw_empty_requestitems",
        "BatchWriteItem",
        {"RequestItems": {}},
        "The requestItems parameter is required for BatchWriteItem",
    ),
    (
        "transact write empty",
        "TransactWriteItems",
        {"TransactItems": []},
        f"{ONE}Value '[]' at 'transactItems' {FAILED} have length greater than or equal to 1",
    ),
    (
        "transact get empty",
        "TransactGetItems",
        {"TransactItems": []},
        f"{ONE}Value '[]' at 'transactItems' {FAILED} have length greater than or equal to 1",
    ),
]


@pytest.mark.parametrize(
    ("operation", "parameters", "told"), [case[1:] for case in CAPTURED], ids=[case[0] for case in CAPTURED]
)
def test_constraints_are_told_as_captured_from_aws(operation, parameters, told) -> None:
    assert refused(operation, **parameters) == told


# The words of nubo-db/dynamodb-conformance tier3 and of architect/dynalite's tests, both checked against AWS.
KEY_CONDITION = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "a"}}}
ONE_GET = {"Get": {"TableName": "users", "Key": PK}}
TOLD = [
    ("GetItem", {"TableName": "users"}, f"{ONE}Value null at 'key' {FAILED} not be null"),
    ("PutItem", {"TableName": "users"}, f"{ONE}Value null at 'item' {FAILED} not be null"),
    (
        "GetItem",
        {"TableName": "users", "Key": PK, "AttributesToGet": []},
        f"{ONE}Value '[]' at 'attributesToGet' {FAILED} have length greater than or equal to 1",
    ),
    (
        "Query",
        {"TableName": "users", **KEY_CONDITION, "Limit": 0},
        f"{ONE}Value at 'Limit' {FAILED} have value greater than or equal to 1",
    ),
    (
        "Query",
        {"TableName": "users", **KEY_CONDITION, "Select": "X"},
        (
            f"{ONE}Value 'X' at 'select' {FAILED} satisfy enum value set: "
            "[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"
        ),
    ),
    (
        "Scan",
        {"TableName": "users", "Limit": 0},
        f"{ONE}Value '0' at 'limit' {FAILED} have value greater than or equal to 1",
    ),
    (
        "Scan",
        {"TableName": "users", "Segment": -1, "TotalSegments": 1_000_001, "IndexName": "a!"},
        (
            f"4 validation errors detected: Value 'a!' at 'indexName' {FAILED} {NAME}; "
            f"Value 'a!' at 'indexName' {FAILED} have length greater than or equal to 3; "
            f"Value '1000001' at 'totalSegments' {FAILED} have value less than or equal to 1000000; "
            f"Value '-1' at 'segment' {FAILED} have value greater than or equal to 0"
        ),
    ),
    (
        "Scan",
        {"TableName": "users", "ScanFilter": {"a": {}}},
        f"{ONE}Value null at 'scanFilter.a.member.comparisonOperator' {FAILED} not be null",
    ),
    (
        "BatchGetItem",
        {"RequestItems": {"users": {"Keys": [PK] * 101}}},
        f"{ONE}Value at 'RequestItems.users.member.Keys' {FAILED} have length less than or equal to 100",
    ),
    ("BatchGetItem", {}, f"{ONE}Value null at 'requestItems' {FAILED} not be null"),
    (
        "TransactGetItems",
        {"TransactItems": [None]},
        f"{ONE}Value null at 'transactItems.1.member.get' {FAILED} not be null",
    ),
    (
        "TransactWriteItems",
        {"TransactItems": [{"Update": {"TableName": "users", "Key": PK}}]},
        f"{ONE}Value null at 'transactItems.1.member.update.updateExpression' {FAILED} not be null",
    ),
    (
        "TransactWriteItems",
        {"TransactItems": [{"Delete": {"TableName": "users", "Key": PK}}], "ClientRequestToken": "a" * 37},
        f"{ONE}Value '{'a' * 37}' at 'clientRequestToken' {FAILED} have length less than or equal to 36",
    ),
    (
        "ListTables",
        {"Limit": 101},
        f"{ONE}Value '101' at 'limit' {FAILED} have value less than or equal to 100",
    ),
    ("DescribeTable", {}, "The parameter 'TableName' is required but was not present in the request"),
    ("CreateTable", {}, "The parameter 'TableName' is required but was not present in the request"),
    (
        "UpdateTable",
        {"TableName": "ab"},
        f"{ONE}Value 'ab' at 'tableName' {FAILED} have length greater than or equal to 3",
    ),
    (
        "CreateTable",
        {"TableName": "x!", "KeySchema": []},
        (
            f"2 validation errors detected: Value 'x!' at 'tableName' {FAILED} {NAME}; "
            f"Value 'x!' at 'tableName' {FAILED} have length greater than or equal to 3"
        ),
    ),
    (
        "UpdateTimeToLive",
        {"TableName": "users", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": ""}},
        (
            f"{ONE}Value '' at 'timeToLiveSpecification.attributeName' {FAILED} "
            "have length greater than or equal to 1"
        ),
    ),
]


@pytest.mark.parametrize(("operation", "parameters", "told"), TOLD, ids=lambda part: str(part)[:40])
def test_constraints_are_told_in_awss_words(operation, parameters, told) -> None:
    assert refused(operation, **parameters) == told


def test_at_most_ten_errors_are_told() -> None:
    definitions = [{}] * 6
    told = refused("CreateTable", TableName="users", AttributeDefinitions=definitions, KeySchema=[])
    assert told.startswith("10 validation errors detected: Value null at 'attributeDefinitions.1.member.")


def test_what_is_too_long_is_printed_as_java_prints_it() -> None:
    """Probes c_ct_3keys and c_bw_over25 of the capture."""
    schema = [{"AttributeName": name, "KeyType": "HASH"} for name in "abc"]
    printed = ", ".join(f"KeySchemaElement(attributeName={name}, keyType=HASH)" for name in "abc")
    told = refused("CreateTable", TableName="users", KeySchema=schema, AttributeDefinitions=[])
    assert told == f"{ONE}Value '[{printed}]' at 'keySchema' {FAILED} have length less than or equal to 2"
    put = {"PutRequest": {"Item": PK}}
    value = (
        "AttributeValue(s=ada, n=null, b=null, iNT=null, dECIMAL=null, dOUBLE=null, "
        "sS=null, nS=null, bS=null, "
        "iNTSET=null, dECIMALSET=null, dOUBLESET=null, m=null, l=null, nULL=null, bOOL=null)"
    )
    one = (
        f"WriteRequest(putRequest=PutRequest(item={{pk={value}}}, workloadProfileName=null), "
        "deleteRequest=null)"
    )
    assert refused("BatchWriteItem", RequestItems={"users": [put] * 26}) == (
        f"{ONE}Value '{{users=[{', '.join([one] * 26)}]}}' at 'requestItems' failed to satisfy constraint: "
        "Map value must satisfy constraint: [Member must have length less than or equal to 25, "
        "Member must have length greater than or equal to 1]"
    )


def test_names_of_tables_in_batches_are_checked() -> None:
    told = refused("BatchGetItem", RequestItems={"a!": {"Keys": [PK], "ConsistentRead": True}})
    assert "at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: [" in told
    assert told.startswith(f"{ONE}Value '{{a!=KeysAndAttributes(keys=[{{pk=AttributeValue(s=ada, ")
    assert "consistentRead=true" in told


UNREADABLE = [
    ("PutItem", {"Item": "text"}, "Unexpected field type"),
    ("PutItem", {"Item": []}, "Unrecognized collection type java.util.Map<java.lang.String, "),
    ("PutItem", {"Item": {"pk": "text"}}, "Unexpected value type in payload"),
    ("PutItem", {"Item": PK, "ConditionExpression": 5}, "NUMBER_VALUE cannot be converted to String"),
    ("Scan", {"Limit": "5"}, "STRING_VALUE cannot be converted to Integer"),
    ("Scan", {"ConsistentRead": "perhaps"}, "Unexpected token received from parser"),
    ("Scan", {"AttributesToGet": "text"}, "Unexpected field type"),
    ("BatchGetItem", {"RequestItems": {"a": {"Keys": ["b"]}}}, "class sun.reflect.generics."),
    ("BatchWriteItem", {"RequestItems": {"a": "b"}}, "class sun.reflect.generics."),
    ("UpdateItem", {"AttributeUpdates": {"a": {"Value": 5}}}, "Unexpected field type"),
    (
        "CreateTable",
        {"ProvisionedThroughput": {"ReadCapacityUnits": True}},
        "TRUE_VALUE cannot be converted to Long",
    ),
]


@pytest.mark.parametrize(("operation", "parameters", "told"), UNREADABLE, ids=lambda part: str(part)[:40])
def test_a_request_is_read_before_it_is_checked(operation, parameters, told) -> None:
    """The table has no name in any of them, which is told of no request that cannot be read."""
    assert refused(operation, "SerializationException", **parameters).startswith(told)


def test_what_cannot_be_read_is_told_before_what_is_wrong() -> None:
    item = {**PK, "wrong": {"SS": []}, "unreadable": {"S": 5}}
    assert refused("PutItem", "SerializationException", TableName="users", Item=item).startswith(
        "NUMBER_VALUE"
    )


def test_nulls_and_unknown_members_are_left_out() -> None:
    assert check("GetItem", {"TableName": "users", "Key": PK, "AttributesToGet": None, "Future": 1}) == {
        "TableName": "users",
        "Key": PK,
    }
    told = check(
        "Scan", {"TableName": "users", "ConsistentRead": "false", "Limit": 5.0, "IndexName": "by-name"}
    )
    assert told == {"TableName": "users", "ConsistentRead": False, "Limit": 5, "IndexName": "by-name"}


def test_a_table_may_be_named_by_its_arn() -> None:
    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/users"
    assert check("GetItem", {"TableName": arn, "Key": PK})["TableName"] == arn
    assert check("DescribeTable", {"TableName": arn}) == {"TableName": arn}


def test_an_operation_dynamodb_does_not_have_is_passed() -> None:
    assert check("DropTables", {"a": 1}) == {"a": 1}
