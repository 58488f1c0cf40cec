"""What calls of DynamoDB ask for.

Sources: DynamoDB Developer Guide, *API permissions reference*, *Using IAM policy conditions for fine-grained
access control*, *Using IAM with DynamoDB transactions*, *IAM security policies with PartiQL*.
"""

from __future__ import annotations

import pytest

from sandbox.iam.actions import NothingKnown, asks

REGION, ACCOUNT = "us-east-1", "111111111111"
ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:"
OTHER = "arn:aws:dynamodb:eu-west-1:222222222222:table/users"
ADA = {"userId": {"S": "ada"}}


class Known(NothingKnown):
    """A table whose partition key is userId, and its index whose partition key is email."""

    def key_name(self, arn):
        return "email" if "/index/" in arn else "userId"


def told(operation, parameters):
    """`action resource` of each ask, ARNs of this account's DynamoDB without their beginning."""
    found = asks("dynamodb", operation, parameters, REGION, ACCOUNT)
    return [f"{ask.action} {ask.resource.removeprefix(ARN)}" for ask in found]


def context(operation, parameters, lookup=None, at=0):
    found = asks("dynamodb", operation, parameters, REGION, ACCOUNT, lookup=lookup or Known())
    return {key.removeprefix("dynamodb:"): values for key, values in found[at].context.items()}


TABLE = {"TableName": "users"}
ROWS = [
    ("PutItem", {**TABLE, "Item": ADA}, ["dynamodb:PutItem table/users"]),
    ("GetItem", {**TABLE, "Key": ADA}, ["dynamodb:GetItem table/users"]),
    ("GetItem", {"TableName": OTHER, "Key": ADA}, [f"dynamodb:GetItem {OTHER}"]),
    ("UpdateItem", {**TABLE, "Key": ADA}, ["dynamodb:UpdateItem table/users"]),
    ("DeleteItem", {**TABLE, "Key": ADA}, ["dynamodb:DeleteItem table/users"]),
    ("Query", TABLE, ["dynamodb:Query table/users"]),
    ("Query", {**TABLE, "IndexName": "byEmail"}, ["dynamodb:Query table/users/index/byEmail"]),
    ("Query", {"TableName": OTHER, "IndexName": "byEmail"}, [f"dynamodb:Query {OTHER}/index/byEmail"]),
    ("Scan", TABLE, ["dynamodb:Scan table/users"]),
    ("Scan", {**TABLE, "IndexName": "byEmail"}, ["dynamodb:Scan table/users/index/byEmail"]),
    (
        "BatchGetItem",
        {"RequestItems": {"users": {"Keys": [ADA]}, "orders": {"Keys": [ADA]}}},
        ["dynamodb:BatchGetItem table/users", "dynamodb:BatchGetItem table/orders"],
    ),
    (
        "BatchWriteItem",
        {"RequestItems": {"users": [{"PutRequest": {"Item": ADA}}], OTHER: []}},
        ["dynamodb:BatchWriteItem table/users", f"dynamodb:BatchWriteItem {OTHER}"],
    ),
    (
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Put": {**TABLE, "Item": ADA}},
                {"Update": {**TABLE, "Key": ADA}},
                {"Delete": {"TableName": "orders", "Key": ADA}},
                {"ConditionCheck": {**TABLE, "Key": ADA}},
            ]
        },
        [
            "dynamodb:PutItem table/users",
            "dynamodb:UpdateItem table/users",
            "dynamodb:DeleteItem table/orders",
            "dynamodb:ConditionCheckItem table/users",
        ],
    ),
    (
        "TransactGetItems",
        {"TransactItems": [{"Get": {**TABLE, "Key": ADA}}, {"Get": {"TableName": "orders", "Key": ADA}}]},
        ["dynamodb:GetItem table/users", "dynamodb:GetItem table/orders"],
    ),
    ("ExecuteStatement", {"Statement": 'SELECT * FROM "users"'}, ["dynamodb:PartiQLSelect table/users"]),
    (
        "ExecuteStatement",
        {"Statement": 'SELECT name FROM "users"."byEmail" WHERE email = ?'},
        ["dynamodb:PartiQLSelect table/users/index/byEmail"],
    ),
    (
        "BatchExecuteStatement",
        {
            "Statements": [
                {"Statement": "INSERT INTO users VALUE {'userId': 'ada'}"},
                {"Statement": "update users set age = 3 where userId = 'ada'"},
                {"Statement": "DELETE FROM users WHERE userId = 'ada'"},
            ]
        },
        [
            "dynamodb:PartiQLInsert table/users",
            "dynamodb:PartiQLUpdate table/users",
            "dynamodb:PartiQLDelete table/users",
        ],
    ),
    (
        "ExecuteTransaction",
        {"TransactStatements": [{"Statement": "EXISTS(SELECT * FROM users WHERE userId = 'ada')"}]},
        ["dynamodb:PartiQLSelect table/users"],
    ),
    ("ExecuteStatement", {"Statement": "DROP TABLE users"}, []),
    ("CreateTable", TABLE, ["dynamodb:CreateTable table/users"]),
    (
        "CreateTable",
        {**TABLE, "Tags": [{"Key": "lab", "Value": "1"}]},
        ["dynamodb:CreateTable table/users", "dynamodb:TagResource table/users"],
    ),
    ("DescribeTable", TABLE, ["dynamodb:DescribeTable table/users"]),
    ("DescribeTable", {"TableName": OTHER}, [f"dynamodb:DescribeTable {OTHER}"]),
    ("UpdateTable", TABLE, ["dynamodb:UpdateTable table/users"]),
    ("DeleteTable", TABLE, ["dynamodb:DeleteTable table/users"]),
    ("UpdateTimeToLive", TABLE, ["dynamodb:UpdateTimeToLive table/users"]),
    ("ListTables", {}, ["dynamodb:ListTables table/*"]),
    ("DescribeLimits", {}, ["dynamodb:DescribeLimits *"]),
    ("TagResource", {"ResourceArn": OTHER}, [f"dynamodb:TagResource {OTHER}"]),
    ("ListTagsOfResource", {"ResourceArn": OTHER}, [f"dynamodb:ListTagsOfResource {OTHER}"]),
    ("CreateBackup", {**TABLE, "BackupName": "b"}, ["dynamodb:CreateBackup table/users"]),
    ("DeleteBackup", {"BackupArn": f"{OTHER}/backup/1"}, [f"dynamodb:DeleteBackup {OTHER}/backup/1"]),
    (
        "GetResourcePolicy",
        {"ResourceArn": f"{OTHER}/stream/1"},
        [f"dynamodb:GetResourcePolicy {OTHER}/stream/1"],
    ),
    ("ImportTable", {"TableCreationParameters": TABLE}, ["dynamodb:ImportTable table/users"]),
    ("PutItem", {}, ["dynamodb:PutItem table/"]),
]


