"""Names and values that stand for others."""

import pytest

from sandbox.dynamodb.expressions import Placeholders, condition, projection
from sandbox.errors import AwsError
from tests.sandbox.dynamodb.expressions.asking import refused

EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"


@pytest.mark.parametrize(
    ("names", "values", "wrong"),
    [
        ({}, None, "ExpressionAttributeNames must not be empty"),  # case ddb-empty-names
        (None, {}, "ExpressionAttributeValues must not be empty"),  # case ddb-empty-values
        ({}, {}, "ExpressionAttributeNames must not be empty"),
        ({"a": "a"}, {}, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"'),
        ({"#a-b": "a"}, None, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "#a-b"'),
        ({"#": "a"}, None, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "#"'),
        (
            {"#a": ""},
            None,
            "ExpressionAttributeNames contains invalid value: Empty attribute name for key #a",
        ),
        (
            {"#" + "-" * 255: "foo"},
            None,
            (
                "ExpressionAttributeNames contains invalid key: "
                "The expression attribute map contains a key that is too long; size of key: 256"
            ),
        ),
        (
            None,
            {":" + "a" * 255: {"S": "x"}},
            (
                "ExpressionAttributeValues contains invalid key: "
                "The expression attribute map contains a key that is too long;"
            ),
        ),
        # case ddb-value-without-colon
        (
            None,
            {"loc": {"S": "x"}},
            'ExpressionAttributeValues contains invalid key: Syntax error; key: "loc"',
        ),
        (
            None,
            {":b": {"a": ""}, "b": {"S": "a"}},
            'ExpressionAttributeValues contains invalid key: Syntax error; key: "b"',
        ),
        (None, {":v": {}}, f"ExpressionAttributeValues contains invalid value: {EMPTY} for key :v"),
        (
            None,
            {":b": {"N": "b"}},
            (
                "ExpressionAttributeValues contains invalid value: "
                "The parameter cannot be converted to a numeric value: b for key :b"
            ),
        ),
        (
            None,
            {":b": {"SS": []}},
            "One or more parameter values were invalid: An string set  may not be empty",
        ),
    ],
)
def test_what_is_refused(names, values, wrong):
    assert refused(lambda: Placeholders(names, values)) == wrong


def test_what_json_does_not_allow():
    with pytest.raises(AwsError) as caught:
        Placeholders(None, {":v": {"N": 5}})
    assert caught.value.code == "SerializationException"


def test_numbers_are_brought_into_their_form():
    assert Placeholders(None, {":v": {"N": "1.50"}}).value(":v") == {"N": "1.5"}


def test_all_must_be_used():
    names = {"#a": "a", "#unused": "b", "#more": "c"}
    made = Placeholders(names, {":v": {"S": "x"}, ":unused": {"S": "y"}})
    condition("FilterExpression", "#a = :v", made)
    assert refused(made.check_all_used) == (
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#unused, #more}"
    )
    projection("#unused, #more.#a", made)
    assert refused(made.check_all_used) == (
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:unused}"
    )
    condition("FilterExpression", "b = :unused", made)
    made.check_all_used()


def test_none_at_all():
    Placeholders(None, None).check_all_used()
