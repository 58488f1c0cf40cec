"""Attribute values: which are stored, and in which words the others are refused."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.dynamodb.values import stored
from sandbox.errors import AwsError

PREFIX = "1 validation error detected: "
BAD = "One or more parameter values were invalid: "
ONE_TYPE = "must contain exactly one of the supported datatypes"


def nested(levels: int, value: Any = None) -> dict[str, Any]:
    value = value or {"S": "leaf"}
    for _ in range(levels):
        value = {"M": {"in": value}}
    return value


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"S": ""}, {"S": ""}),
        ({"B": ""}, {"B": ""}),
        ({"B": "AP8B"}, {"B": "AP8B"}),
        ({"N": "00042"}, {"N": "42"}),
        ({"NS": ["1.0", "-0"]}, {"NS": ["1", "0"]}),
        ({"BOOL": False}, {"BOOL": False}),
        ({"BOOL": "yes"}, {"BOOL": True}),
        ({"BOOL": "0"}, {"BOOL": False}),
        ({"NULL": True}, {"NULL": True}),
        ({"L": []}, {"L": []}),
        ({"M": {}}, {"M": {}}),
        ({"L": [{"M": {"a": {"N": "1E1"}}}]}, {"L": [{"M": {"a": {"N": "10"}}}]}),
        ({"S": "a", "N": None}, {"S": "a"}),
        ({"S": "a", "Unknown": 5}, {"S": "a"}),
    ],
    ids=str,
)
def test_a_value_is_kept_with_its_numbers_in_canonical_text(value, kept) -> None:
    assert stored(value) == kept


def test_a_value_that_is_kept_as_it_is_is_not_copied() -> None:
    value = {"N": "42"}
    assert stored(value) is value


REFUSED = [
    ({}, f"Supplied AttributeValue is empty, {ONE_TYPE}"),
    ({"X": 1}, f"Supplied AttributeValue is empty, {ONE_TYPE}"),
    ({"S": None}, f"Supplied AttributeValue is empty, {ONE_TYPE}"),
    (None, f"Supplied AttributeValue is empty, {ONE_TYPE}"),
    ({"S": "a", "N": "1"}, f"Supplied AttributeValue has more than one datatypes set, {ONE_TYPE}"),
    ({"S": "a", "N": "b"}, "The parameter cannot be converted to a numeric value: b"),
    ({"NULL": False}, f"{BAD}Null attribute value types must have the value of true"),
    ({"SS": []}, f"{BAD}An string set  may not be empty"),
    ({"NS": []}, f"{BAD}An number set  may not be empty"),
    ({"BS": []}, f"{BAD}Binary sets should not be empty"),
    ({"L": [{"SS": []}]}, f"{BAD}An string set  may not be empty"),
    ({"M": {"a": {"BS": []}}}, f"{BAD}Binary sets should not be empty"),
    ({"NS": ["1", "1.0"]}, "Input collection contains duplicates"),
    ({"NS": ["1", "b"]}, "The parameter cannot be converted to a numeric value: b"),
    ({"BS": ["Yg==", "Yg=="]}, f"{BAD}Input collection [Yg==, Yg==]of type BS contains duplicates."),
    (
        nested(32),
        (
            "Nesting Levels have exceeded supported limits: "
            "Attributes in the item have nested levels beyond supported limit"
        ),
    ),
]


@pytest.mark.parametrize(("value", "told"), REFUSED, ids=lambda part: str(part)[:40])
@pytest.mark.parametrize("prefix", ["", PREFIX], ids=["bare", "prefix"])
def test_a_value_is_refused_in_awss_words(value, told, prefix) -> None:
    with pytest.raises(AwsError) as refused:
        stored(value, prefix)
    assert (refused.value.code, refused.value.message) == ("ValidationException", prefix + told)


def test_a_string_set_is_quoted_where_writes_refuse_it() -> None:
    """Case ddb-duplicate-set, and its note on the words of before June 2026, which reads still have."""
    for prefix, told in ((PREFIX, '["a", "a"]'), ("", "[a, a]")):
        with pytest.raises(AwsError) as refused:
            stored({"SS": ["a", "a"]}, prefix)
        assert refused.value.message == f"{prefix}{BAD}Input collection {told} contains duplicates."


@pytest.mark.parametrize(
    "value", [nested(31), {"L": [nested(30)]}, nested(31, {"L": []})], ids=["31", "L", "empty"]
)
def test_the_deepest_values_are_stored(value) -> None:
    assert stored(value) == value


STRUCTURE = "Start of structure or map found where not expected"
UNREADABLE = [
    ("text", "Unexpected value type in payload"),
    ([], "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue"),
    ({"S": True}, "TRUE_VALUE cannot be converted to String"),
    ({"S": False}, "FALSE_VALUE cannot be converted to String"),
    ({"N": 23}, "NUMBER_VALUE cannot be converted to String"),
    ({"N": 34.56}, "DECIMAL_VALUE cannot be converted to String"),
    ({"S": []}, "Unrecognized collection type class java.lang.String"),
    ({"S": {}}, STRUCTURE),
    ({"SS": [5]}, "NUMBER_VALUE cannot be converted to String"),
    ({"SS": [None]}, "NULL_VALUE cannot be converted to String"),
    ({"SS": "a"}, "Unexpected field type"),
    ({"NS": {}}, STRUCTURE),
    ({"B": True}, "only base-64-encoded strings are convertible to bytes"),
    ({"B": []}, "Unrecognized collection type class java.nio.ByteBuffer"),
    ({"B": {}}, STRUCTURE),
    ({"B": "23456"}, "Base64 encoded length is expected a multiple of 4 bytes but found: 5"),
    ({"B": "=+/="}, "Invalid last non-pad Base64 character dectected"),
    ({"B": "+/+="}, "Invalid last non-pad Base64 character dectected"),
    ({"B": "ü==="}, "Invalid last non-pad Base64 character dectected"),
    ({"BS": ["23456"]}, "Base64 encoded length is expected a multiple of 4 bytes but found: 5"),
    ({"BOOL": 23}, "NUMBER_VALUE cannot be converted to Boolean"),
    ({"BOOL": "23"}, "Unexpected token received from parser"),
    ({"NULL": []}, "Unrecognized collection type class java.lang.Boolean"),
    ({"L": 5}, "Unexpected field type"),
    ({"L": ["a"]}, "Unexpected value type in payload"),
    ({"M": "a"}, "Unexpected field type"),
    (
        {"M": []},
        (
            "Unrecognized collection type java.util.Map<java.lang.String, "
            "com.amazonaws.dynamodb.v20120810.AttributeValue>"
        ),
    ),
]


@pytest.mark.parametrize(("value", "told"), UNREADABLE, ids=lambda part: str(part)[:40])
def test_json_of_another_type_cannot_be_read(value, told) -> None:
    """The words of architect/dynalite's test/helpers.js (`assertType`); none has a prefix."""
    with pytest.raises(AwsError) as refused:
        stored(value, PREFIX)
    assert (refused.value.code, refused.value.message) == ("SerializationException", told)
