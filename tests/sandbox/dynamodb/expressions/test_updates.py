"""What updates make of items: scylladb test_update_expression.py, architect/dynalite test/updateItem.js."""

import pytest

from tests.sandbox.dynamodb.expressions.asking import refused, update

KEY = {"pk": {"S": "p"}}
NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"
NO_PATH = "The document path provided in the update expression is invalid for update"
WRONG_TYPE = "An operand in the update expression has an incorrect data type"


def numbers(*members):
    return {"L": [{"N": str(member)} for member in members]}


def applied(text, item, values=None, names=None):
    return update(text, values, names).apply({**KEY, **item}).item


VALUES = {
    ":n": {"N": "5"},
    ":s": {"S": "x"},
    ":ss": {"SS": ["b", "c"]},
    ":l": {"L": [{"S": "x"}]},
    ":17": {"N": "17"},
}


def with_used(text):
    return {name: value for name, value in VALUES.items() if name in text}


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ({}, "SET a = :s", {"a": {"S": "x"}}),
        ({}, "SET a = pk", {"a": {"S": "p"}}),
        ({"a": {"N": "10"}}, "SET a = a + :n", {"a": {"N": "15"}}),
        ({"a": {"N": "10"}}, "SET b = (:n - a)", {"a": {"N": "10"}, "b": {"N": "-5"}}),
        ({"a": {"N": "10"}}, "SET a = a + a", {"a": {"N": "20"}}),
        ({"a": {"S": "old"}}, "SET a = :s, b = a", {"a": {"S": "x"}, "b": {"S": "old"}}),
        ({"a": {"S": "1"}, "b": {"S": "2"}}, "SET a = b, b = a", {"a": {"S": "2"}, "b": {"S": "1"}}),
        ({"a": {"S": "old"}}, "REMOVE a SET b = a", {"b": {"S": "old"}}),
        ({}, "SET a = if_not_exists(a, :n) + :n", {"a": {"N": "10"}}),
        ({"a": {"N": "1"}}, "SET a = if_not_exists(a, zz)", {"a": {"N": "1"}}),
        ({}, "SET a = if_not_exists(b, if_not_exists(c, :s))", {"a": {"S": "x"}}),
        ({"a": numbers(1)}, "SET a = list_append(a, :l)", {"a": {"L": [{"N": "1"}, {"S": "x"}]}}),
        ({"a": numbers(1)}, "SET a = list_append(:l, a)", {"a": {"L": [{"S": "x"}, {"N": "1"}]}}),
        ({}, "SET a = list_append(if_not_exists(a, :l), :l)", {"a": {"L": [{"S": "x"}, {"S": "x"}]}}),
        ({"m": {"M": {}}}, "SET m.a = :s", {"m": {"M": {"a": {"S": "x"}}}}),
        ({"m": {"M": {"c": {"N": "1"}}}}, "SET m.c = m.c + :n", {"m": {"M": {"c": {"N": "6"}}}}),
        ({"l": numbers(1, 2)}, "SET l[1] = :n", {"l": numbers(1, 5)}),
        ({"l": numbers(1, 2)}, "SET l[7] = :n", {"l": numbers(1, 2, 5)}),
        ({"l": numbers()}, "SET l[0] = :n", {"l": numbers(5)}),
        ({"l": numbers(0)}, "SET l[84] = :n, l[37] = :17", {"l": numbers(0, 17, 5)}),
        ({"l": numbers(2, 3, 4, 5, 6, 7)}, "REMOVE l[1] SET l[3] = :17", {"l": numbers(2, 4, 17, 6, 7)}),
        ({"l": numbers(1, 2, 3, 4)}, "REMOVE l[1], l[2]", {"l": numbers(1, 4)}),
        ({"l": numbers(1, 2)}, "REMOVE l[9]", {"l": numbers(1, 2)}),
        ({"l": numbers(1)}, "REMOVE l[0]", {"l": numbers()}),
        ({"m": {"M": {"a": {"N": "1"}}}}, "REMOVE m.a", {"m": {"M": {}}}),
        ({"m": {"M": {}}}, "REMOVE m.a, b", {"m": {"M": {}}}),
        ({}, "ADD a :n", {"a": {"N": "5"}}),
        ({"a": {"N": "-2.5"}}, "ADD a :n", {"a": {"N": "2.5"}}),
        ({}, "ADD a :ss", {"a": {"SS": ["b", "c"]}}),
        ({"a": {"SS": ["a", "b"]}}, "ADD a :ss", {"a": {"SS": ["a", "b", "c"]}}),
        ({"m": {"M": {}}}, "ADD m.a :n", {"m": {"M": {"a": {"N": "5"}}}}),
        ({"l": numbers(1)}, "ADD l[0] :n, l[5] :n", {"l": numbers(6, 5)}),
        ({"a": {"SS": ["a", "b"]}}, "DELETE a :ss", {"a": {"SS": ["a"]}}),
        ({"a": {"SS": ["c", "b"]}}, "DELETE a :ss", {}),
        ({}, "DELETE a :ss", {}),
        ({"l": {"L": [{"SS": ["b"]}, {"S": "x"}]}}, "DELETE l[0] :ss", {"l": {"L": [{"S": "x"}]}}),
        ({"a": {"S": "p"}}, "sEt b=a\n\trEmOvE a", {"b": {"S": "p"}}),
    ],
)
def test_what_becomes_of_it(before, text, after):
    assert applied(text, before, with_used(text)) == {**KEY, **after}


