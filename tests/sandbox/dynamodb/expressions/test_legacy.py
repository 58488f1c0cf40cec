"""Expected, ScanFilter, QueryFilter, AttributeUpdates: architect/dynalite `test/putItem.js`, `scan.js`,
`updateItem.js` and scylladb test_expected.py, all of which run against AWS.
"""

import pytest

from sandbox.dynamodb.expressions.legacy import expected, filters
from sandbox.dynamodb.expressions.legacy_updates import attribute_updates
from tests.sandbox.dynamodb.expressions.asking import refused

WRONG = "One or more parameter values were invalid: "
ITEM = {
    "pk": {"S": "p"},
    "s": {"S": "hello"},
    "n": {"N": "5"},
    "b": {"B": "aGkgdGhlcmU="},
    "ns": {"NS": ["1", "2"]},
    "l": {"L": [{"N": "7"}]},
}
LOWER_IS_GREATER = (
    "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
)
A, Z, N = {"S": "a"}, {"S": "z"}, {"N": "1"}


def of(how, *values):
    return {"ComparisonOperator": how, "AttributeValueList": list(values)}


@pytest.mark.parametrize(
    ("name", "how", "values", "holds"),
    [
        ("s", "EQ", [{"S": "hello"}], True),
        ("s", "EQ", [N], False),
        ("ns", "EQ", [{"NS": ["2", "1"]}], True),
        ("zz", "EQ", [N], False),
        ("s", "NE", [N], True),
        ("zz", "NE", [N], True),
        ("n", "NE", [{"N": "5.0"}], False),
        ("n", "LE", [{"N": "5"}], True),
        ("n", "LT", [{"N": "5"}], False),
        ("n", "GE", [{"N": "10"}], False),
        ("n", "GT", [{"N": "-10"}], True),
        ("n", "GT", [A], False),
        ("s", "NOT_NULL", [], True),
        ("zz", "NOT_NULL", [], False),
        ("s", "NULL", [], False),
        ("zz", "NULL", [], True),
        ("s", "CONTAINS", [{"S": "ell"}], True),
        ("ns", "CONTAINS", [N], True),
        ("l", "CONTAINS", [{"N": "7"}], True),
        ("zz", "CONTAINS", [N], False),
        ("s", "NOT_CONTAINS", [{"S": "dog"}], True),
        ("s", "NOT_CONTAINS", [N], True),
        ("ns", "NOT_CONTAINS", [N], False),
        ("zz", "NOT_CONTAINS", [N], False),
        ("s", "BEGINS_WITH", [{"S": "he"}], True),
        ("b", "BEGINS_WITH", [{"B": "aGk="}], True),
        ("n", "BEGINS_WITH", [{"S": "5"}], False),
        ("n", "IN", [N, {"N": "5.0"}], True),
        ("ns", "IN", [N], False),
        ("n", "BETWEEN", [N, {"N": "5"}], True),
        ("s", "BETWEEN", [A, Z], True),
        ("n", "BETWEEN", [A, Z], False),
        ("zz", "BETWEEN", [A, Z], False),
    ],
)
def test_the_thirteen_operators(name, how, values, holds):
    assert expected({name: of(how, *values)})(ITEM) is holds
    assert filters({name: of(how, *values)})(ITEM) is holds


@pytest.mark.parametrize(
    ("one", "holds"),
    [
        ({"Value": {"S": "hello"}}, True),
        ({"Value": A}, False),
        ({"Exists": True, "Value": {"S": "hello"}}, True),
        ({"Exists": False}, False),
        ({"ComparisonOperator": "GT", "Value": A}, True),
    ],
)
def test_values_and_existence(one, holds):
    assert expected({"s": one})(ITEM) is holds
    assert expected({"zz": {"Exists": False}})(None) is True


def test_and_and_or():
    both = {"s": {"Value": {"S": "hello"}}, "n": {"Value": N}}
    assert expected(both)(ITEM) is False
    assert expected(both, "AND")(ITEM) is False
    assert expected(both, "OR")(ITEM) is True
    assert filters({"s": of("EQ", A), "n": of("EQ", N)}, "OR")(ITEM) is False
    assert expected({})(ITEM) is True
    assert expected(both).attributes == {"s", "n"}


