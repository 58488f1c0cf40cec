"""BatchGetItem and BatchWriteItem: what is done, what comes back undone, what it costs."""

import pytest

from sandbox.dynamodb.capacity import Limits, TableCapacity
from sandbox.dynamodb.model import Throughput
from sandbox.errors import AwsError
from tests.sandbox.dynamodb.items.mall import Mall
from tests.sandbox.dynamodb.items.shop import Shop, plain, refusal
from tests.sandbox.dynamodb.storage.tables import index


def put(**attributes):
    return {"PutRequest": {"Item": plain(**attributes)}}


def delete(**key):
    return {"DeleteRequest": {"Key": plain(**key)}}


def users(*names):
    return {"things": {"Keys": [plain(pk=name) for name in names]}}


def throttled_after(shop, units):
    """The shop takes writes and reads for `units`, then no more."""
    from dataclasses import replace

    shop.definition = replace(shop.definition, throughput=Throughput(read=1, write=1))
    shop.capacity = TableCapacity(shop.definition, shop.clock, Limits(burst_seconds=units))
    return shop


class TestWrites:
    def test_puts_and_deletes_of_several_tables(self):
        mall = Mall(things=Shop(), others=Shop())
        mall.shops["things"].fill(plain(pk="old"))
        answer = mall.ask(
            "BatchWriteItem",
            RequestItems={"things": [put(pk="ada", n=1), delete(pk="old")], "others": [put(pk="grace")]},
        )
        assert answer == {"UnprocessedItems": {}}
        assert list(mall.shops["things"].contents.items()) == [plain(pk="ada", n=1)]
        assert list(mall.shops["others"].contents.items()) == [plain(pk="grace")]

    def test_nothing_is_written_if_one_request_does_not_fit(self):
        mall = Mall()
        with refusal("One or more parameter values were invalid: Missing the key pk in the item"):
            mall.ask("BatchWriteItem", RequestItems={"things": [put(pk="ada"), put(other="x")]})
        assert mall.shops["things"].contents.count == 0

    @pytest.mark.parametrize("again", [put(pk="ada", n=2), delete(pk="ada")])
    def test_one_item_twice(self, again):
        with refusal("Provided list of item keys contains duplicates"):
            Mall().ask("BatchWriteItem", RequestItems={"things": [put(pk="ada"), again]})

    def test_an_unknown_table(self):
        with refusal("Requested resource not found", "ResourceNotFoundException"):
            Mall().ask("BatchWriteItem", RequestItems={"things": [put(pk="a")], "none": [put(pk="b")]})

    def test_what_is_throttled_comes_back(self):
        mall = Mall(things=throttled_after(Shop(), 2))
        wanted = [put(pk=str(number)) for number in range(5)]
        answer = mall.ask("BatchWriteItem", RequestItems={"things": wanted}, ReturnConsumedCapacity="TOTAL")
        assert answer["UnprocessedItems"] == {"things": wanted[2:]}
        assert answer["ConsumedCapacity"] == [{"TableName": "things", "CapacityUnits": 2.0}]
        assert mall.shops["things"].contents.count == 2

    def test_a_batch_of_which_nothing_can_be_done_is_refused(self):
        mall = Mall(things=throttled_after(Shop(), 1))
        mall.ask("BatchWriteItem", RequestItems={"things": [put(pk="first")]})
        with pytest.raises(AwsError) as refused:
            mall.ask("BatchWriteItem", RequestItems={"things": [put(pk="second")]})
        assert refused.value.code == "ProvisionedThroughputExceededException"

    def test_units_by_index_and_collections(self):
        local = index("by_n", "pk", "n", is_global=False, types={"n": "N"})
        mall = Mall(things=Shop(local, range_key="sk"))
        answer = mall.ask(
            "BatchWriteItem",
            RequestItems={"things": [put(pk="a", sk="1", n=1), put(pk="a", sk="2")]},
            ReturnConsumedCapacity="INDEXES",
            ReturnItemCollectionMetrics="SIZE",
        )
        (units,) = answer["ConsumedCapacity"]
        assert units["Table"] == {"CapacityUnits": 2.0}
        assert units["LocalSecondaryIndexes"] == {"by_n": {"CapacityUnits": 1.0}}
        metrics = answer["ItemCollectionMetrics"]["things"]
        assert [one["ItemCollectionKey"] for one in metrics] == [plain(pk="a")] * 2


class TestReads:
    def test_what_is_there_of_several_tables(self):
        mall = Mall(things=Shop(), others=Shop())
        mall.shops["things"].fill(plain(pk="ada", n=1, m=2))
        mall.shops["others"].fill(plain(pk="grace"))
        answer = mall.ask(
            "BatchGetItem",
            RequestItems={
                "things": {"Keys": [plain(pk="ada"), plain(pk="none")], "ProjectionExpression": "n"},
                "others": {"Keys": [plain(pk="grace")]},
            },
        )
        assert answer["Responses"] == {"things": [plain(n=1)], "others": [plain(pk="grace")]}
        assert answer["UnprocessedKeys"] == {}

    def test_every_key_costs_by_itself(self):
        mall = Mall()
        mall.shops["things"].fill(plain(pk="a", t="x" * 5000), plain(pk="b"))
        for consistent, units in ((False, 2.0), (True, 4.0)):
            wanted = users("a", "b", "none")
            wanted["things"]["ConsistentRead"] = consistent
            answer = mall.ask("BatchGetItem", RequestItems=wanted, ReturnConsumedCapacity="TOTAL")
            assert answer["ConsumedCapacity"] == [{"TableName": "things", "CapacityUnits": units}]

    def test_what_is_throttled_comes_back_as_it_was_asked(self):
        mall = Mall()
        mall.shops["things"].fill(*(plain(pk=name) for name in "abc"))
        throttled_after(mall.shops["things"], 2)
        wanted = users("a", "b", "c")
        wanted["things"] |= {"ConsistentRead": True, "ProjectionExpression": "pk"}
        answer = mall.ask("BatchGetItem", RequestItems=wanted)
        assert len(answer["Responses"]["things"]) == 2
        assert answer["UnprocessedKeys"] == {"things": {**wanted["things"], "Keys": [plain(pk="c")]}}

    def test_an_answer_ends_at_16_megabytes(self):
        mall = Mall()
        for number in range(50):
            mall.shops["things"].fill(plain(pk=str(number), t="x" * 400_000))
            mall.clock.pass_by(1000)
        answer = mall.ask("BatchGetItem", RequestItems=users(*map(str, range(50))))
        found, left = answer["Responses"]["things"], answer["UnprocessedKeys"]["things"]["Keys"]
        assert (len(found), len(left)) == (42, 8)

    def test_a_key_that_does_not_fit(self):
        with refusal("The provided key element does not match the schema"):
            Mall().ask("BatchGetItem", RequestItems={"things": {"Keys": [plain(other="x")]}})
