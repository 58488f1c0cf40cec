"""PutItem, UpdateItem, DeleteItem: effects, what is returned, what is refused, what it costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.dynamodb.items.shop import Shop, plain, refusal
from tests.sandbox.dynamodb.storage.tables import index

ADA = plain(pk="ada")


@pytest.fixture
def shop():
    return Shop()


def stored(shop, key=ADA):
    return shop.get_item(Key=key, ConsistentRead=True).get("Item")


def test_put_replaces_the_whole_item(shop):
    assert shop.put_item(Item=plain(pk="ada", age=36)) == {}
    assert shop.put_item(Item=plain(pk="ada", mail="a@x"), ReturnValues="ALL_OLD") == {
        "Attributes": plain(pk="ada", age=36)
    }
    assert stored(shop) == plain(pk="ada", mail="a@x")


def test_nothing_old_is_nothing_told(shop):
    assert shop.put_item(Item=ADA, ReturnValues="ALL_OLD") == {}
    assert shop.delete_item(Key=plain(pk="ben"), ReturnValues="ALL_OLD") == {}


def test_delete_tells_the_old_item(shop):
    shop.put_item(Item=plain(pk="ada", age=36))
    assert shop.delete_item(Key=ADA, ReturnValues="ALL_OLD") == {"Attributes": plain(pk="ada", age=36)}
    assert stored(shop) is None
    assert shop.contents.count == 0


def test_what_an_answer_is_made_of(shop):
    shop.put_item(Item=plain(pk="ada", age=36))
    body = shop.raw("PutItem", Item=ADA, ReturnValues="ALL_OLD", ReturnConsumedCapacity="TOTAL")
    assert body == (
        b'{"Attributes":{"pk":{"S":"ada"},"age":{"N":"36"}},'
        b'"ConsumedCapacity":{"TableName":"things","CapacityUnits":1.0}}'
    )


def test_update_makes_changes_and_deletes(shop):
    shop.update_item(
        Key=ADA,
        UpdateExpression="SET age = :one, mail = :mail",
        ExpressionAttributeValues={":one": {"N": "1"}, ":mail": {"S": "a@x"}},
    )
    shop.update_item(Key=ADA, UpdateExpression="ADD age :two", ExpressionAttributeValues={":two": {"N": "2"}})
    shop.update_item(Key=ADA, UpdateExpression="REMOVE mail")
    assert stored(shop) == plain(pk="ada", age=3)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("NONE", None),
        ("ALL_OLD", plain(pk="ada", age=36, town="Bonn")),
        ("UPDATED_OLD", plain(age=36)),
        ("ALL_NEW", plain(pk="ada", age=37, town="Bonn")),
        ("UPDATED_NEW", plain(age=37)),
    ],
)
def test_what_an_update_returns(shop, wanted, told):
    shop.put_item(Item=plain(pk="ada", age=36, town="Bonn"))
    answer = shop.update_item(
        Key=ADA,
        UpdateExpression="SET age = :age",
        ExpressionAttributeValues={":age": {"N": "37"}},
        ReturnValues=wanted,
    )
    assert answer.get("Attributes") == told


@pytest.mark.parametrize("wanted", ["ALL_OLD", "UPDATED_OLD"])
def test_a_new_item_has_nothing_old(shop, wanted):
    values = {":age": {"N": "37"}}
    update = {"UpdateExpression": "SET age = :age", "ExpressionAttributeValues": values}
    assert shop.update_item(Key=ADA, ReturnValues=wanted, **update) == {}


def test_an_update_without_changes_makes_sure_that_there_is_an_item(shop):
    assert shop.update_item(Key=ADA, ReturnValues="ALL_NEW") == {"Attributes": ADA}
    shop.put_item(Item=plain(pk="ada", age=36))
    shop.update_item(Key=ADA)
    assert stored(shop) == plain(pk="ada", age=36)


def test_removing_from_nothing_makes_no_item(shop):
    shop.update_item(Key=ADA, UpdateExpression="REMOVE age")
    assert stored(shop) is None


def test_updates_of_former_days(shop):
    shop.update_item(Key=ADA, AttributeUpdates={"age": {"Action": "ADD", "Value": {"N": "5"}}})
    shop.update_item(
        Key=ADA,
        AttributeUpdates={"age": {"Action": "PUT", "Value": {"N": "6"}}},
        Expected={"age": {"Value": {"N": "5"}}},
    )
    assert stored(shop) == plain(pk="ada", age=6)
    with refusal("The conditional request failed", "ConditionalCheckFailedException"):
        shop.put_item(Item=ADA, Expected={"pk": {"Exists": False}})


def units(answer):
    return answer["ConsumedCapacity"]["CapacityUnits"]


def test_a_write_costs_the_larger_of_before_and_after(shop):
    """Case ddb-wcu-update."""
    asked = {"ReturnConsumedCapacity": "TOTAL"}
    assert units(shop.put_item(Item=plain(pk="ada", data="x" * 3000), **asked)) == 3
    assert units(shop.put_item(Item=plain(pk="ada", data="x" * 500), **asked)) == 3
    assert units(shop.put_item(Item=plain(pk="ada", data="x" * 1500), **asked)) == 2
    assert units(shop.delete_item(Key=ADA, **asked)) == 2
    assert units(shop.delete_item(Key=ADA, **asked)) == 1


def test_indexes_cost_what_is_written_to_them():
    shop = Shop(
        index("by_mail", "mail"), index("by_age", "pk", "age", frozenset(), False, types={"age": "N"})
    )
    asked = {"ReturnConsumedCapacity": "INDEXES"}

    def cost(**attributes):
        told = shop.put_item(Item=plain(pk="ada", **attributes), **asked)["ConsumedCapacity"]
        indexes = {**told.get("GlobalSecondaryIndexes", {}), **told.get("LocalSecondaryIndexes", {})}
        return told["Table"]["CapacityUnits"], {name: one["CapacityUnits"] for name, one in indexes.items()}

    assert cost() == (1, {})
    assert cost(mail="a@x", age=1) == (1, {"by_mail": 1, "by_age": 1})
    assert cost(mail="a@x", age=1) == (1, {})
    assert cost(mail="a@x", age=1, town="Bonn") == (1, {"by_mail": 1})
    assert cost(mail="b@x", age=1, town="Bonn") == (1, {"by_mail": 2})
    assert cost(age=2) == (1, {"by_mail": 1, "by_age": 2})


def test_item_collections_are_told_of_tables_with_local_indexes():
    shop = Shop(index("by_age", "pk", "age", is_global=False, types={"age": "N"}))
    told = {"ItemCollectionKey": ADA, "SizeEstimateRangeGB": [0.0, 1.0]}
    asked = {"ReturnItemCollectionMetrics": "SIZE"}
    assert shop.put_item(Item=ADA, **asked) == {"ItemCollectionMetrics": told}
    assert shop.update_item(Key=ADA, **asked) == {"ItemCollectionMetrics": told}
    assert shop.delete_item(Key=ADA, **asked) == {"ItemCollectionMetrics": told}
    assert shop.delete_item(Key=ADA) == {}
    assert Shop(index("by_mail", "mail")).put_item(Item=ADA, **asked) == {}


def test_a_write_asks_only_the_indexes_that_it_changes():
    shop = Shop(index("by_mail", "mail"), index("by_age", "pk", "age", is_global=False, types={"age": "N"}))
    asked = []
    shop.capacity.admit_write = lambda indexes=(): asked.append(list(indexes))
    shop.fill(ADA, plain(pk="ada", mail="a@x", age=1), plain(pk="ada", mail="a@x", age=1), ADA)
    assert asked == [[], ["by_mail"], [], ["by_mail"]]


@given(st.lists(st.tuples(st.sampled_from(["ADD", "SET", "PUT", "DELETE"]), st.integers(-5, 5)), max_size=20))
def test_consistent_reads_see_every_write(history):
    shop = Shop()
    expected = None
    for verb, number in history:
        if verb == "PUT":
            expected = number
            shop.put_item(Item=plain(pk="ada", n=number))
        elif verb == "DELETE":
            expected = None
            shop.delete_item(Key=ADA)
        elif verb == "ADD":
            expected = (expected or 0) + number
            shop.update_item(
                Key=ADA, UpdateExpression="ADD n :n", ExpressionAttributeValues={":n": {"N": str(number)}}
            )
        else:
            expected = number
            shop.update_item(
                Key=ADA, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": {"N": str(number)}}
            )
        assert stored(shop) == (None if expected is None else plain(pk="ada", n=expected))
