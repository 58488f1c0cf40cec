"""Keys sort as DynamoDB sorts, and conditions on sort keys are ranges of places."""

import base64
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.dynamodb import keys
from sandbox.dynamodb.model import KeySchema
from sandbox.dynamodb.numbers import write

NUMBERS = st.decimals(
    min_value=Decimal("-1E40"), max_value=Decimal("1E40"), allow_nan=False, allow_infinity=False, places=6
)
TINY = st.builds(
    lambda digits, scale: Decimal(digits).scaleb(scale), st.integers(-999, 999), st.integers(-130, 120)
)
HASH = {"S": "partition"}


def within(place, limits):
    low, high = limits
    return low <= place and (high is None or place < high)


def place_of(value):
    return keys.digest(HASH) + keys.sortable(value)


@given(st.lists(st.one_of(NUMBERS, TINY), max_size=20))
def test_numbers_sort_by_value(numbers):
    assert sorted(numbers, key=lambda one: keys.sortable({"N": write(one)})) == sorted(numbers)


def test_equal_numbers_are_one_key():
    assert keys.sortable({"N": "100"}) == keys.sortable({"N": "1E2"}) == keys.sortable({"N": "100.00"})
    assert keys.digest({"N": "5"}) == keys.digest({"N": "5.0"})


@given(st.lists(st.text(), max_size=20))
def test_strings_sort_by_utf8(texts):
    assert sorted(texts, key=lambda one: keys.sortable({"S": one})) == sorted(texts, key=str.encode)


@given(st.lists(st.binary(), max_size=20))
def test_binary_sorts_by_unsigned_bytes(values):
    encoded = [{"B": base64.b64encode(one).decode()} for one in values]
    assert [base64.b64decode(one["B"]) for one in sorted(encoded, key=keys.sortable)] == sorted(values)


COMPARISONS = {
    "=": lambda value, low, high: value == low,
    "<": lambda value, low, high: value < low,
    "<=": lambda value, low, high: value <= low,
    ">": lambda value, low, high: value > low,
    ">=": lambda value, low, high: value >= low,
    "BETWEEN": lambda value, low, high: low <= value <= high,
}


@pytest.mark.parametrize("operator", COMPARISONS)
@given(value=TINY, low=TINY, high=TINY)
def test_conditions_on_numbers_are_ranges(operator, value, low, high):
    operands = ({"N": write(low)}, {"N": write(high)})
    limits = keys.matching(HASH, operator, operands)
    assert within(place_of({"N": write(value)}), limits) == COMPARISONS[operator](value, low, high)


@pytest.mark.parametrize("operator", [*COMPARISONS, "begins_with"])
@given(value=st.binary(max_size=4), low=st.binary(max_size=3), high=st.binary(max_size=3))
def test_conditions_on_binary_are_ranges(operator, value, low, high):
    value_, low_, high_ = ({"B": base64.b64encode(one).decode()} for one in (value, low, high))
    expected = value.startswith(low) if operator == "begins_with" else COMPARISONS[operator](value, low, high)
    assert within(place_of(value_), keys.matching(HASH, operator, (low_, high_))) == expected


def test_a_partition_ends_where_its_digest_does():
    low, high = keys.same_partition(HASH)
    assert within(low, (low, high))
    assert within(low + b"\xff" * 40, (low, high))
    assert not within(keys.digest({"S": "another"}), (low, high))


@given(total=st.integers(1, 1000), text=st.text(max_size=10))
def test_each_place_is_in_one_segment(total, text):
    place = keys.digest({"S": text})
    assert sum(within(place, keys.segment(number, total)) for number in range(total)) == 1


@pytest.mark.parametrize(
    "item",
    [{}, {"email": {"N": "1"}}, {"email": {"S": ""}}, {"email": {"NULL": True}}],
    ids=["absent", "another type", "empty", "null"],
)
def test_without_an_index_key_an_item_is_not_in_the_index(item):
    assert keys.index_place(KeySchema("email", None, {"email": "S"}), item) is None


def test_both_attributes_of_an_index_key_are_needed():
    schema = KeySchema("town", "street", {"town": "S", "street": "S"})
    assert keys.index_place(schema, {"town": {"S": "Bonn"}}) is None
    assert keys.index_place(schema, {"town": {"S": "Bonn"}, "street": {"S": "Am Hof"}}) is not None
