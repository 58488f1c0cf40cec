"""PartiQL, over HTTP: what statements read, write and are refused for."""

from __future__ import annotations

import pytest

from tests.sandbox.refusals import refusal, told

FRUIT = (("apple", 1, "red"), ("apple", 2, "green"), ("pear", 1, "green"))


@pytest.fixture
def db(client):
    made = client("dynamodb")
    made.create_table(
        TableName="fruit",
        KeySchema=[
            {"AttributeName": "kind", "KeyType": "HASH"},
            {"AttributeName": "size", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "kind", "AttributeType": "S"},
            {"AttributeName": "size", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    made.get_waiter("table_exists").wait(TableName="fruit")
    for kind, size, colour in FRUIT:
        statement = f"INSERT INTO fruit VALUE {{'kind': '{kind}', 'size': {size}, 'colour': '{colour}'}}"
        made.execute_statement(Statement=statement)
    return made


def found(db, where="", **more):
    """Kind and size of what a SELECT gives, in order."""
    statement = f'SELECT * FROM "fruit" {where}'
    items = db.execute_statement(Statement=statement, ConsistentRead=True, **more)["Items"]
    return [(item["kind"]["S"], int(item["size"]["N"])) for item in items]


def item(db, kind="apple", size="1"):
    key = {"kind": {"S": kind}, "size": {"N": size}}
    return db.get_item(TableName="fruit", Key=key, ConsistentRead=True).get("Item")


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        ("WHERE kind = 'apple'", {("apple", 1), ("apple", 2)}),
        ("WHERE kind = 'apple' AND size > 1", {("apple", 2)}),
        ("WHERE kind = 'apple' AND size BETWEEN 1 AND 2 AND colour = 'red'", {("apple", 1)}),
        ("WHERE kind = 'apple' AND colour <> 'red'", {("apple", 2)}),
        ("WHERE colour = 'green'", {("apple", 2), ("pear", 1)}),
        ("WHERE kind IN ['pear', 'plum']", {("pear", 1)}),
        ("WHERE kind = 'pear' OR colour = 'red'", {("apple", 1), ("pear", 1)}),
        ("WHERE NOT (colour = 'green')", {("apple", 1)}),
        ("WHERE begins_with(\"colour\", 'gr') AND contains(kind, 'ea')", {("pear", 1)}),
        ("WHERE colour IS MISSING", set()),
        ("WHERE colour IS NOT MISSING AND size = 2", {("apple", 2)}),
        ("", {("apple", 1), ("apple", 2), ("pear", 1)}),
    ],
)
def test_conditions(db, where, wanted):
    assert set(found(db, where)) == wanted


def test_parameters_stand_for_values(db):
    given = [{"S": "apple"}, {"N": "2"}]
    assert found(db, "WHERE kind = ? AND size = ?", Parameters=given) == [("apple", 2)]
    error = refusal(db.execute_statement, Statement="SELECT * FROM fruit WHERE kind = 'a'", Parameters=given)
    assert told(error)[2] == "Number of parameters in request and statement don't match."


def test_a_key_makes_a_query_of_a_select(db):
    """It costs what it reads: a Scan would read all."""
    one = db.execute_statement(
        Statement="SELECT colour FROM fruit WHERE kind = 'apple' AND size = 1",
        ReturnConsumedCapacity="TOTAL",
        ConsistentRead=True,
    )
    assert one["Items"] == [{"colour": {"S": "red"}}]
    assert one["ConsumedCapacity"]["CapacityUnits"] == 1.0


def test_pages(db):
    first = db.execute_statement(Statement="SELECT * FROM fruit", Limit=2)
    second = db.execute_statement(Statement="SELECT * FROM fruit", NextToken=first["NextToken"])
    assert len(first["Items"]) + len(second["Items"]) == 3


def test_an_insert_of_what_is_there_is_refused(db):
    statement = "INSERT INTO fruit VALUE {'kind': 'apple', 'size': 1, 'colour': 'blue'}"
    error = refusal(db.execute_statement, Statement=statement)
    assert told(error) == (400, "DuplicateItemException", "Duplicate primary key exists in table")
    assert item(db)["colour"] == {"S": "red"}


def test_an_update_changes_and_removes(db):
    statement = (
        "UPDATE fruit SET price = 3 SET tags = << 'a', 'b' >> REMOVE colour "
        "WHERE kind = 'apple' AND size = 1 RETURNING ALL NEW *"
    )
    (after,) = db.execute_statement(Statement=statement)["Items"]
    assert after == {
        "kind": {"S": "apple"},
        "size": {"N": "1"},
        "price": {"N": "3"},
        "tags": {"SS": ["a", "b"]},
    }
    more = "UPDATE fruit SET price = price + 2 WHERE kind = 'apple' AND size = 1 AND price = 3"
    db.execute_statement(Statement=more)
    assert item(db)["price"] == {"N": "5"}
    assert told(refusal(db.execute_statement, Statement=more))[1] == "ConditionalCheckFailedException"


def test_an_update_makes_no_item(db):
    statement = "UPDATE fruit SET price = 3 WHERE kind = 'plum' AND size = 1"
    assert told(refusal(db.execute_statement, Statement=statement))[1] == "ConditionalCheckFailedException"
    assert item(db, "plum") is None


def test_a_delete_may_depend_on_the_item(db):
    statement = "DELETE FROM fruit WHERE kind = 'apple' AND size = 1 AND colour = 'green'"
    assert told(refusal(db.execute_statement, Statement=statement))[1] == "ConditionalCheckFailedException"
    db.execute_statement(Statement="DELETE FROM fruit WHERE kind = 'apple' AND size = 1 AND colour = 'red'")
    assert item(db) is None


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("SELECTT * FROM fruit", "Expected SELECT, INSERT, UPDATE or DELETE, found SELECTT"),
        ("SELECT * FROM fruit WHERE kind = 'a' nonsense here", "can't be processed"),
        ("SELECT * FROM fruit WHERE kind = $", "Unexpected character"),
        ("INSERT INTO fruit VALUE 'a'", "Expected a map after VALUE"),
        ("DELETE FROM fruit WHERE kind = 'apple'", "mandatory equality on all key attributes"),
        ("INSERT INTO fruit VALUE {'kind': 'apple'}", "Missing the key size in the item"),
    ],
)
def test_what_cannot_be_done(db, statement, words):
    status, code, text = told(refusal(db.execute_statement, Statement=statement))
    assert (status, code) == (400, "ValidationException")
    assert words in text


