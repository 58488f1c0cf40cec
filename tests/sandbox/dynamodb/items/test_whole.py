"""Through boto3, on a sandbox as it is by default: reads that can be stale, writes that are never lost."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.cases import case
from tests.sandbox.refusals import refusal

ADA = {"pk": {"S": "ada"}}


@pytest.fixture
def db(client):
    made = client("dynamodb")
    made.create_table(
        TableName="things",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    made.get_waiter("table_exists").wait(TableName="things")
    return made


def number(answer):
    return int(answer["Item"]["n"]["N"]) if "Item" in answer else 0


def test_default_reads_can_be_stale_and_consistent_ones_never_are(db):
    stale = {True: 0, False: 0}
    for serial in range(1, 301):
        db.put_item(TableName="things", Item={**ADA, "n": {"N": str(serial)}})
        for consistent in (False, True):
            read = db.get_item(TableName="things", Key=ADA, ConsistentRead=consistent)
            stale[consistent] += number(read) != serial
    assert stale[True] == 0
    assert 0.15 <= stale[False] / 300 <= 0.45


def test_clients_that_add_to_one_item_lose_nothing(db):
    """Each sees all that was acknowledged before it asked."""
    acknowledged, lock = [0], threading.Lock()

    def add(_):
        update = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
        db.update_item(TableName="things", Key=ADA, **update)
        with lock:
            acknowledged[0] += 1
            least = acknowledged[0]
        assert number(db.get_item(TableName="things", Key=ADA, ConsistentRead=True)) >= least

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(200)))
    assert number(db.get_item(TableName="things", Key=ADA, ConsistentRead=True)) == 200


def test_of_many_conditional_puts_one_wins(db):
    def put(serial):
        try:
            db.put_item(
                TableName="things",
                Item={**ADA, "n": {"N": str(serial)}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            return error.response["Error"]["Code"]
        return serial

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(put, range(1, 51)))
    winners = [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert [outcome for outcome in outcomes if outcome not in winners] == [
        "ConditionalCheckFailedException"
    ] * 49
    assert winners == [number(db.get_item(TableName="things", Key=ADA, ConsistentRead=True))]


def test_pages_through_the_paginators(db):
    for serial in range(40):
        db.put_item(TableName="things", Item={"pk": {"S": f"user {serial}"}, "data": {"S": "x" * 60_000}})
    pages = list(db.get_paginator("scan").paginate(TableName="things", ConsistentRead=True))
    assert len(pages) == 3
    assert sorted(item["pk"]["S"] for page in pages for item in page["Items"]) == sorted(
        f"user {serial}" for serial in range(40)
    )


def of_bytes(size):
    """Ada's item of just so many bytes."""
    return {**ADA, "data": {"S": "x" * (size - len("pk" + "ada" + "data"))}}


@case("ddb-item-size")
def test_an_item_has_400_kb_at_most(expected, db):
    db.put_item(TableName="things", Item=of_bytes(409_600))
    expected.check_error(refusal(db.put_item, TableName="things", Item=of_bytes(409_601)))


@case("ddb-1mb-page")
def test_a_page_ends_at_1_mb_before_its_filter(expected, db):
    assert expected.take("rule").startswith("page ends at 1 MB before filtering; LastEvaluatedKey present")
    for serial in range(20):
        db.put_item(TableName="things", Item={"pk": {"S": f"user {serial}"}, "data": {"S": "x" * 100_000}})
    asked = {"TableName": "things", "ConsistentRead": True, "ReturnConsumedCapacity": "TOTAL"}
    plain = db.scan(**asked)
    nobody = {"FilterExpression": "pk = :nobody", "ExpressionAttributeValues": {":nobody": {"S": "x"}}}
    filtered = db.scan(**asked, **nobody)
    assert (filtered["Count"], filtered["ScannedCount"]) == (0, plain["ScannedCount"])
    assert plain["Count"] == plain["ScannedCount"] == 11
    assert filtered["LastEvaluatedKey"] == plain["LastEvaluatedKey"] == {"pk": plain["Items"][-1]["pk"]}
    assert filtered["ConsumedCapacity"] == plain["ConsumedCapacity"]
