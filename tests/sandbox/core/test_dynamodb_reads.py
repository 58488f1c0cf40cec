"""What DynamoDB refuses to read, word by word, and what its client makes of numbers."""

from __future__ import annotations

import decimal

import boto3
import pytest
from botocore.exceptions import NoCredentialsError

from tests.sandbox.cases import case
from tests.sandbox.core.conftest import text
from tests.sandbox.refusals import refusal

ADA = {"pk": text("ada")}
BY_KEY = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": text("ada")}}
FILTER = {"FilterExpression": "pk = :p", "ExpressionAttributeValues": {":p": text("ada")}}


@pytest.mark.parametrize(
    ("operation", "more"),
    [("get_item", {"Key": ADA, "ProjectionExpression": "pk"}), ("query", BY_KEY), ("scan", FILTER)],
)
@case("ddb-unused-names-read")
def test_names_are_used(expected, db, users, operation, more):
    names = {"#count": "x"}
    expected.check_error(
        refusal(getattr(db, operation), TableName=users, ExpressionAttributeNames=names, **more)
    )


GETS = {
    "ddb-empty-names": {"ProjectionExpression": "pk", "ExpressionAttributeNames": {}},
    "ddb-names-no-expr": {"ExpressionAttributeNames": {"#a": "x"}},
    "ddb-overlap-projection": {"ProjectionExpression": "a, a"},
}


@case(*GETS)
def test_get_item_refuses(expected, db, users):
    expected.check_error(refusal(db.get_item, TableName=users, Key=ADA, **GETS[expected.id]))


@case("ddb-undefined-name")
def test_a_filter_uses_defined_names(expected, db, users):
    values = {":v": text("a")}
    expected.check_error(
        refusal(db.scan, TableName=users, FilterExpression="#missing = :v", ExpressionAttributeValues=values)
    )


@pytest.mark.parametrize(
    ("operation", "expression"), [("scan", "FilterExpression"), ("query", "KeyConditionExpression")]
)
@case("ddb-value-without-colon")
def test_values_begin_with_a_colon(expected, db, users, operation, expression):
    more = {expression: "pk = loc", "ExpressionAttributeValues": {"loc": text("x")}}
    expected.check_error(refusal(getattr(db, operation), TableName=users, **more))


@case("ddb-query-nokey")
def test_a_query_needs_a_key(expected, db, users):
    expected.check_error(refusal(db.query, TableName=users))


@pytest.mark.parametrize("operation", ["query", "scan"])
@case("ddb-gsi-consistent")
def test_a_global_index_is_read_eventually(expected, db, make_table, operation):
    table = make_table(pk="S", indexes={"email": "S"})
    more = {}
    if operation == "query":
        more = {"KeyConditionExpression": "email = :e", "ExpressionAttributeValues": {":e": text("a@b")}}
    index = {"IndexName": "email-index", "ConsistentRead": True}
    expected.check_error(refusal(getattr(db, operation), TableName=table, **index, **more))


@case("ddb-index-missing")
def test_an_index_that_is_not_there(expected, db, users):
    expected.check_error(refusal(db.query, TableName=users, IndexName="foo", **BY_KEY))


READS_AND_WRITES = {
    "get_item": {"Key": ADA},
    "put_item": {"Item": ADA},
    "update_item": {"Key": ADA},
    "delete_item": {"Key": ADA},
    "query": BY_KEY,
    "scan": {},
}


@pytest.mark.parametrize("operation", READS_AND_WRITES)
@case("ddb-404-data")
def test_a_table_that_is_not_there(expected, db, operation):
    parameters = READS_AND_WRITES[operation]
    expected.check_error(refusal(getattr(db, operation), TableName="none", **parameters))


@case("ddb-404-data")
def test_a_batch_for_a_table_that_is_not_there(expected, db):
    put = {"PutRequest": {"Item": ADA}}
    expected.check_error(refusal(db.batch_write_item, RequestItems={"none": [put]}))


@case("ts-env-table-name")
def test_a_wrong_table_name_says_so(expected, db):
    error = refusal(db.get_item, TableName="wrong", Key=ADA)
    assert expected.take("log_contains") == error.response["Error"]["Code"]
    assert expected.take("message") == error.response["Error"]["Message"]


@case("ts-number-eq")
def test_a_path_parameter_is_no_number(expected, db, make_table):
    table = make_table(id="N")
    expected.check_error(refusal(db.get_item, TableName=table, Key={"id": text("1")}))


@pytest.mark.parametrize("key", [{}, {"id": text("1")}, {**ADA, "more": text("x")}])
@case("ts-number-eq")
def test_a_key_has_the_attributes_of_the_schema(expected, db, users, key):
    expected.check_error(refusal(db.get_item, TableName=users, Key=key))


@case("ddb-boto3-float")
def test_the_table_resource_takes_no_floats(expected, sandbox, account):
    table = sandbox.session(account).resource("dynamodb").Table("users")
    with pytest.raises(TypeError) as caught:
        table.put_item(Item={"pk": "ada", "price": 9.99})
    expected.check_exception(caught.value)


@case("ddb-boto3-numbers")
def test_the_table_resource_gives_decimals(expected, sandbox, account, users):
    table = sandbox.session(account).resource("dynamodb").Table(users)
    table.put_item(Item={"pk": "ada", "price": decimal.Decimal("9.99")})
    price = table.get_item(Key={"pk": "ada"})["Item"]["price"]
    assert f"{type(price).__module__}.{type(price).__name__}" == expected.take("python_type")
    assert price == decimal.Decimal("9.99")


@case("ddb-clienterror-format")
def test_how_boto3_words_an_error(expected, db, users):
    error = refusal(db.get_item, TableName="none", Key=ADA)
    expected.check_text(str(error))


@case("ddb-no-credentials")
def test_without_credentials_nothing_is_sent(expected, sandbox, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    client = boto3.Session(region_name="us-east-1").client("dynamodb", endpoint_url=sandbox.url)
    with pytest.raises(NoCredentialsError) as caught:
        client.list_tables()
    expected.check_exception(caught.value)