@pytest.mark.parametrize(("operation", "parameters", "expected"), ROWS)
def test_what_a_call_asks_for(operation, parameters, expected):
    assert told(operation, parameters) == expected


def test_restoring_writes_into_the_new_table():
    found = told("RestoreTableFromBackup", {"TargetTableName": "new", "BackupArn": f"{OTHER}/backup/1"})
    assert found[:2] == [
        f"dynamodb:RestoreTableFromBackup {OTHER}/backup/1",
        "dynamodb:RestoreTableFromBackup table/new",
    ]
    assert "dynamodb:PutItem table/new" in found
    found = told("RestoreTableToPointInTime", {"SourceTableName": "old", "TargetTableName": "new"})
    assert found[0] == "dynamodb:RestoreTableToPointInTime table/old"
    assert "dynamodb:BatchWriteItem table/new" in found


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        ("DescribeStream", {"StreamArn": f"{OTHER}/stream/1"}, f"{OTHER}/stream/1"),
        ("GetShardIterator", {"StreamArn": f"{OTHER}/stream/1"}, f"{OTHER}/stream/1"),
        ("GetRecords", {"ShardIterator": f"{OTHER}/stream/1|1|AAAA"}, f"{OTHER}/stream/1"),
        ("ListStreams", TABLE, f"{ARN}table/users/stream/*"),
        ("ListStreams", {}, f"{ARN}table/*/stream/*"),
        ("ListStreams", {"TableName": OTHER}, f"{OTHER}/stream/*"),
    ],
)
def test_streams(operation, parameters, expected):
    (ask,) = asks("dynamodbstreams", operation, parameters, REGION, ACCOUNT)
    assert (ask.action, ask.resource) == (f"dynamodb:{operation}", expected)


