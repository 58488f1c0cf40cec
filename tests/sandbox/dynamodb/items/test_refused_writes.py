"""What PutItem, UpdateItem and DeleteItem refuse, and that they change nothing then."""

import pytest

from sandbox.dynamodb.items import prepare
from sandbox.dynamodb.sizes import item_size
from sandbox.errors import AwsError
from tests.sandbox.dynamodb.items.shop import Shop, plain, refusal
from tests.sandbox.dynamodb.storage.tables import index

ADA = plain(pk="ada")
ONE_ERROR = "1 validation error detected: "
WRITES = {
    "PutItem": {"Item": plain(pk="ada", age=1)},
    "UpdateItem": {"Key": ADA, "UpdateExpression": "REMOVE age"},
    "DeleteItem": {"Key": ADA},
}


@pytest.fixture
def shop():
    return Shop()


def stored(shop, key=ADA):
    return shop.get_item(Key=key, ConsistentRead=True).get("Item")


@pytest.mark.parametrize("operation", WRITES)
def test_a_condition_that_fails_changes_nothing(shop, operation):
    """Case ddb-cond-failed, ddb-wcu-failed-cond."""
    old = plain(pk="ada", age=36, data="x" * 3000)
    shop.put_item(Item=old)
    before = shop.capacity._buckets["Write"][None].tokens(shop.clock())
    asked = {"ConditionExpression": "attribute_not_exists(pk)"}
    with pytest.raises(AwsError) as caught:
        shop.raw(operation, **WRITES[operation], **asked, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert (caught.value.code, caught.value.status) == ("ConditionalCheckFailedException", 400)
    assert caught.value.message == "The conditional request failed"
    assert caught.value.fields == {"Item": old}
    assert stored(shop) == old
    assert before - shop.capacity._buckets["Write"][None].tokens(shop.clock()) == 3


@pytest.mark.parametrize("operation", WRITES)
def test_a_failed_condition_tells_the_item_only_if_asked(shop, operation):
    shop.put_item(Item=ADA)
    with pytest.raises(AwsError) as caught:
        shop.raw(operation, **WRITES[operation], ConditionExpression="attribute_exists(nothing)")
    assert caught.value.fields == {}


@pytest.mark.parametrize("operation", WRITES)
def test_a_failed_condition_where_there_is_no_item(shop, operation):
    asked = {"ConditionExpression": "attribute_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    with pytest.raises(AwsError) as caught:
        shop.raw(operation, **WRITES[operation], **asked)
    assert caught.value.fields == {}
    assert stored(shop) is None


@pytest.mark.parametrize("operation", WRITES)
def test_expressions_are_read_before_the_table_is_known(operation):
    wrong = {**WRITES[operation], "ConditionExpression": "INVALID SYNTAX"}
    told = 'Invalid ConditionExpression: Syntax error; token: "SYNTAX", near: "INVALID SYNTAX"'
    with refusal(ONE_ERROR + told):
        prepare(operation, wrong)


@pytest.mark.parametrize("operation", WRITES)
def test_unused_placeholders_are_refused(shop, operation):
    """Case ddb-unused-names-write."""
    text = "Value provided in ExpressionAttributeNames unused in expressions: keys: {#unused}"
    with refusal(ONE_ERROR + text):
        shop.raw(
            operation,
            **WRITES[operation],
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames={"#unused": "x"},
        )


def test_keys_are_checked_against_the_table(shop):
    with refusal("The provided key element does not match the schema"):
        shop.delete_item(Key=plain(id="ada"))
    with refusal("The provided key element does not match the schema"):
        shop.update_item(Key=plain(pk=1))
    with refusal("One or more parameter values were invalid: Missing the key pk in the item"):
        shop.put_item(Item=plain(id="ada"))


def test_the_key_cannot_be_updated(shop):
    bad = "One or more parameter values were invalid: "
    with refusal(f"{bad}Cannot update attribute pk. This attribute is part of the key"):
        shop.update_item(
            Key=ADA, UpdateExpression="SET pk = :v", ExpressionAttributeValues={":v": {"S": "x"}}
        )


def test_index_keys_keep_their_type():
    shop = Shop(index("by_mail", "mail"))
    with refusal(
        "One or more parameter values were invalid: "
        "Type mismatch for Index Key mail Expected: S Actual: N IndexName: by_mail"
    ):
        shop.update_item(
            Key=ADA, UpdateExpression="SET mail = :v", ExpressionAttributeValues={":v": {"N": "1"}}
        )
    shop.put_item(Item=plain(pk="ada", age=36))
    text = "The update expression attempted to update the secondary index key to unsupported type"
    with refusal(text):
        shop.update_item(Key=ADA, UpdateExpression="SET mail = age")
    scalars = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
    with refusal(f"{scalars}IndexKey: mail"):
        shop.update_item(Key=ADA, UpdateExpression="REMOVE mail[0]")


def test_what_is_put_into_a_map_does_not_lie_too_deep(shop):
    deep = {"S": "x"}
    for _ in range(30):
        deep = {"M": {"m": deep}}
    shop.put_item(Item={**ADA, "m": {"M": {"m": {"M": {}}}}})
    asked = {"Key": ADA, "ExpressionAttributeValues": {":deep": deep}}
    shop.update_item(UpdateExpression="SET m.n = :deep", **asked)
    with refusal(
        "Nesting Levels have exceeded supported limits: "
        "Attributes in the item have nested levels beyond supported limit"
    ):
        shop.update_item(UpdateExpression="SET m.m.n = :deep", **asked)
    assert "n" not in stored(shop)["m"]["M"]["m"]["M"]


def sized(size):
    item = plain(pk="ada", data="")
    return plain(pk="ada", data="x" * (size - item_size(item)))


def test_an_item_has_up_to_400_kb(shop):
    """Case ddb-item-size."""
    shop.put_item(Item=sized(409_600))
    with refusal("Item size has exceeded the maximum allowed size"):
        shop.put_item(Item=sized(409_601))
    with refusal("Item size has exceeded the maximum allowed size"):
        shop.put_item(Item=sized(409_601), ConditionExpression="attribute_not_exists(pk)")
    assert item_size(stored(shop)) == 409_600


def test_an_update_makes_items_of_up_to_400_kb(shop):
    shop.put_item(Item=sized(409_000))
    with refusal("Item size to update has exceeded the maximum allowed size"):
        shop.update_item(
            Key=ADA,
            UpdateExpression="SET more = :m",
            ExpressionAttributeValues={":m": {"S": "x" * 600}},
        )
    assert "more" not in stored(shop)


def test_a_throttled_write_has_no_effect(shop):
    def admit_write(indexes=()):
        raise AwsError("ThrottlingException", "too fast")

    shop.put_item(Item=ADA)
    shop.capacity.admit_write = admit_write
    with refusal("too fast", "ThrottlingException"):
        shop.put_item(Item=plain(pk="ada", age=1))
    with refusal("too fast", "ThrottlingException"):
        shop.delete_item(Key=ADA, ConditionExpression="attribute_not_exists(pk)")
    assert stored(shop) == ADA
