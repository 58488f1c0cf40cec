"""Query and Scan: what they answer, page by page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.dynamodb.items import collecting
from sandbox.errors import AwsError
from tests.sandbox.dynamodb.items.shop import Shop, plain, refusal
from tests.sandbox.dynamodb.items.stock import BY_PK, numbers, pages, stocked


@pytest.fixture
def shop():
    return stocked()


def test_a_query_answers_its_partition_in_order(shop):
    answer = shop.query(**BY_PK)
    assert numbers(answer) == list(range(10))
    assert (answer["Count"], answer["ScannedCount"]) == (10, 10)
    assert "LastEvaluatedKey" not in answer
    assert numbers(shop.query(**BY_PK, ScanIndexForward=False)) == list(range(10))[::-1]


def test_what_an_answer_is_made_of(shop):
    body = shop.raw("Query", **BY_PK, Limit=1, ProjectionExpression="n", ReturnConsumedCapacity="TOTAL")
    assert body == (
        b'{"Items":[{"n":{"N":"100"}}],"Count":1,"ScannedCount":1,'
        b'"LastEvaluatedKey":{"pk":{"S":"p"},"sk":{"S":"000"}},'
        b'"ConsumedCapacity":{"TableName":"things","CapacityUnits":0.5}}'
    )


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("sk = :a", [3]),
        ("sk < :a", [0, 1, 2]),
        ("sk <= :a", [0, 1, 2, 3]),
        ("sk > :b", [8, 9]),
        ("sk >= :b", [7, 8, 9]),
        ("sk BETWEEN :a AND :b", [3, 4, 5, 6, 7]),
        ("begins_with(sk, :a)", [3]),
    ],
)
def test_conditions_on_the_sort_key(shop, condition, found):
    values = {":pk": {"S": "p"}, ":a": {"S": "003"}, ":b": {"S": "007"}}
    used = {name: value for name, value in values.items() if name == ":pk" or name in condition}
    text = f"pk = :pk AND {condition}"
    answer = shop.query(KeyConditionExpression=text, ExpressionAttributeValues=used)
    assert numbers(answer) == found


def test_key_conditions_of_former_days(shop):
    answer = shop.query(
        KeyConditions={
            "pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "p"}]},
            "sk": {"ComparisonOperator": "GT", "AttributeValueList": [{"S": "007"}]},
        },
        QueryFilter={"n": {"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "92"}]}},
        AttributesToGet=["sk"],
    )
    assert answer == {"Items": [plain(sk="008")], "Count": 1, "ScannedCount": 2}


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("limit", [1, 3, 5, 10, 11])
def test_pages_of_a_query(shop, limit, forward):
    found = pages(shop, "query", **BY_PK, Limit=limit, ScanIndexForward=forward)
    assert [one for page in found for one in numbers(page)] == list(range(10))[:: 1 if forward else -1]
    assert len(found) == 10 // limit + 1, "a page that ends at its limit has a last key"


def test_a_filter_comes_after_the_limit(shop):
    """Case ddb-1mb-page: Count is after the filter, ScannedCount before it, and so is what it costs."""
    answer = shop.scan(
        FilterExpression="n > :n",
        ExpressionAttributeValues={":n": {"N": "95"}},
        ReturnConsumedCapacity="TOTAL",
    )
    assert sorted(numbers(answer)) == [0, 1, 2, 3, 4]
    assert (answer["Count"], answer["ScannedCount"]) == (5, 11)
    everything = shop.scan(ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"] == everything["ConsumedCapacity"]
    none = shop.query(
        KeyConditionExpression="pk = :pk",
        FilterExpression="n > :n",
        ExpressionAttributeValues={":pk": {"S": "p"}, ":n": {"N": "500"}},
        Limit=4,
    )
    assert (none["Items"], none["Count"], none["ScannedCount"]) == ([], 0, 4)
    assert none["LastEvaluatedKey"] == plain(pk="p", sk="003")


def test_counts_alone(shop):
    assert shop.scan(Select="COUNT") == {"Count": 11, "ScannedCount": 11}
    answer = shop.query(
        KeyConditionExpression="pk = :pk",
        FilterExpression="n > :n",
        ExpressionAttributeValues={":pk": {"S": "p"}, ":n": {"N": "95"}},
        Select="COUNT",
        Limit=6,
    )
    assert answer == {"Count": 5, "ScannedCount": 6, "LastEvaluatedKey": plain(pk="p", sk="005")}


def test_a_query_names_its_whole_key(shop):
    with refusal("Query condition missed key schema element: pk"):
        shop.query(KeyConditionExpression="sk = :v", ExpressionAttributeValues={":v": {"S": "x"}})
    with refusal("Filter Expression can only contain non-primary key attributes: Primary key attribute: sk"):
        shop.query(**BY_PK, FilterExpression="sk <> :pk")
    with refusal("QueryFilter can only contain non-primary key attributes: Primary key attribute: pk"):
        legacy = {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "p"}]}}
        shop.query(KeyConditions=legacy, QueryFilter=legacy)
    assert shop.scan(FilterExpression="sk = :v", ExpressionAttributeValues={":v": {"S": "001"}})["Count"] == 1


def test_paths_do_not_lead_into_keys(shop):
    scalars = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
    with refusal(f"{scalars}Key: sk"):
        shop.scan(ProjectionExpression="sk.x")
    with refusal(f"{scalars}IndexKey: group"):
        shop.query(
            **BY_PK, FilterExpression="attribute_exists(#g.x)", ExpressionAttributeNames={"#g": "group"}
        )


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (
            plain(pk="q", sk="1"),
            "The provided starting key is outside query boundaries based on provided conditions",
        ),
        (plain(pk="p"), None),
        (plain(pk="p", extra="x"), None),
        (plain(pk="p", sk="1", n=1), None),
    ],
)
def test_starting_keys_of_a_query(shop, start, message):
    """architect/dynalite test/query.js"""
    told = (
        message or "The provided starting key is invalid: The provided key element does not match the schema"
    )
    with refusal(told):
        shop.query(**BY_PK, ExclusiveStartKey=start)


def test_starting_keys_meet_the_condition(shop):
    asked = {
        "KeyConditionExpression": "pk = :pk AND sk > :a",
        "ExpressionAttributeValues": {":pk": {"S": "p"}, ":a": {"S": "003"}},
    }
    with refusal("The provided starting key does not match the range key predicate"):
        shop.query(**asked, ExclusiveStartKey=plain(pk="p", sk="001"))
    with refusal("The query can return at most one row and cannot be restarted"):
        shop.query(**asked, ExclusiveStartKey=plain(pk="q", sk="005"))
    assert numbers(shop.query(**asked, ExclusiveStartKey=plain(pk="p", sk="0055"))) == [6, 7, 8, 9]


@given(st.integers(1, 8))
def test_segments_hold_every_item_once(total):
    shop = Shop()
    shop.fill(*(plain(pk=f"user {number}") for number in range(25)))
    found = [
        item["pk"]["S"]
        for number in range(total)
        for page in pages(shop, "scan", Segment=number, TotalSegments=total, Limit=4)
        for item in page["Items"]
    ]
    assert sorted(found) == sorted(f"user {number}" for number in range(25))


def test_a_starting_key_belongs_to_its_segment():
    shop = Shop()
    shop.fill(*(plain(pk=f"user {number}") for number in range(10)))
    last = shop.scan(Segment=0, TotalSegments=2, Limit=1)["LastEvaluatedKey"]
    with refusal(
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with "
        "correct Segment. TotalSegments: 2 Segment: 1"
    ):
        shop.scan(Segment=1, TotalSegments=2, ExclusiveStartKey=last)


def test_what_a_query_costs():
    """Case ddb-query-rcu: sizes are summed, then rounded."""
    shop = Shop(range_key="sk")
    shop.fill(*(plain(pk="p", sk=f"{number:02}", data="x" * 86) for number in range(40)))
    asked = {**BY_PK, "ReturnConsumedCapacity": "TOTAL"}
    assert shop.query(**asked)["ConsumedCapacity"]["CapacityUnits"] == 0.5
    assert shop.query(**asked, ConsistentRead=True)["ConsumedCapacity"]["CapacityUnits"] == 1
    nothing = {**asked, "ExpressionAttributeValues": {":pk": {"S": "nobody"}}}
    assert shop.query(**nothing)["ConsumedCapacity"]["CapacityUnits"] == 0.5


def test_pages_are_charged_to_what_was_read(shop):
    assert shop.charged("Read", "Scan") == 0.5
    assert shop.charged("Read", "Query", **BY_PK, ConsistentRead=True) == 1
    assert shop.charged("Read", "Scan", IndexName="by_group") == 0
    assert shop.charged("Read", "Scan", IndexName="local", Select="ALL_ATTRIBUTES") == 0.5 + 10 * 0.5


def test_a_throttled_page_is_refused(shop):
    def admit_read(index=None):
        raise AwsError("ThrottlingException", "too fast")

    shop.capacity.admit_read = admit_read
    with refusal("too fast", "ThrottlingException"):
        shop.query(**BY_PK)
    assert shop.contents.replicas.next_replica() == 0, "no replica was asked"


def test_large_pages_are_worked_out_in_a_thread(monkeypatch):
    threads = []

    async def to_thread(function, *arguments):
        threads.append(function)
        return function(*arguments)

    monkeypatch.setattr(collecting.asyncio, "to_thread", to_thread)
    shop = Shop()
    shop.contents.load(plain(pk=f"user {number}", n=number) for number in range(2500))
    assert shop.scan()["Count"] == 2500
    assert threads == [], "bytes are only joined"
    answer = shop.scan(FilterExpression="n < :n", ExpressionAttributeValues={":n": {"N": "10"}})
    assert (answer["Count"], answer["ScannedCount"], len(threads)) == (10, 2500, 1)
