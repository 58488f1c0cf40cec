"""Tables, transactions and batches: what DynamoDB refuses, and how a table begins and ends."""

from __future__ import annotations

import pytest

from tests.sandbox.cases import case
from tests.sandbox.core.conftest import text
from tests.sandbox.refusals import refusal

ADA = {"pk": text("ada")}
SCHEMA = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
}
ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}

CREATIONS = {
    "ddb-table-short": {"TableName": "ab", **SCHEMA, **ON_DEMAND},
    "ddb-billing-prov-missing": {"TableName": "users", **SCHEMA, "BillingMode": "PROVISIONED"},
    "ddb-createtable-attr": {
        "TableName": "users",
        **SCHEMA,
        **ON_DEMAND,
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "email", "AttributeType": "S"},
        ],
    },
    "ddb-createtable-attrtype": {
        "TableName": "users",
        **SCHEMA,
        **ON_DEMAND,
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "INVALID"}],
    },
}


@case(*CREATIONS)
def test_create_table_refuses(expected, db):
    expected.check_error(refusal(db.create_table, **CREATIONS[expected.id]))


@pytest.mark.parametrize(
    ("operation", "more"),
    [("describe_table", {}), ("delete_table", {}), ("update_table", ON_DEMAND)],
)
@case("ddb-404-control")
def test_a_table_that_is_not_there(expected, db, operation, more):
    expected.check_error(refusal(getattr(db, operation), TableName="non-existent", **more))


@case("ddb-transact-cancelled")
def test_a_transaction_with_a_failed_condition(expected, db, users):
    db.put_item(TableName=users, Item=ADA)
    condition = {"ConditionExpression": "attribute_not_exists(pk)"}
    writes = [
        {"Put": {"TableName": users, "Item": ADA, **condition}},
        {"Put": {"TableName": users, "Item": {"pk": text("bob")}}},
    ]
    expected.check_error(refusal(db.transact_write_items, TransactItems=writes))
    assert "Item" not in db.get_item(TableName=users, Key={"pk": text("bob")}, ConsistentRead=True)


@case("ddb-transact-dup")
def test_a_transaction_writes_an_item_once(expected, db, users):
    writes = [{"Put": {"TableName": users, "Item": ADA}}, {"Delete": {"TableName": users, "Key": ADA}}]
    expected.check_error(refusal(db.transact_write_items, TransactItems=writes))


@case("ddb-batch-dup")
def test_a_batch_names_a_key_once(expected, db, users):
    error = refusal(db.batch_get_item, RequestItems={users: {"Keys": [ADA, ADA]}})
    expected.check_error(error)


@case("ddb-batch-dup")
def test_a_batch_writes_a_key_once(expected, db, users):
    put = {"PutRequest": {"Item": ADA}}
    expected.check_error(refusal(db.batch_write_item, RequestItems={users: [put, put]}))


@case("ddb-batch-get-100")
def test_a_batch_gets_at_most_100_keys(expected, db, users):
    keys = [{"pk": text(str(number))} for number in range(101)]
    expected.check_error(refusal(db.batch_get_item, RequestItems={users: {"Keys": keys}}))


@case("ddb-batch-empty")
def test_a_batch_is_not_empty(expected, db):
    expected.part(0).check_error(refusal(db.batch_get_item, RequestItems={}))
    expected.part(1).check_error(refusal(db.batch_write_item, RequestItems={}))


def test_a_table_comes_and_goes(db, users):
    db.get_waiter("table_exists").wait(TableName=users, WaiterConfig={"Delay": 1, "MaxAttempts": 5})
    assert users in db.list_tables()["TableNames"]
    db.delete_table(TableName=users)
    db.get_waiter("table_not_exists").wait(TableName=users, WaiterConfig={"Delay": 1, "MaxAttempts": 5})
    assert users not in db.list_tables()["TableNames"]


def test_binary_values_come_back_as_they_went(db, users):
    item = {**ADA, "photo": {"B": b"\x00\xff\x01"}, "parts": {"BS": [b"a", b"b"]}}
    db.put_item(TableName=users, Item=item)
    assert db.get_item(TableName=users, Key=ADA, ConsistentRead=True)["Item"] == item


def test_pages_cover_all_items_once(db, users):
    names = {f"user-{number:02}" for number in range(25)}
    for name in names:
        db.put_item(TableName=users, Item={"pk": text(name)})
    pages = db.get_paginator("scan").paginate(
        TableName=users, ConsistentRead=True, PaginationConfig={"PageSize": 7}
    )
    seen = [item["pk"]["S"] for page in pages for item in page["Items"]]
    assert sorted(seen) == sorted(names)
