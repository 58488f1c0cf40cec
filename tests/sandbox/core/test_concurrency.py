"""Many at once: no update is lost, nobody waits for ever."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.sandbox.core.conftest import text
from tests.sandbox.refusals import refusal

COUNTER = {"pk": text("counter")}
THREADS, TIMES = 8, 200


def insist(write: Callable[[], object]) -> None:
    """Write, again and again while a transaction holds the item."""
    while True:
        try:
            write()
            return
        except ClientError as error:
            if "ransactionConflict" not in str(error):
                raise


@pytest.fixture
def busy(client):
    """A client with a connection for each thread."""
    return client("dynamodb", config=Config(max_pool_connections=60))


def test_no_update_is_lost_while_others_scan(busy, users):
    def add(_):
        for _ in range(TIMES):
            busy.update_item(
                TableName=users,
                Key=COUNTER,
                UpdateExpression="ADD visits :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )

    def scan(_):
        seen = 0
        for _ in range(50):
            items = busy.scan(TableName=users, ConsistentRead=True)["Items"]
            now = int(items[0]["visits"]["N"]) if items else 0
            assert now >= seen
            seen = now

    with ThreadPoolExecutor(THREADS + 2) as pool:
        adding = [pool.submit(add, number) for number in range(THREADS)]
        scanning = [pool.submit(scan, number) for number in range(2)]
        for job in adding + scanning:
            job.result(timeout=60)
    assert busy.get_item(TableName=users, Key=COUNTER, ConsistentRead=True)["Item"]["visits"]["N"] == str(
        THREADS * TIMES
    )


def test_only_one_of_many_makes_an_item(busy, users):
    def make(number):
        busy.put_item(
            TableName=users,
            Item={**COUNTER, "by": {"N": str(number)}},
            ConditionExpression="attribute_not_exists(pk)",
        )

    with ThreadPoolExecutor(10) as pool:
        errors = [job.exception(timeout=30) for job in [pool.submit(make, n) for n in range(30)]]
    assert sum(error is None for error in errors) == 1


def test_transactions_over_two_tables_keep_them_equal(busy, make_table):
    one, two = make_table("one", pk="S"), make_table("two", pk="S")
    add = {
        "Key": COUNTER,
        "UpdateExpression": "ADD visits :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }

    def both(number):
        order = (one, two) if number % 2 else (two, one)
        updates = [{"Update": {"TableName": t, **add}} for t in order]
        insist(lambda: busy.transact_write_items(TransactItems=updates))
        insist(lambda: busy.update_item(TableName=order[0], **add))
        insist(lambda: busy.update_item(TableName=order[1], **add))

    with ThreadPoolExecutor(THREADS) as pool:
        for job in [pool.submit(both, number) for number in range(80)]:
            job.result(timeout=60)
    for table in one, two:
        assert (
            busy.get_item(TableName=table, Key=COUNTER, ConsistentRead=True)["Item"]["visits"]["N"] == "160"
        )


def test_a_table_is_one_by_name_and_by_arn(busy, users, account):
    arn = f"arn:aws:dynamodb:us-east-1:{account}:table/{users}"

    def add(number):
        busy.update_item(
            TableName=(users, arn)[number % 2],
            Key=COUNTER,
            UpdateExpression="ADD visits :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    with ThreadPoolExecutor(THREADS) as pool:
        for job in [pool.submit(add, number) for number in range(80)]:
            job.result(timeout=60)
    assert busy.get_item(TableName=users, Key=COUNTER, ConsistentRead=True)["Item"]["visits"]["N"] == "80"


def test_batches_and_partiql_run_beside_updates(busy, users):
    def work(number):
        key = {"pk": text(f"user-{number}")}
        busy.batch_write_item(RequestItems={users: [{"PutRequest": {"Item": key}}]})
        busy.execute_statement(Statement=f"SELECT * FROM {users} WHERE pk = 'user-{number}'")
        busy.update_item(
            TableName=users,
            Key=key,
            UpdateExpression="SET seen = :yes",
            ExpressionAttributeValues={":yes": {"BOOL": True}},
        )
        return busy.batch_get_item(RequestItems={users: {"Keys": [key], "ConsistentRead": True}})[
            "Responses"
        ][users]

    with ThreadPoolExecutor(THREADS) as pool:
        for found in pool.map(work, range(40), timeout=60):
            assert found[0]["seen"] == {"BOOL": True}


def test_fifty_clients_at_once(sandbox, account, users):
    def one(number):
        own = sandbox.session(account).client("dynamodb")
        own.put_item(TableName=users, Item={"pk": text(f"user-{number}")})
        key = {"pk": text(f"user-{number}")}
        return own.get_item(TableName=users, Key=key, ConsistentRead=True)["Item"]["pk"]["S"]

    with ThreadPoolExecutor(50) as pool:
        assert sorted(pool.map(one, range(50), timeout=60)) == sorted(f"user-{n}" for n in range(50))


def test_stacks_are_made_beside_other_calls(client, busy, users):
    cloudformation = client("cloudformation")

    def stack(number):
        properties = {"Name": f"p{number}", "Type": "String", "Value": "x"}
        template = {"Resources": {"P": {"Type": "AWS::SSM::Parameter", "Properties": properties}}}
        cloudformation.create_stack(StackName=f"s{number}", TemplateBody=json.dumps(template))

    def put(number):
        busy.put_item(TableName=users, Item={"pk": text(f"user-{number}")})

    with ThreadPoolExecutor(THREADS) as pool:
        jobs = [pool.submit(stack, n) for n in range(4)] + [pool.submit(put, n) for n in range(60)]
        for job in jobs:
            job.result(timeout=60)
    assert busy.scan(TableName=users, ConsistentRead=True)["Count"] == 60
    assert len(cloudformation.describe_stacks()["Stacks"]) == 4


def test_accounts_do_not_see_one_another(sandbox, users, db):
    other = sandbox.session("555566667777").client("dynamodb")
    assert users not in other.list_tables()["TableNames"]
    error = refusal(other.get_item, TableName=users, Key=COUNTER)
    assert error.response["Error"]["Code"] == "ResourceNotFoundException"


def test_regions_do_not_see_one_another(sandbox, account, users):
    elsewhere = sandbox.session(account, region="eu-west-1").client("dynamodb")
    assert elsewhere.list_tables()["TableNames"] == []
