"""Probes of the database layer."""

from __future__ import annotations

from benchmarks.peers.probe import expect, probe, refused
from benchmarks.peers.world import World

LAYER = "dynamodb"
LARGE = "x" * 100_000


@probe("ddb-missing-key-put", LAYER, "An item without its key is refused, and the message names the key.")
def missing_key(world: World) -> None:
    words = "One or more parameter values were invalid: Missing the key pk in the item"
    put = world.client("dynamodb").put_item
    refused("ValidationException", words, put, TableName=world.users, Item={"id": {"S": "ada"}})


@probe("ddb-key-empty", LAYER, "A key that is an empty string is refused.")
def empty_key(world: World) -> None:
    words = "The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"
    refused("ValidationException", words, world.put, pk="")


@probe("ddb-404-data", LAYER, "A table that is not there is a ResourceNotFoundException, in these words.")
def no_table(world: World) -> None:
    words = "Requested resource not found"
    refused("ResourceNotFoundException", words, world.put, pk="ada", table=world.name())


@probe("ddb-cond-failed", LAYER, "A put whose condition does not hold is refused, and overwrites nothing.")
def condition(world: World) -> None:
    world.put("twice")
    refused(
        "ConditionalCheckFailedException",
        "The conditional request failed",
        world.client("dynamodb").put_item,
        TableName=world.users,
        Item={"pk": {"S": "twice"}},
        ConditionExpression="attribute_not_exists(pk)",
    )


@probe("ddb-transact-cancelled", LAYER, "A cancelled transaction says for each item why.")
def transaction(world: World) -> None:
    world.put("there")

    def put(pk: str, **more: str) -> dict[str, object]:
        return {"Put": {"TableName": world.users, "Item": {"pk": {"S": pk}}, **more}}

    refused(
        "TransactionCanceledException",
        "please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None]",
        world.client("dynamodb").transact_write_items,
        TransactItems=[put("there", ConditionExpression="attribute_not_exists(pk)"), put("new")],
    )


@probe("ddb-number-precision", LAYER, "A number of 39 digits is refused.")
def digits(world: World) -> None:
    words = "Attempting to store more than 38 significant digits in a Number"
    refused("ValidationException", words, world.put, pk="digits", n={"N": "1" * 39})


@probe("ddb-item-size", LAYER, "An item over 400 KB is refused.")
def size(world: World) -> None:
    words = "Item size has exceeded the maximum allowed size"
    refused("ValidationException", words, world.put, pk="large", text={"S": "x" * 409_600})


@probe("ddb-1mb-page", LAYER, "A scan's page ends at 1 MB and says where the next begins.")
def pages(world: World) -> None:
    table = world.table()
    for number in range(12):
        world.put(str(number), table, text={"S": LARGE})
    page = world.client("dynamodb").scan(TableName=table)
    expect("LastEvaluatedKey" in page, f"all {page['Count']} items of 100 KB on one page")


@probe("ddb-rcu", LAYER, "6.5 KB cost 1 read unit eventually, 2 strongly consistent.")
def read_units(world: World) -> None:
    world.put("read", text={"S": "x" * 6_400})
    found = [
        world.client("dynamodb").get_item(
            TableName=world.users,
            Key={"pk": {"S": "read"}},
            ConsistentRead=strong,
            ReturnConsumedCapacity="TOTAL",
        )["ConsumedCapacity"]["CapacityUnits"]
        for strong in (False, True)
    ]
    expect(found == [1.0, 2.0], f"units {found}")


@probe("ddb-throttle-provisioned", LAYER, "Writes beyond provisioned capacity and its burst are throttled.")
def throttled(world: World) -> None:
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    table = world.table(ProvisionedThroughput=units)

    def write() -> None:
        for number in range(10):  # 98 units each, where 300 are saved up at most
            world.put(str(number), table, text={"S": LARGE})

    refused("ProvisionedThroughputExceededException", "The level of configured provisioned", write)
