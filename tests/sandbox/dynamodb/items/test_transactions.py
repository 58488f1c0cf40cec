"""TransactWriteItems and TransactGetItems: all or nothing, reasons, conflicts, tokens, units."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.errors import AwsError
from tests.sandbox.dynamodb.items.mall import Mall
from tests.sandbox.dynamodb.items.shop import Shop, plain, refusal

FREE = {"ConditionExpression": "attribute_not_exists(pk)"}
TAKEN = {"ConditionExpression": "attribute_exists(pk)"}


def put(**attributes):
    return ("Put", {"Item": plain(**attributes)})


def check(**key):
    return ("ConditionCheck", {"Key": plain(**key), **TAKEN})


def update(amount, **key):
    return (
        "Update",
        {
            "Key": plain(**key),
            "UpdateExpression": "ADD n :n",
            "ExpressionAttributeValues": {":n": {"N": str(amount)}},
        },
    )


def cancelled(*codes):
    text = (
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{', '.join(codes)}]"
    )
    return refusal(text, "TransactionCanceledException")


@pytest.fixture
def mall():
    made = Mall()
    made.shops["things"].fill(plain(pk="ada", n=1), plain(pk="old"))
    return made


def items(mall):
    return sorted(mall.shops["things"].contents.items(), key=lambda item: item["pk"]["S"])


class TestWrites:
    def test_all_kinds_at_once(self, mall):
        mall.transact(
            put(pk="new"),
            update(4, pk="ada"),
            ("Delete", {"Key": plain(pk="old")}),
            ("Put", {"Item": plain(pk="x"), **FREE}),
        )
        assert items(mall) == [plain(pk="ada", n=5), plain(pk="new"), plain(pk="x")]

    def test_a_condition_check_changes_nothing_and_costs_a_write(self, mall):
        answer = mall.transact(check(pk="ada"), put(pk="new"), ReturnConsumedCapacity="TOTAL")
        assert items(mall) == [plain(pk="ada", n=1), plain(pk="new"), plain(pk="old")]
        assert answer["ConsumedCapacity"] == [
            {"TableName": "things", "CapacityUnits": 4.0, "WriteCapacityUnits": 4.0}
        ]

    def test_nothing_is_done_if_one_condition_fails(self, mall):
        before = items(mall)
        with cancelled("None", "ConditionalCheckFailed", "None"):
            mall.transact(put(pk="new"), ("Put", {"Item": plain(pk="ada"), **FREE}), update(1, pk="old"))
        assert items(mall) == before

    def test_reasons_say_why_and_show_the_item_if_asked(self, mall):
        shown = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        with pytest.raises(AwsError) as refused:
            mall.transact(
                ("Put", {"Item": plain(pk="ada"), **FREE, **shown}),
                check(pk="none"),
                ("Update", {"Key": plain(pk="old"), "UpdateExpression": "SET a = b"}),
                put(pk="new"),
            )
        failed = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
        assert refused.value.fields["CancellationReasons"] == [
            {**failed, "Item": plain(pk="ada", n=1)},
            failed,
            {
                "Code": "ValidationError",
                "Message": "The provided expression refers to an attribute that does not exist in the item",
            },
            {"Code": "None"},
        ]

    def test_a_key_that_does_not_fit_is_a_reason(self, mall):
        with cancelled("ValidationError", "None"):
            mall.transact(("Delete", {"Key": plain(other="x")}), put(pk="new"))

    def test_one_item_twice(self, mall):
        with refusal("Transaction request cannot include multiple operations on one item"):
            mall.transact(update(1, pk="ada"), check(pk="ada"))

    def test_four_megabytes_and_no_more(self, mall):
        """An item takes its names and values: 2 + 5 for pk, 1 for t."""
        size = 4 * 1024 * 1024 // 16
        fits = [put(pk=f"big-{n}", t="x" * (size - 2 - 5 - 1)) for n in range(10)]
        fits += [put(pk=f"big{n}", t="x" * (size - 2 - 5 - 1)) for n in range(10, 16)]
        mall.transact(*fits)
        mall.clock.pass_by(10_000)
        _, given = fits[0]
        given["Item"]["t"]["S"] += "x"
        with refusal("The aggregate size of the items in the transaction exceeds 4 MB: 4194305 bytes"):
            mall.transact(*fits)

    def test_an_unknown_table(self, mall):
        action = {"Put": {"TableName": "none", "Item": plain(pk="x")}}
        with refusal("Requested resource not found", "ResourceNotFoundException"):
            mall.ask("TransactWriteItems", TransactItems=[action])


class TestTokens:
    def test_the_same_twice_is_done_once(self, mall):
        for _ in range(2):
            answer = mall.transact(
                update(1, pk="ada"), ClientRequestToken="t", ReturnConsumedCapacity="TOTAL"
            )
        assert items(mall)[0] == plain(pk="ada", n=2)
        (units,) = answer["ConsumedCapacity"]
        assert units == {"TableName": "things", "CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}

    def test_the_order_of_parameters_does_not_matter(self, mall):
        mall.transact(("Put", {"Item": plain(pk="x", n=1)}), ClientRequestToken="t")
        mall.transact(("Put", {"Item": plain(n=1, pk="x")}), ClientRequestToken="t")

    def test_another_request_under_the_same_token(self, mall):
        mall.transact(put(pk="x"), ClientRequestToken="t")
        with pytest.raises(AwsError) as refused:
            mall.transact(put(pk="y"), ClientRequestToken="t")
        assert refused.value.code == "IdempotentParameterMismatchException"

    def test_a_token_is_forgotten_after_ten_minutes(self, mall):
        mall.transact(update(1, pk="ada"), ClientRequestToken="t")
        mall.clock.pass_by(599_000)
        mall.transact(update(1, pk="ada"), ClientRequestToken="t")
        mall.clock.pass_by(2_000)
        mall.transact(update(1, pk="ada"), ClientRequestToken="t")
        assert items(mall)[0] == plain(pk="ada", n=3)

    def test_one_that_was_cancelled_may_be_tried_again(self, mall):
        action = ("Put", {"Item": plain(pk="ada"), **FREE})
        with cancelled("ConditionalCheckFailed"):
            mall.transact(action, ClientRequestToken="t")
        mall.shops["things"].delete_item(Key=plain(pk="ada"))
        mall.transact(action, ClientRequestToken="t")
        assert plain(pk="ada") in items(mall)

    def test_while_the_first_is_under_way(self, mall):
        async def both():
            asked = [
                mall.asked(
                    "TransactWriteItems",
                    TransactItems=[{"Put": {"TableName": "things", "Item": plain(pk="x")}}],
                    ClientRequestToken="t",
                )
                for _ in range(2)
            ]
            return await asyncio.gather(*asked, return_exceptions=True)

        first, second = asyncio.run(both())
        assert first == {}
        assert second.code == "TransactionInProgressException"


def together(*asked):
    """All at once; what each answered, or the error."""

    async def all_of_them():
        return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(all_of_them())


class TestConflicts:
    def action(self, amount, key="ada"):
        kind, given = update(amount, pk=key)
        return {kind: {"TableName": "things", **given}}

    def test_of_two_transactions_on_one_item_the_second_is_cancelled(self, mall):
        asked = [
            mall.asked("TransactWriteItems", TransactItems=[self.action(1, "old"), self.action(amount)])
            for amount in (1, 2)
        ]
        first, second = together(*asked)
        assert first == {}
        assert second.code == "TransactionCanceledException"
        conflict = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
        assert second.fields["CancellationReasons"] == [conflict, conflict]
        assert items(mall)[0] == plain(pk="ada", n=2)

    def test_a_single_write_meanwhile_is_refused(self, mall):
        one = mall.asked("TransactWriteItems", TransactItems=[self.action(1)])
        first, second, third = together(
            one,
            mall.written("PutItem", "things", Item=plain(pk="ada")),
            mall.written("PutItem", "things", Item=plain(pk="elsewhere")),
        )
        assert (first, third) == ({}, {})
        assert second.code == "TransactionConflictException"

    def test_a_batch_leaves_the_item_out(self, mall):
        one = mall.asked("TransactWriteItems", TransactItems=[self.action(1)])
        requests = [{"PutRequest": {"Item": plain(pk=name)}} for name in ("ada", "b")]
        _, answer = together(one, mall.asked("BatchWriteItem", RequestItems={"things": requests}))
        assert answer["UnprocessedItems"] == {"things": requests[:1]}

    def test_a_transactional_read_meanwhile_is_cancelled(self, mall):
        one = mall.asked("TransactWriteItems", TransactItems=[self.action(1)])
        gets = [{"Get": {"TableName": "things", "Key": plain(pk=name)}} for name in ("old", "ada")]
        _, second = together(one, mall.asked("TransactGetItems", TransactItems=gets))
        assert [reason["Code"] for reason in second.fields["CancellationReasons"]] == [
            "None",
            "TransactionConflict",
        ]

    def test_items_are_free_again_whatever_the_end(self, mall):
        with cancelled("ConditionalCheckFailed", "None"):
            mall.transact(("Put", {"Item": plain(pk="ada"), **FREE}), put(pk="new"))
        mall.transact(update(1, pk="ada"))
        mall.shops["things"].put_item(Item=plain(pk="ada", n=9))
        assert items(mall)[0] == plain(pk="ada", n=9)

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 9)), max_size=8))
    def test_money_moves_but_is_never_lost(self, moves):
        """Transfers that run at once: each is done wholly or not at all."""
        mall = Mall()
        mall.shops["things"].fill(*(plain(pk=str(one), n=100) for one in range(4)))
        asked = [
            mall.asked("TransactWriteItems", TransactItems=[self.action(-n, str(a)), self.action(n, str(b))])
            for a, b, n in moves
            if a != b
        ]
        answers = together(*asked)
        assert all(answer == {} or answer.code == "TransactionCanceledException" for answer in answers)
        assert sum(int(item["n"]["N"]) for item in items(mall)) == 400


class TestReads:
    def test_what_there_is_in_order(self, mall):
        gets = [{"Get": {"TableName": "things", "Key": plain(pk=name)}} for name in ("old", "none", "ada")]
        gets[2]["Get"]["ProjectionExpression"] = "n"
        answer = mall.ask("TransactGetItems", TransactItems=gets, ReturnConsumedCapacity="TOTAL")
        assert answer["Responses"] == [{"Item": plain(pk="old")}, {}, {"Item": plain(n=1)}]
        assert answer["ConsumedCapacity"] == [
            {"TableName": "things", "CapacityUnits": 6.0, "ReadCapacityUnits": 6.0}
        ]

    def test_a_key_that_does_not_fit_is_a_reason(self, mall):
        gets = [{"Get": {"TableName": "things", "Key": key}} for key in (plain(pk="ada"), {})]
        with cancelled("None", "ValidationError"):
            mall.ask("TransactGetItems", TransactItems=gets)

    def test_one_item_twice(self, mall):
        gets = [{"Get": {"TableName": "things", "Key": plain(pk="ada")}}] * 2
        with refusal("Transaction request cannot include multiple operations on one item"):
            mall.ask("TransactGetItems", TransactItems=gets)

    def test_several_tables(self):
        mall = Mall(things=Shop(), others=Shop())
        mall.shops["others"].fill(plain(pk="grace"))
        gets = [{"Get": {"TableName": name, "Key": plain(pk="grace")}} for name in ("things", "others")]
        assert mall.ask("TransactGetItems", TransactItems=gets)["Responses"] == [
            {},
            {"Item": plain(pk="grace")},
        ]
