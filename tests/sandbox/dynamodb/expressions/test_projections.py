"""What ProjectionExpression and AttributesToGet leave of an item."""

import pytest

from sandbox.dynamodb.expressions.legacy import attributes_to_get
from tests.sandbox.dynamodb.expressions.asking import projection, refused

ITEM = {
    "pk": {"S": "p"},
    "a": {"M": {"b": {"S": "bv"}, "c": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}}},
    "l": {"L": [{"M": {"x": {"N": "1"}, "y": {"N": "2"}}}, {"S": "two"}, {"L": [{"S": "in"}]}]},
    "a.b": {"S": "dotted"},
}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("pk", {"pk": {"S": "p"}}),
        ("pk, zz", {"pk": {"S": "p"}}),
        ("zz", {}),
        ("a.b", {"a": {"M": {"b": {"S": "bv"}}}}),
        ("a.zz, pk", {"pk": {"S": "p"}}),
        ("a.b.c", {}),
        ("pk.b", {}),
        ("l.b, a[0]", {}),
        ("#dotted", {"a.b": {"S": "dotted"}}),
        ("a.c[2], a.c[0]", {"a": {"M": {"c": {"L": [{"N": "0"}, {"N": "2"}]}}}}),
        ("a.c[7]", {}),
        ("a.c[7], a.b", {"a": {"M": {"b": {"S": "bv"}}}}),
        ("l[2][0], l[0].y", {"l": {"L": [{"M": {"y": {"N": "2"}}}, {"L": [{"S": "in"}]}]}}),
        (" l [ 1 ] ", {"l": {"L": [{"S": "two"}]}}),
        ("a.b,a.c", {"a": ITEM["a"]}),
    ],
)
def test_what_is_left(text, left):
    names = {"#dotted": "a.b"} if "#" in text else None
    assert projection(text, names)(ITEM) == left


@pytest.mark.parametrize(
    ("text", "how", "one", "two"),
    [
        ("a, a", "overlap", "[a]", "[a]"),  # case ddb-overlap-projection
        (
            "a, a.b",
            "overlap",
            "[a]",
            "[a, b]",
        ),  # the next four: ExtendDB test_projection_overlapping_paths.py
        ("a.b, a", "overlap", "[a, b]", "[a]"),
        ("alist[0], alist", "overlap", "[alist, [0]]", "[alist]"),
        ("x, a.b, a", "overlap", "[a, b]", "[a]"),
        ("#p, #p.#q", "overlap", "[a]", "[a, b]"),
        ("a.b, a[1]", "conflict", "[a, b]", "[a, [1]]"),
        ("a.b, a[1], c, c", "overlap", "[c]", "[c]"),
        ("a.x.y, a.z, a.x", "overlap", "[a, x, y]", "[a, x]"),
    ],
)
def test_paths_in_each_others_way(text, how, one, two):
    names = {"#p": "a", "#q": "b"} if "#" in text else None
    assert refused(lambda: projection(text, names)) == (
        f"Invalid ProjectionExpression: Two document paths {how} with each other; "
        f"must remove or rewrite one of these paths; path one: {one}, path two: {two}"
    )


def test_an_undefined_name():
    assert refused(lambda: projection("a.#u")) == (
        "Invalid ProjectionExpression: An expression attribute name used in the document path "
        "is not defined; attribute name: #u"
    )


def test_what_is_asked_for():
    made = projection("a.b, pk, l[0]")
    assert made.attributes == {"a", "pk", "l"}
    assert made.nested == {"a", "l"}


def test_attributes_to_get():
    """A name is a name there, whatever is in it."""
    assert attributes_to_get(["a.b", "pk", "zz"])(ITEM) == {"a.b": {"S": "dotted"}, "pk": {"S": "p"}}
    assert refused(lambda: attributes_to_get(["a", "b", "a"])) == (
        "One or more parameter values were invalid: Duplicate value in attribute name: a"
    )