@pytest.mark.parametrize(
    ("before", "text", "wrong"),
    [
        ({}, "SET c = b", NO_ATTRIBUTE),
        ({}, "SET e = list_append(b, c)", NO_ATTRIBUTE),
        ({}, "SET x = :s, y = x", NO_ATTRIBUTE),
        ({}, "SET a = a + :n", NO_ATTRIBUTE),
        ({"a": {"S": "1"}}, "SET e = a + :n", WRONG_TYPE),
        ({"a": {"S": "1"}}, "SET e = :n - a", WRONG_TYPE),
        ({"a": {"S": "1"}}, "SET e = if_not_exists(a, :n) + :n", WRONG_TYPE),
        ({"d": {"NS": ["1"]}}, "SET e = list_append(d, if_not_exists(f, :l))", WRONG_TYPE),
        ({"d": {"NS": ["1"]}}, "DELETE d :ss", WRONG_TYPE),
        ({"c": {"N": "1"}}, "DELETE c :ss", WRONG_TYPE),
        ({"d": {"NS": ["1"]}}, "ADD d :n", WRONG_TYPE),
        ({"d": {"S": "1"}}, "ADD d :n", WRONG_TYPE),
        ({"d": numbers(1)}, "ADD d :ss", WRONG_TYPE),
    ],
)
def test_what_the_item_does_not_allow(before, text, wrong):
    assert refused(lambda: applied(text, before, with_used(text))) == wrong


PLACES = ["b.a", "b[1]", "y.a", "y[1]", "c[1]", "d.#1"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", ["SET {} = :ss", "REMOVE {}", "ADD {} :ss", "DELETE {} :ss"])
def test_paths_that_lead_nowhere(text, place):
    before = {"b": {"S": "b"}, "c": {"M": {"1": {"S": "a"}}}, "d": {"L": [{"S": "a"}, {"S": "b"}]}}
    text = text.format(place)
    names = {"#1": "1"} if "#" in text else None
    assert refused(lambda: applied(text, before, with_used(text), names)) == NO_PATH


def test_many_at_once():
    """architect/dynalite test/updateItem.js, "should update nested attributes"."""
    before = {
        **KEY,
        "b": {"M": {"a": {"N": "1"}, "b": {"N": "2"}, "c": {"N": "3"}}},
        "c": numbers(1, 3),
    }
    text = "set b.c=((c[1])+(b.a)),b.a = pk,c[1] = pk, c[4] = b.a - b.b, c[2] = b.c add c[8] :b, c[6] :a"
    done = update(text, {":a": {"N": "2"}, ":b": {"SS": ["a"]}}).apply(before)
    p = KEY["pk"]
    assert done.item == {
        **KEY,
        "b": {"M": {"a": p, "b": {"N": "2"}, "c": {"N": "4"}}},
        "c": {"L": [{"N": "1"}, p, {"N": "3"}, {"N": "-1"}, {"N": "2"}, {"SS": ["a"]}]},
    }
    assert done.new_parts == {
        "b": {"M": {"a": p, "c": {"N": "4"}}},
        "c": {"L": [p, {"N": "3"}, {"N": "2"}]},
    }


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("SET s = :s, z = :s", {"s": {"S": "old"}}, {"s": {"S": "x"}, "z": {"S": "x"}}),
        ("REMOVE s", {"s": {"S": "old"}}, {}),
        ("REMOVE zz", {}, {}),
        ("SET m.b = :s", {"m": {"M": {"b": {"S": "dog"}}}}, {"m": {"M": {"b": {"S": "x"}}}}),
        (
            "SET m.c[1] = :n, m.b = :s",
            {"m": {"M": {"b": {"S": "dog"}, "c": numbers(2)}}},
            {"m": {"M": {"b": {"S": "x"}, "c": numbers(5)}}},
        ),
        ("SET m.x = :s", {}, {"m": {"M": {"x": {"S": "x"}}}}),
        ("SET m.c[100] = :n", {}, {}),
        ("REMOVE m.c[1], m.c[3]", {"m": {"M": {"c": numbers(2)}}}, {"m": {"M": {"c": numbers(3)}}}),
    ],
)
def test_parts_for_return_values(text, old, new):
    """scylladb test_returnvalues.py: in lists the number counts, not what has moved there."""
    item = {**KEY, "s": {"S": "old"}, "m": {"M": {"b": {"S": "dog"}, "c": numbers(1, 2, 3)}}}
    done = update(text, with_used(text)).apply(item)
    assert (done.old_parts, done.new_parts) == (old, new)


def test_where_there_is_no_item():
    """REMOVE then does nothing, wherever it leads (scylladb test_update_expression.py)."""
    assert update("REMOVE x.y, l[0]").apply(KEY, exists=False).item == KEY
    assert update("SET a = :s", {":s": {"S": "x"}}).apply(KEY, exists=False).item == {**KEY, "a": {"S": "x"}}
    assert refused(lambda: update("SET a.b = pk").apply(KEY, exists=False)) == NO_PATH


@pytest.mark.parametrize(
    ("one", "other", "total"),
    [
        ("0.1", "0.2", "0.3"),
        ("12345678901234567890123456789012345678", "1", "12345678901234567890123456789012345679"),
        ("1E125", "-1E125", "0"),
        ("99999999999999999999999999999999999999", "1", "1" + "0" * 38),
        ("-0.00000000000000000000000000000000000001", "0.00000000000000000000000000000000000001", "0"),
    ],
)
def test_numbers_are_exact(one, other, total):
    item = applied("SET a = :a ADD b :a", {"b": {"N": other}}, {":a": {"N": one}})
    assert item["b"] == {"N": total}


def test_results_that_are_no_numbers_of_dynamodb():
    def adding(one, other):
        return refused(lambda: applied("SET c = a + :b", {"a": {"N": one}}, {":b": {"N": other}}))

    assert adding("1E20", "1E-20") == "Attempting to store more than 38 significant digits in a Number"
    assert adding("9E125", "9E125").startswith("Number overflow.")
