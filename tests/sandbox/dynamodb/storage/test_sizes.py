"""Bytes of items, by AWS's published rules and by an independent recount."""

import base64
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.dynamodb.numbers import write
from sandbox.dynamodb.sizes import item_size, number_size, text_size, value_size

NUMBERS = st.decimals(
    min_value=Decimal("-1E30"), max_value=Decimal("1E30"), allow_nan=False, allow_infinity=False, places=8
).map(write)
SCALARS = st.one_of(
    st.builds(lambda text: {"S": text}, st.text(max_size=20)),
    st.builds(lambda text: {"N": text}, NUMBERS),
    st.builds(lambda raw: {"B": base64.b64encode(raw).decode()}, st.binary(max_size=20)),
    st.builds(lambda flag: {"BOOL": flag}, st.booleans()),
    st.just({"NULL": True}),
    st.builds(lambda texts: {"SS": texts}, st.lists(st.text(max_size=5), min_size=1, max_size=4)),
    st.builds(lambda texts: {"NS": texts}, st.lists(NUMBERS, min_size=1, max_size=4)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.builds(lambda items: {"L": items}, st.lists(inner, max_size=4)),
        st.builds(lambda items: {"M": items}, st.dictionaries(st.text(max_size=5), inner, max_size=4)),
    ),
    max_leaves=12,
)


def recounted_number(text):
    """The base-100 digits of a number written out, zeros at both ends cut off."""
    whole, _, part = text.lstrip("-").partition(".")
    whole = "0" * (len(whole) % 2) + whole
    part += "0" * (len(part) % 2)
    digits = [whole[at : at + 2] for at in range(0, len(whole), 2)]
    digits += [part[at : at + 2] for at in range(0, len(part), 2)]
    while digits and digits[0] == "00":
        digits.pop(0)
    while digits and digits[-1] == "00":
        digits.pop()
    return 1 + len(digits) + (text.startswith("-"))


def recounted(value):
    """Bytes of a value, counted another way than `sizes` does."""
    ((kind, content),) = value.items()
    if kind == "N":
        return recounted_number(content)
    if kind in ("SS", "NS", "BS"):
        return sum(recounted({kind[0]: one}) for one in content)
    if kind == "L":
        return 3 + sum(1 + recounted(one) for one in content)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + recounted(one) for name, one in content.items())
    if kind == "B":
        return len(base64.b64decode(content))
    return len(content.encode()) if kind == "S" else 1


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "ada"}, 3),
        ({"S": "größe"}, 7),
        ({"S": "\U0001f600"}, 4),
        ({"B": "AQID"}, 3),
        ({"B": "AQI="}, 2),
        ({"B": "AQ=="}, 1),
        ({"B": ""}, 0),
        ({"BOOL": False}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["a", "bc"]}, 3),
        ({"L": []}, 3),
        ({"M": {}}, 3),
        ({"L": [{"S": "ab"}, {"NULL": True}]}, 3 + 1 + 2 + 1 + 1),
        ({"M": {"ab": {"S": "cd"}}}, 3 + 1 + 2 + 2),
    ],
)
def test_sizes_by_the_developer_guide(value, size):
    assert value_size(value) == size


@pytest.mark.parametrize(
    ("number", "size"),
    [
        # architect/dynalite db/index.js valSize, nubo-db/dynoxide types.rs number_size
        ("0", 1),
        ("1", 2),
        ("12", 2),
        ("123", 3),
        ("1234", 3),
        ("1.2", 3),
        ("12.34", 3),
        ("1.234", 4),
        ("3.14159", 5),
        ("123456", 4),
        ("100", 2),
        ("-1", 3),
        ("-12.5", 4),
        ("1" + "0" * 125, 2),
        ("0.05", 2),
        ("0.005", 2),
        ("0.0005", 2),
    ],
)
def test_sizes_of_numbers(number, size):
    assert number_size(number) == size


def test_names_count():
    assert item_size({"userId": {"S": "ada"}, "ñ": {"NULL": True}}) == 6 + 3 + 2 + 1


def test_lone_surrogates_have_a_size():
    assert text_size("\ud800") == 3


@given(NUMBERS)
def test_numbers_have_the_size_of_a_recount(number):
    assert number_size(number) == recounted_number(number)


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=6))
def test_items_have_the_size_of_a_recount(item):
    assert item_size(item) == sum(len(name.encode()) + recounted(value) for name, value in item.items())