def test_what_is_not_modelled_is_named(db):
    statement = "SELECT * FROM fruit WHERE kind = 'apple' ORDER BY size DESC"
    error = refusal(db.execute_statement, Statement=statement)
    assert told(error) == (501, "NotImplemented", "The sandbox does not model ORDER BY of PartiQL.")


def test_a_batch_tells_each_statement_s_end(db):
    answer = db.batch_execute_statement(
        Statements=[
            {"Statement": "SELECT * FROM fruit WHERE kind = 'pear' AND size = 1", "ConsistentRead": True},
            {"Statement": "SELECT * FROM fruit WHERE kind = 'pear'"},
            {"Statement": "INSERT INTO fruit VALUE {'kind': 'pear', 'size': 1}"},
            {"Statement": "DELETE FROM nothing WHERE kind = 'pear'"},
        ]
    )["Responses"]
    assert answer[0]["Item"]["colour"] == {"S": "green"}
    codes = [one["Error"]["Code"] for one in answer[1:]]
    assert codes == ["ValidationError", "DuplicateItem", "ResourceNotFound"]


def test_a_transaction_is_done_whole_or_not_at_all(db):
    insert = "INSERT INTO fruit VALUE {'kind': '%s', 'size': 1}"
    both = [{"Statement": insert % "plum"}, {"Statement": insert % "pear"}]
    error = refusal(db.execute_transaction, TransactStatements=both)
    assert told(error)[1] == "TransactionCanceledException"
    assert [one["Code"] for one in error.response["CancellationReasons"]] == ["None", "DuplicateItem"]
    assert item(db, "plum") is None
    db.execute_transaction(TransactStatements=both[:1])
    reads = [{"Statement": "SELECT * FROM fruit WHERE kind = 'plum' AND size = 1"}]
    (read,) = db.execute_transaction(TransactStatements=reads)["Responses"]
    assert read["Item"]["kind"] == {"S": "plum"}
    error = refusal(db.execute_transaction, TransactStatements=[*reads, *both])
    assert told(error)[1] == "ValidationException"
