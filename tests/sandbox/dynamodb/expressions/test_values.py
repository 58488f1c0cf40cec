"""Values compared."""

import doctest

import pytest

from sandbox.dynamodb.expressions import placeholders, values
from sandbox.dynamodb.expressions.values import compare, contains, equal, size_of


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"N": "1"}, {"N": "1.00"}, True),
        ({"N": "0"}, {"N": "-0"}, True),
        ({"N": "1"}, {"N": "1.0000000000000000000000000000000000001"}, False),
        ({"N": "1"}, {"S": "1"}, False),
        ({"S": "YQ=="}, {"B": "YQ=="}, False),
        ({"NS": ["1", "2"]}, {"NS": ["2.0", "1"]}, True),
        ({"NS": ["1", "2"]}, {"SS": ["1", "2"]}, False),
        ({"SS": ["a"]}, {"SS": ["a", "b"]}, False),
        ({"L": [{"N": "1"}]}, {"L": [{"N": "1.0"}]}, True),
        ({"L": [{"N": "1"}, {"N": "2"}]}, {"L": [{"N": "2"}, {"N": "1"}]}, False),
        ({"L": [{"N": "1"}]}, {"L": [{"N": "1"}, {"N": "1"}]}, False),
        ({"M": {"a": {"SS": ["x", "y"]}}}, {"M": {"a": {"SS": ["y", "x"]}}}, True),
        ({"M": {"a": {"S": "x"}}}, {"M": {"b": {"S": "x"}}}, False),
        ({"BOOL": True}, {"BOOL": False}, False),
        ({"NULL": True}, {"NULL": True}, True),
    ],
)
def test_equality(one, other, same):
    assert equal(one, other) is same
    assert equal(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        ({"N": "-10"}, {"N": "9"}, -1),
        ({"S": "Z"}, {"S": "a"}, -1),
        ({"S": "\uffff"}, {"S": "\U00010000"}, -1),  # by UTF-8, not by UTF-16
        ({"B": "/w=="}, {"B": "AA=="}, 1),  # ff and 00: unsigned
        ({"B": "YQ=="}, {"B": "YWI="}, -1),
        ({"BOOL": True}, {"BOOL": False}, None),
        ({"S": "1"}, {"N": "1"}, None),
    ],
)
def test_order(one, other, order):
    assert compare(one, other) == order


def test_bytes_are_sought_in_bytes_not_in_their_base64():
    assert contains({"B": "eGFieA=="}, {"B": "YWI="})
    assert not contains({"B": "YWI="}, {"S": "YW"})


def test_sizes():
    assert [size_of(value) for value in ({"S": ""}, {"S": "aé𝄞"}, {"B": "YQ=="}, {"M": {}}, {"N": "5"})] == [
        0,
        4,
        1,
        0,
        None,
    ]


@pytest.mark.parametrize("module", [values, placeholders])
def test_examples(module):
    tried = doctest.testmod(module)
    assert tried.attempted > 0
    assert tried.failed == 0
