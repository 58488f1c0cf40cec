"""What DynamoDB refuses to write, word by word."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.cases import case
from tests.sandbox.core.conftest import text
from tests.sandbox.refusals import refusal

ADA = {"pk": text("ada")}


def nested(levels: int) -> dict:
    value = text("deep")
    for _ in range(levels):
        value = {"M": {"in": value}}
    return value


@case("ddb-missing-key-put")
def test_an_item_needs_its_key(expected, db, users):
    expected.check_error(refusal(db.put_item, TableName=users, Item={"name": text("Ada")}))


@case("ddb-key-type-put")
def test_a_key_has_the_type_of_the_schema(expected, db, make_table):
    table = make_table(id="S")
    expected.check_error(refusal(db.put_item, TableName=table, Item={"id": {"N": "1"}}))


@pytest.mark.parametrize(
    ("operation", "part"), [("get_item", "Key"), ("delete_item", "Key"), ("put_item", "Item")]
)
@case("ddb-key-empty")
def test_a_key_is_not_empty(expected, db, users, operation, part):
    expected.check_error(refusal(getattr(db, operation), TableName=users, **{part: {"pk": text("")}}))


@case("ddb-index-key-type")
def test_a_key_of_an_index_has_its_type(expected, db, make_table):
    table = make_table(pk="S", indexes={"hello": "S"})
    expected.check_error(refusal(db.put_item, TableName=table, Item={**ADA, "hello": {"NULL": True}}))


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("put_item", {"Item": ADA, "ConditionExpression": "attribute_exists(pk)"}),
        ("delete_item", {"Key": ADA, "ConditionExpression": "attribute_exists(pk)"}),
        ("update_item", {"Key": ADA, "UpdateExpression": "REMOVE a"}),
    ],
)
@case("ddb-unused-names-write")
def test_names_are_used(expected, db, users, operation, more):
    names = {"#unused": "x"}
    expected.check_error(
        refusal(getattr(db, operation), TableName=users, ExpressionAttributeNames=names, **more)
    )


UPDATES = {
    "ddb-undefined-value": {"UpdateExpression": "SET a = :v"},
    "ddb-empty-update-expr": {"UpdateExpression": ""},
    "ddb-syntax-error": {"UpdateExpression": "INVALID SYNTAX"},
    "ddb-double-set": {
        "UpdateExpression": "SET a = :a SET b = :a",
        "ExpressionAttributeValues": {":a": text("x")},
    },
    "ddb-mix-expr": {
        "UpdateExpression": "SET a = :a",
        "ExpressionAttributeValues": {":a": text("x")},
        "AttributeUpdates": {"b": {"Value": text("x"), "Action": "PUT"}},
    },
    "ddb-bad-returnvalues": {"UpdateExpression": "REMOVE a", "ReturnValues": "INVALID"},
    "ddb-nesting": {
        "UpdateExpression": "SET a = :a",
        "ExpressionAttributeValues": {":a": nested(32)},
    },
}


@case(*UPDATES)
def test_update_item_refuses(expected, db, users):
    expected.check_error(refusal(db.update_item, TableName=users, Key=ADA, **UPDATES[expected.id]))


PUTS = {
    "ddb-empty-values": {"ConditionExpression": "attribute_exists(pk)", "ExpressionAttributeValues": {}},
    "ddb-values-no-expr": {"ExpressionAttributeValues": {":a": text("x")}},
    "ddb-empty-string-set": {"Item": {**ADA, "tags": {"SS": []}}},
    "ddb-duplicate-set": {"Item": {**ADA, "tags": {"SS": ["a", "a"]}}},
    "ddb-put-returnvalues": {"ReturnValues": "ALL_NEW"},
    "ddb-nesting": {"Item": {**ADA, "deep": nested(32)}},
    "ddb-number-text": {"Item": {**ADA, "age": {"N": "abc"}}},
    "ddb-number-precision": {"Item": {**ADA, "age": {"N": "1" * 39}}},
}


@case(*PUTS)
def test_put_item_refuses(expected, db, users):
    expected.check_error(refusal(db.put_item, TableName=users, **{"Item": ADA, **PUTS[expected.id]}))


@pytest.mark.parametrize(
    "value",
    [{"N": "1" * 38}, {"N": "1" * 38 + "000"}, {"N": "-0." + "1" * 38}, {"SS": ["a", "b"]}, nested(31)],
    ids=["38 digits", "zeros do not count", "nor do signs", "set", "31 levels around"],
)
def test_the_largest_values_are_stored(db, users, value):
    db.put_item(TableName=users, Item={**ADA, "value": value})
    kept = db.get_item(TableName=users, Key=ADA)["Item"]["value"]
    assert kept.keys() == value.keys()


@case("ddb-range-size")
def test_a_sort_key_has_at_most_1024_bytes(expected, db, make_table):
    table = make_table(pk="S", sk="S")
    item = {**ADA, "sk": text("x" * 1025)}
    expected.check_error(refusal(db.put_item, TableName=table, Item=item))


@case("ddb-cond-failed")
def test_a_condition_that_fails(expected, db, users):
    db.put_item(TableName=users, Item=ADA)
    condition = "attribute_not_exists(pk)"
    expected.check_error(refusal(db.put_item, TableName=users, Item=ADA, ConditionExpression=condition))


@pytest.mark.parametrize("operation", ["put_item", "update_item", "delete_item"])
@case("ddb-table-empty")
def test_the_name_of_a_table_is_not_empty(expected, db, operation):
    part = {"Item" if operation == "put_item" else "Key": ADA}
    expected.check_error(refusal(getattr(db, operation), TableName="", **part))


@case("ddb-table-null")
def test_a_table_is_named(expected, db):
    expected.check_error(refusal(db.put_item, Item=ADA))


@case("ddb-table-badchars")
def test_a_name_has_no_blanks(expected, db):
    expected.check_error(refusal(db.put_item, TableName="bad table!@#", Item=ADA))


@pytest.mark.parametrize(
    "parameters",
    [{}, {"Item": "text"}, {"Item": {"pk": "text"}}, {"Item": []}, [], "text", None, 5],
    ids=json.dumps,
)
def test_a_body_of_another_shape_is_the_caller_s_fault(raw, account, users, parameters):
    body = {"TableName": users, **parameters} if isinstance(parameters, dict) else parameters
    reply = raw.call("dynamodb", "DynamoDB_20120810.PutItem", json.dumps(body), account)
    assert reply.status == 400, reply.text
    assert reply.json()["__type"].split("#")[1] in ("ValidationException", "SerializationException")


def test_a_body_that_is_not_json(raw, account):
    reply = raw.call("dynamodb", "DynamoDB_20120810.PutItem", b"{not json", account)
    assert reply.status == 400
    assert reply.json()["__type"] == "com.amazon.coral.service#SerializationException"
