"""Query and Scan of indexes: what they hold, what they cost, what is refused."""

import pytest

from sandbox.dynamodb.replicas import Lag
from tests.sandbox.dynamodb.items.shop import Shop, plain, refusal
from tests.sandbox.dynamodb.items.stock import BY_PK, by_group, numbers, pages, stocked
from tests.sandbox.dynamodb.storage.tables import index


@pytest.fixture
def shop():
    return stocked()


@pytest.mark.parametrize("name", ["by_group", "small", "local"])
@pytest.mark.parametrize("limit", [1, 4, 20])
def test_pages_of_a_scan_of_an_index(shop, name, limit):
    found = pages(shop, "scan", IndexName=name, Limit=limit)
    assert sorted(one for page in found for one in numbers(page)) == list(range(10))


def test_last_keys_have_the_keys_of_index_and_table(shop):
    assert shop.query(**by_group(), Limit=1)["LastEvaluatedKey"] == plain(pk="p", sk="008", group="g0", n=92)
    assert shop.scan(IndexName="local", Limit=1)["LastEvaluatedKey"] == plain(pk="p", sk="009", n=91)


def test_what_an_index_holds(shop):
    item = shop.query(**by_group(IndexName="small"), Limit=1)["Items"][0]
    assert set(item) == {"pk", "sk", "group", "note"}
    assert set(shop.scan(IndexName="local", Limit=1)["Items"][0]) == {"pk", "sk", "n"}
    assert set(shop.scan(IndexName="by_group", Limit=1)["Items"][0]) == {
        "pk",
        "sk",
        "n",
        "note",
        "group",
        "extra",
    }
    answer = shop.scan(IndexName="small", FilterExpression="attribute_exists(extra)")
    assert (answer["Count"], answer["ScannedCount"]) == (0, 10), "the filter sees what the index holds"
    assert shop.asked_indexes == ["small", "local", "by_group", "small"]


@pytest.mark.parametrize(
    "asked", [{"Select": "ALL_ATTRIBUTES"}, {"ProjectionExpression": "sk, note"}], ids=["all", "some"]
)
def test_a_local_index_looks_into_its_table(shop, asked):
    answer = shop.query(**BY_PK, IndexName="local", **asked, ReturnConsumedCapacity="INDEXES", Limit=4)
    assert [item["note"]["S"] for item in answer["Items"]] == ["note 9", "note 8", "note 7", "note 6"]
    assert answer["ConsumedCapacity"] == {
        "TableName": "things",
        "CapacityUnits": 2.5,
        "Table": {"CapacityUnits": 2.0},
        "LocalSecondaryIndexes": {"local": {"CapacityUnits": 0.5}},
    }
    inside = shop.query(
        **BY_PK, IndexName="local", ProjectionExpression="sk, n", ReturnConsumedCapacity="TOTAL"
    )
    assert inside["ConsumedCapacity"]["CapacityUnits"] == 0.5


def test_a_global_index_does_not(shop):
    bad = "One or more parameter values were invalid: "
    with refusal(
        f"{bad}Select type ALL_ATTRIBUTES is not supported for global secondary index small "
        "because its projection type is not ALL"
    ):
        shop.scan(IndexName="small", Select="ALL_ATTRIBUTES")
    with refusal(f"{bad}Global secondary index small does not project [extra, n]"):
        shop.query(**by_group(IndexName="small"), ProjectionExpression="extra, sk, n")
    assert shop.scan(IndexName="by_group", Select="ALL_ATTRIBUTES")["Count"] == 10


def test_which_index_is_read_and_how(shop):
    with refusal("The table does not have the specified index: other"):
        shop.query(**BY_PK, IndexName="other")
    with refusal("Consistent reads are not supported on global secondary indexes"):
        shop.scan(IndexName="small", ConsistentRead=True)
    assert shop.scan(IndexName="local", ConsistentRead=True)["Count"] == 10


def test_reading_a_global_index_is_charged_to_it(shop):
    answer = shop.query(**by_group(), ReturnConsumedCapacity="INDEXES")
    assert answer["ConsumedCapacity"] == {
        "TableName": "things",
        "CapacityUnits": 0.5,
        "Table": {"CapacityUnits": 0.0},
        "GlobalSecondaryIndexes": {"by_group": {"CapacityUnits": 0.5}},
    }


def test_a_page_asks_the_bucket_of_what_it_reads(shop):
    asked = []
    shop.capacity.admit_read = asked.append
    shop.scan()
    shop.query(**by_group())
    assert asked == [None, "by_group"]


def test_staleness_of_pages_and_indexes():
    """A third of the eventually consistent reads may miss the last write; consistent ones never do."""
    shop = Shop(index("by_group", "group"), lag=Lag(100, 100), seed=3)
    stale = {"table": 0, "index": 0, "leader": 0}
    for number in range(90):
        shop.put_item(Item=plain(pk=f"user {number}", group="g"))
        stale["leader"] += shop.scan(ConsistentRead=True)["Count"] != number + 1
        stale["table"] += shop.scan()["Count"] != number + 1
        stale["index"] += shop.scan(IndexName="by_group")["Count"] != number + 1
        shop.clock.pass_by(200)
    assert stale["leader"] == 0
    assert 15 <= stale["table"] <= 45
    assert 15 <= stale["index"] <= 45