WRITE = {
    **TABLE,
    "Key": {"userId": {"S": "ada"}, "at": {"N": "7"}},
    "UpdateExpression": "SET #n = :n, address.city = :c REMOVE tags[0] ADD visits :one",
    "ConditionExpression": "attribute_exists(userId) AND size(bio) < :max",
    "ExpressionAttributeNames": {"#n": "name"},
    "ReturnConsumedCapacity": "TOTAL",
}
KEY_IS = {
    "KeyConditionExpression": "#k = :k AND begins_with(sort, :p)",
    "ExpressionAttributeNames": {"#k": "userId"},
    "ExpressionAttributeValues": {":k": {"S": "ada"}, ":p": {"S": "x"}},
}


def test_a_write_names_its_key_and_every_attribute():
    assert context("UpdateItem", WRITE) == {
        "attributes": ("userId", "at", "bio", "name", "address", "tags", "visits"),
        "leadingkeys": ("ada",),
        "returnvalues": ("NONE",),
        "returnconsumedcapacity": ("TOTAL",),
    }


ITEM = {"userId": {"S": "ada"}, "age": {"N": "36"}}
KEYS = [
    ("PutItem", {"Item": ITEM}, "attributes", ("userId", "age")),
    ("PutItem", {"Item": ITEM}, "leadingkeys", ("ada",)),
    ("PutItem", {"Item": {"userId": {"N": "7"}}}, "leadingkeys", ("7",)),
    ("PutItem", {"Item": {"userId": {"B": "YWRh"}}}, "leadingkeys", ("YWRh",)),
    ("PutItem", {"Item": ITEM, "ReturnValues": "ALL_OLD"}, "returnvalues", ("ALL_OLD",)),
    ("DeleteItem", {"Key": ADA, "Expected": {"age": {}}}, "attributes", ("userId", "age")),
    ("UpdateItem", {"Key": ADA, "AttributeUpdates": {"age": {}}}, "attributes", ("userId", "age")),
    ("GetItem", {"Key": ADA}, "select", ("ALL_ATTRIBUTES",)),
    ("GetItem", {"Key": ADA}, "attributes", ("userId",)),
    ("GetItem", {"Key": ADA, "ProjectionExpression": "a.b, c"}, "attributes", ("userId", "a", "c")),
    ("GetItem", {"Key": ADA, "ProjectionExpression": "a"}, "select", ("SPECIFIC_ATTRIBUTES",)),
    ("GetItem", {"Key": ADA, "AttributesToGet": ["b"]}, "attributes", ("userId", "b")),
    ("Query", KEY_IS, "leadingkeys", ("ada",)),
    ("Query", KEY_IS, "attributes", ("userId", "sort")),
    ("Query", {**KEY_IS, "Select": "COUNT"}, "select", ("COUNT",)),
    ("Query", {**KEY_IS, "IndexName": "i"}, "select", ("ALL_PROJECTED_ATTRIBUTES",)),
    ("Query", {**KEY_IS, "IndexName": "i"}, "leadingkeys", None),
    (
        "Query",
        {"KeyConditions": {"userId": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}},
        "leadingkeys",
        ("a",),
    ),
    ("Query", {**KEY_IS, "FilterExpression": "age > :k"}, "attributes", ("age", "userId", "sort")),
    ("Scan", {"FilterExpression": "age > :a"}, "attributes", ("age",)),
    ("Scan", {"FilterExpression": "age > :a"}, "leadingkeys", None),
    ("Scan", {}, "select", ("ALL_ATTRIBUTES",)),
    ("Scan", {"FilterExpression": "#undefined = :v"}, "attributes", ("#undefined",)),
    ("PutItem", {"Item": ITEM}, "enclosingoperation", None),
    ("PutItem", {"Item": ITEM}, "returnconsumedcapacity", ("NONE",)),
    (
        "BatchGetItem",
        {"RequestItems": {"users": {"Keys": [ADA, {"userId": {"S": "bo"}}]}}},
        "leadingkeys",
        ("ada", "bo"),
    ),
    ("BatchGetItem", {"RequestItems": {"users": {"Keys": [ADA]}}}, "select", ("ALL_ATTRIBUTES",)),
    (
        "BatchWriteItem",
        {"RequestItems": {"users": [{"PutRequest": {"Item": ITEM}}, {"DeleteRequest": {"Key": ADA}}]}},
        "attributes",
        ("userId", "age"),
    ),
]


