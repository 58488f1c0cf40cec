"""A table with three indexes and eleven items, and ways to page through it."""

from tests.sandbox.dynamodb.items.shop import Shop, plain
from tests.sandbox.dynamodb.storage.tables import index

BY_PK = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "p"}}}
INDEXES = (
    index("by_group", "group", "n", types={"n": "N"}),
    index("small", "group", projected=frozenset(["note"])),
    index("local", "pk", "n", frozenset(), is_global=False, types={"n": "N"}),
)


def sold(number, **more):
    return plain(pk="p", sk=f"{number:03}", n=100 - number, note=f"note {number}", **more)


def stocked():
    """Ten items of the partition p, in all indexes, and one of q."""
    made = Shop(*INDEXES, range_key="sk")
    made.fill(*(sold(number, group=f"g{number % 2}", extra="x") for number in range(10)))
    made.fill(plain(pk="q", sk="1"))
    return made


def by_group(group="g0", **more):
    return {
        "IndexName": "by_group",
        "KeyConditionExpression": "#g = :g",
        "ExpressionAttributeNames": {"#g": "group"},
        "ExpressionAttributeValues": {":g": {"S": group}},
        **more,
    }


def numbers(answer):
    return [int(item["sk"]["S"]) for item in answer["Items"]]


def pages(shop, operation, **parameters):
    """All answers, each from the last key of the one before."""
    found = [getattr(shop, operation)(**parameters)]
    while "LastEvaluatedKey" in found[-1]:
        found.append(getattr(shop, operation)(**parameters, ExclusiveStartKey=found[-1]["LastEvaluatedKey"]))
    return found