@pytest.mark.parametrize(
    ("one", "wrong"),
    [
        ({}, f"{WRONG}Value must be provided when Exists is null for Attribute: a"),
        ({"Exists": True}, f"{WRONG}Value must be provided when Exists is true for Attribute: a"),
        ({"Exists": False, "Value": A}, f"{WRONG}Value cannot be used when Exists is false for Attribute: a"),
        (
            {"ComparisonOperator": "LT"},
            f"{WRONG}Value or AttributeValueList must be used with ComparisonOperator: LT for Attribute: a",
        ),
        (
            {"Exists": True, "ComparisonOperator": "LT"},
            f"{WRONG}Exists and ComparisonOperator cannot be used together for Attribute: a",
        ),
        (
            {"AttributeValueList": [A], "Value": A, "ComparisonOperator": "LT"},
            f"{WRONG}Value and AttributeValueList cannot be used together for Attribute: a",
        ),
        (
            {"AttributeValueList": [A]},
            f"{WRONG}AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
        ),
        (
            {"AttributeValueList": [A], "Exists": True},
            f"{WRONG}AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
        ),
        (of("EQ"), f"{WRONG}Invalid number of argument(s) for the EQ ComparisonOperator"),
        (of("EQ", A, A), f"{WRONG}Invalid number of argument(s) for the EQ ComparisonOperator"),
        (of("NULL", A), f"{WRONG}Invalid number of argument(s) for the NULL ComparisonOperator"),
        (of("IN"), f"{WRONG}Invalid number of argument(s) for the IN ComparisonOperator"),
        (of("BETWEEN", N, N, N), f"{WRONG}Invalid number of argument(s) for the BETWEEN ComparisonOperator"),
        (
            {"ComparisonOperator": "BETWEEN", "Value": A},
            f"{WRONG}Invalid number of argument(s) for the BETWEEN ComparisonOperator",
        ),
        (of("IN", A, N), f"{WRONG}AttributeValues inside AttributeValueList must be of same type"),
        (
            of("BETWEEN", Z, A),
            LOWER_IS_GREATER,
        ),
        (
            of("BEGINS_WITH", N),
            f"{WRONG}ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type",
        ),
        (of("LE", {"L": []}), f"{WRONG}ComparisonOperator LE is not valid for L AttributeValue type"),
        (
            of("CONTAINS", {"SS": ["a"]}),
            f"{WRONG}ComparisonOperator CONTAINS is not valid for SS AttributeValue type",
        ),
    ],
)
def test_what_is_refused(one, wrong):
    assert refused(lambda: expected({"a": one})) == wrong


def test_the_operator_between_conditions():
    assert (
        refused(lambda: expected({}, "OR")) == "ConditionalOperator cannot be used without Filter or Expected"
    )
    assert refused(lambda: filters({"a": of("EQ", A)}, "AND")) == (
        "ConditionalOperator can only be used when Filter or Expected has two or more elements"
    )


def updated(updates, item=ITEM):
    return attribute_updates(updates).apply(item)


@pytest.mark.parametrize(
    ("name", "one", "after"),
    [
        ("s", {"Value": A}, A),
        ("new", {"Action": "PUT", "Value": N}, N),
        ("s", {"Action": "DELETE"}, None),
        ("zz", {"Action": "DELETE"}, None),
        ("n", {"Action": "ADD", "Value": {"N": "2.50"}}, {"N": "7.5"}),
        ("new", {"Action": "ADD", "Value": N}, N),
        ("ns", {"Action": "ADD", "Value": {"NS": ["2", "3"]}}, {"NS": ["1", "2", "3"]}),
        ("new", {"Action": "ADD", "Value": {"SS": ["x"]}}, {"SS": ["x"]}),
        ("l", {"Action": "ADD", "Value": {"L": [A]}}, {"L": [{"N": "7"}, A]}),
        ("new", {"Action": "ADD", "Value": {"L": [A]}}, {"L": [A]}),
        ("ns", {"Action": "DELETE", "Value": {"NS": ["2"]}}, {"NS": ["1"]}),
        ("ns", {"Action": "DELETE", "Value": {"NS": ["2", "1"]}}, None),
        ("zz", {"Action": "DELETE", "Value": {"NS": ["2"]}}, None),
    ],
)
def test_attribute_updates(name, one, after):
    done = updated({name: one})
    assert done.item == {
        **{key: value for key, value in ITEM.items() if key != name},
        **({name: after} if after else {}),
    }
    assert done.old_parts == ({name: ITEM[name]} if name in ITEM else {})
    assert done.new_parts == ({name: after} if after else {})


@pytest.mark.parametrize(
    ("name", "one", "wrong"),
    [
        ("a", {}, f"{WRONG}Only DELETE action is allowed when no attribute value is specified"),
        (
            "a",
            {"Action": "ADD"},
            f"{WRONG}Only DELETE action is allowed when no attribute value is specified",
        ),
        (
            "a",
            {"Action": "DELETE", "Value": {"L": []}},
            f"{WRONG}DELETE action with value is not supported for the type L",
        ),
        ("a", {"Action": "ADD", "Value": A}, f"{WRONG}ADD action is not supported for the type S"),
        ("ns", {"Action": "DELETE", "Value": {"SS": ["1"]}}, "Type mismatch for attribute to update"),
        ("n", {"Action": "DELETE", "Value": {"NS": ["1"]}}, "Type mismatch for attribute to update"),
        ("ns", {"Action": "ADD", "Value": N}, "Type mismatch for attribute to update"),
    ],
)
def test_updates_that_are_refused(name, one, wrong):
    assert refused(lambda: updated({name: one})) == wrong


def test_what_updates_write():
    made = attribute_updates({"a": {"Value": A}, "b": {"Action": "DELETE"}})
    assert (made.attributes, made.kinds, made.creates_item) == ({"a", "b"}, {"a": "S"}, True)
    assert attribute_updates({"b": {"Action": "DELETE"}}).creates_item is False
    assert attribute_updates({}).creates_item is True