@pytest.mark.parametrize(("operation", "parameters", "key", "expected"), KEYS)
def test_condition_keys(operation, parameters, key, expected):
    assert context(operation, {**TABLE, **parameters}).get(key) == expected


def test_a_key_of_one_attribute_is_the_partition_key_though_the_table_is_not_known():
    assert context("GetItem", {**TABLE, "Key": ADA}, NothingKnown())["leadingkeys"] == ("ada",)
    assert "leadingkeys" not in context("PutItem", {**TABLE, "Item": ITEM}, NothingKnown())
    assert context("Query", {**TABLE, **KEY_IS}, NothingKnown())["leadingkeys"] == ("ada",)


def test_a_transaction_is_named_and_has_its_own_return_values():
    put = {"Put": {**TABLE, "Item": ITEM, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}
    keys = context("TransactWriteItems", {"TransactItems": [put]})
    assert keys["enclosingoperation"] == ("TransactWriteItems",)
    assert keys["returnvalues"] == ("ALL_OLD",)
    keys = context("TransactGetItems", {"TransactItems": [{"Get": {**TABLE, "Key": ADA}}]})
    assert keys["enclosingoperation"] == ("TransactGetItems",)


PARTIQL = [
    ("SELECT * FROM users", [], "fulltablescan", ("true",)),
    ("SELECT * FROM users WHERE userId = 'a'", [], "fulltablescan", ("false",)),
    ("SELECT * FROM users WHERE userId IN ['a', 'b']", [], "fulltablescan", ("false",)),
    ("SELECT * FROM users WHERE age = 3", [], "fulltablescan", ("true",)),
    ("SELECT * FROM users WHERE userId = 'a' OR age = 3", [], "fulltablescan", ("true",)),
    ("SELECT * FROM users WHERE userId = 'a' or userId = 'b'", [], "fulltablescan", ("false",)),
    ("SELECT * FROM users WHERE userId > 'a'", [], "fulltablescan", ("true",)),
    ("SELECT * FROM users WHERE userId IN ['a', 'b']", [], "leadingkeys", ("a", "b")),
    ("SELECT * FROM users WHERE userId = 'it''s'", [], "leadingkeys", ("it's",)),
    ("SELECT * FROM users WHERE age = ? AND userId = ?", [{"N": "1"}, {"S": "bo"}], "leadingkeys", ("bo",)),
    ("SELECT * FROM users", [], "select", ("ALL_ATTRIBUTES",)),
    ("SELECT name, a.b FROM users WHERE userId = 'a'", [], "select", ("SPECIFIC_ATTRIBUTES",)),
    ("SELECT name, a.b FROM users WHERE userId = 'a'", [], "attributes", ("name", "a", "userId")),
    ("INSERT INTO users VALUE {'userId': ?, 'age': 3}", [{"S": "ada"}], "leadingkeys", ("ada",)),
    ("INSERT INTO users VALUE {'userId': ?, 'age': 3}", [{"S": "ada"}], "attributes", ("userId", "age")),
    ("UPDATE users SET age = ? WHERE userId = ?", [{"N": "1"}, {"S": "bo"}], "leadingkeys", ("bo",)),
    ("UPDATE users SET age = 1 WHERE userId = 'bo'", [], "attributes", ("age", "userId")),
    ("UPDATE users SET age = 1 WHERE userId = 'bo' RETURNING ALL NEW *", [], "returnvalues", ("ALL_NEW",)),
    ("DELETE FROM users WHERE userId = 'bo' RETURNING MODIFIED OLD *", [], "returnvalues", ("UPDATED_OLD",)),
    ("DELETE FROM users WHERE userId = 'bo'", [], "returnvalues", ("NONE",)),
    ("DELETE FROM users WHERE userId = 'bo'", [], "enclosingoperation", None),
]


@pytest.mark.parametrize(("statement", "values", "key", "expected"), PARTIQL)
def test_condition_keys_of_partiql(statement, values, key, expected):
    assert context("ExecuteStatement", {"Statement": statement, "Parameters": values}).get(key) == expected


def test_a_partiql_transaction_is_named():
    keys = context("ExecuteTransaction", {"TransactStatements": [{"Statement": "SELECT * FROM users"}]})
    assert keys["enclosingoperation"] == ("ExecuteTransaction",)
