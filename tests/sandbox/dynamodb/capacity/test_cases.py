"""What reads and writes consume, and when they are throttled, through boto3."""

from __future__ import annotations

import time

import pytest

from sandbox.dynamodb.capacity import Limits, TableCapacity
from sandbox.dynamodb.consumed import Consumed
from sandbox.dynamodb.model import Throughput
from sandbox.errors import AwsError, error_reply
from tests.sandbox.cases import case
from tests.sandbox.dynamodb.capacity.definitions import ARN, Clock, table
from tests.sandbox.refusals import refusal

BURST = 300


@pytest.fixture
def db(client):
    return client("dynamodb")


@pytest.fixture
def make(db):
    """`make(write=1)`: the name of a provisioned table of these units, on demand without any."""

    def create(write=None, index=None):
        throughput = {"ReadCapacityUnits": write or 1, "WriteCapacityUnits": write or 1}
        mode = {"ProvisionedThroughput": throughput} if write else {"BillingMode": "PAY_PER_REQUEST"}
        attributes = [{"AttributeName": "pk", "AttributeType": "S"}]
        if index:
            attributes.append({"AttributeName": "email", "AttributeType": "S"})
            units = {"ReadCapacityUnits": index, "WriteCapacityUnits": index}
            mode["GlobalSecondaryIndexes"] = [
                {
                    "IndexName": "by_email",
                    "KeySchema": [{"AttributeName": "email", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                    "ProvisionedThroughput": units,
                }
            ]
        db.create_table(
            TableName="users",
            AttributeDefinitions=attributes,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            **mode,
        )
        db.get_waiter("table_exists").wait(TableName="users")
        return "users"

    return create


def of_size(size, key="a"):
    """An item of so many bytes: names and values count by their UTF-8 letters."""
    return {"pk": {"S": key}, "x": {"S": "x" * (size - len("pk") - len(key) - len("x"))}}


def units(answer):
    return answer["ConsumedCapacity"]["CapacityUnits"]


TOTAL = {"ReturnConsumedCapacity": "TOTAL"}


@case("ddb-rcu")
def test_a_read_counts_by_4_kb(expected, db, make):
    users = make()
    db.put_item(TableName=users, Item=of_size(6656))
    get = {"TableName": users, "Key": {"pk": {"S": "a"}}}
    transaction = db.transact_get_items(TransactItems=[{"Get": get}], **TOTAL)
    found = [
        units(db.get_item(**get, **TOTAL)),
        units(db.get_item(**get, ConsistentRead=True, **TOTAL)),
        transaction["ConsumedCapacity"][0]["CapacityUnits"],
    ]
    assert found == expected.take("CapacityUnits")


@pytest.mark.parametrize("key", ["a", "missing"])
@case("ddb-rcu-small")
def test_a_small_item_and_none_cost_the_least(expected, db, make, key):
    users = make()
    db.put_item(TableName=users, Item=of_size(1024))
    get = {"TableName": users, "Key": {"pk": {"S": key}}, **TOTAL}
    found = [units(db.get_item(**get)), units(db.get_item(**get, ConsistentRead=True))]
    assert found == expected.take("CapacityUnits")


@pytest.mark.parametrize("operation", ["put", "update", "delete"])
@case("ddb-wcu-update")
def test_a_write_counts_by_the_larger_of_before_and_after(expected, db, make, operation):
    users = make()
    db.put_item(TableName=users, Item=of_size(3072))
    key = {"TableName": users, "Key": {"pk": {"S": "a"}}}
    if operation == "put":
        answer = db.put_item(TableName=users, Item=of_size(512), **TOTAL)
    elif operation == "update":
        values = {":x": of_size(512)["x"]}
        answer = db.update_item(
            **key, UpdateExpression="SET x = :x", ExpressionAttributeValues=values, **TOTAL
        )
    else:
        answer = db.delete_item(**key, **TOTAL)
    assert units(answer) == expected.take("CapacityUnits")


@pytest.mark.parametrize(("found", "cost"), [(2000, 2), (None, 1)])
@case("ddb-wcu-failed-cond")
def test_a_failed_condition_consumes_by_the_item_it_met(expected, db, make, found, cost):
    """The answer is an error and tells no units, but the bucket does: it lasts for fewer writes."""
    assert "1 WCU per KB of the existing item, minimum 1" in expected.take("rule")
    users = make(1)
    if found:
        db.put_item(TableName=users, Item=of_size(found))
    never = {"ConditionExpression": "attribute_exists(nothing)"}
    refused = []
    while len(refused) <= BURST and "ProvisionedThroughputExceededException" not in refused:
        error = refusal(db.put_item, TableName=users, Item=of_size(20), **never)
        refused.append(error.response["Error"]["Code"])
    failed = refused.count("ConditionalCheckFailedException")
    left = BURST - (found is not None) * cost
    assert left / cost <= failed <= left / cost + 10, "in ten seconds ten more may be admitted"


@case("ddb-query-rcu")
def test_a_query_sums_before_it_rounds(expected, db, client):
    db.create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    db.get_waiter("table_exists").wait(TableName="orders")
    for number in range(40):
        item = of_size(100 - len("sk") - 2)
        db.put_item(TableName="orders", Item={**item, "sk": {"S": f"{number:02}"}})
    answer = db.query(
        TableName="orders",
        KeyConditionExpression="pk = :a",
        ExpressionAttributeValues={":a": {"S": "a"}},
        **TOTAL,
    )
    assert answer["Count"] == 40
    assert units(answer) == expected.take("CapacityUnits")


def write_until_throttled(db, most=2 * BURST, **item):
    """How many writes were admitted, and the refusal of the one that was not."""
    for number in range(most):
        try:
            db.put_item(TableName="users", Item={"pk": {"S": f"{number}"}, **item})
        except db.exceptions.ProvisionedThroughputExceededException as error:
            return number, error
    raise AssertionError(f"{most} writes were admitted")


@case("ddb-burst")
def test_a_table_bursts_for_what_300_seconds_hold(expected, db, make):
    assert "up to 300 seconds of unused capacity" in expected.take("rule")
    make(1)
    admitted, _ = write_until_throttled(db)
    assert BURST <= admitted <= BURST + 30


def at_ten_a_second(db, seconds):
    """How many of ten writes a second are admitted."""
    began, admitted = time.monotonic(), 0
    for number in range(10 * seconds):
        time.sleep(max(0.0, began + number / 10 - time.monotonic()))  # the rate is what is tested
        try:
            db.put_item(TableName="users", Item={"pk": {"S": f"{number}"}})
        except db.exceptions.ProvisionedThroughputExceededException:
            continue
        admitted += 1
    return admitted


def test_in_real_time_one_write_unit_is_one_write_a_second(db, make):
    make(1)
    write_until_throttled(db)
    assert 3 <= at_ten_a_second(db, seconds=5) <= 7


def test_in_real_time_on_demand_refuses_none(db, make):
    make()
    assert at_ten_a_second(db, seconds=3) == 30


@case("ddb-throttle-provisioned")
def test_a_table_whose_burst_is_used_up_throttles(expected, db, make, account):
    make(1)
    _, error = write_until_throttled(db)
    arn = f"arn:aws:dynamodb:us-east-1:{account}:table/users"
    reasons = [{"reason": "TableWriteProvisionedThroughputExceeded", "resource": arn}]
    expected.check_error(error, meanings={"ThrottlingReasons": reasons})


@case("ddb-throttle-gsi")
def test_an_index_without_room_throttles_its_table(expected, db, make, account):
    make(1000, index=1)
    _, error = write_until_throttled(db, email={"S": "a"})
    expected.check_error(error)
    arn = f"arn:aws:dynamodb:us-east-1:{account}:table/users/index/by_email"
    assert error.response["ThrottlingReasons"] == [
        {"reason": "IndexWriteProvisionedThroughputExceeded", "resource": arn}
    ]
    db.put_item(TableName="users", Item={"pk": {"S": "not in the index"}})


# What takes thousands of writes in one second is tested on the buckets, up to the bytes of the answer.


def answer_of(capacity):
    with pytest.raises(AwsError) as caught:
        capacity.admit_write()
    return error_reply("json", "dynamodb", caught.value)


@case("ddb-throttle-ondemand")
def test_on_demand_more_than_twice_the_peak_is_throttled(expected):
    capacity = TableCapacity(table(None), Clock())
    capacity.charge(Consumed("users", write=4000.0))
    reply = answer_of(capacity)
    expected.check_response(reply.status, reply.headers, reply.body)
    assert b'"__type": "com.amazon.coral.availability#ThrottlingException"' in reply.body


@case("ddb-throttle-account")
def test_the_account_s_quota_is_told_as_such(expected):
    capacity = TableCapacity(table(None), Clock(), Limits(table=Throughput(read=1, write=1)))
    capacity.charge(Consumed("users", write=1.0))
    reply = answer_of(capacity)
    expected.check_response(reply.status, reply.headers, reply.body)
    assert ARN.encode() in reply.body


def test_units_and_storage_are_counted_for_the_bill(db, make, raw, account):
    users = make()
    db.put_item(TableName=users, Item=of_size(3072))
    db.get_item(TableName=users, Key={"pk": {"S": "a"}})
    (counts,) = raw.request("GET", "/_sandbox/usage").json()["accounts"][account]["tables"]
    assert (counts["table"], counts["mode"]) == ("users", "PAY_PER_REQUEST")
    assert (counts["write_request_units"], counts["read_request_units"]) == (3.0, 0.5)
    assert counts["bytes_stored"] == 3172
    db.delete_table(TableName=users)
    (counts,) = raw.request("GET", "/_sandbox/usage").json()["accounts"][account]["tables"]
    assert (counts["write_request_units"], counts["bytes_stored"]) == (3.0, 0)
