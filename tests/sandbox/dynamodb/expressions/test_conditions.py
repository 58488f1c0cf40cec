"""Which items satisfy which conditions."""

import pytest

from tests.sandbox.dynamodb.expressions.asking import condition

ITEM = {
    "pk": {"S": "p1"},
    "s": {"S": "hello"},
    "n": {"N": "5"},
    "price": {"N": "-0.5"},
    "b": {"B": "aGkgdGhlcmU="},  # hi there
    "flag": {"BOOL": True},
    "nothing": {"NULL": True},
    "tags": {"SS": ["admin", "user"]},
    "ns": {"NS": ["1", "2.5"]},
    "bs": {"BS": ["YQ==", "Yg=="]},
    "list": {"L": [{"S": "x"}, {"N": "7"}, {"L": [{"S": "deep"}]}]},
    "map": {"M": {"in": {"M": {"ner": {"N": "3"}}}, "a.b": {"S": "dotted"}}},
    "same": {"S": "hello"},
    "unicode": {"S": "é𝄞"},
}
VALUES = {
    ":hello": {"S": "hello"},
    ":he": {"S": "he"},
    ":x": {"S": "x"},
    ":admin": {"S": "admin"},
    ":5": {"N": "5"},
    ":5.0": {"N": "5.0"},
    ":10": {"N": "10"},
    ":minus": {"N": "-1"},
    ":text5": {"S": "5"},
    ":hi": {"B": "aGk="},
    ":true": {"BOOL": True},
    ":null": {"NULL": True},
    ":tags": {"SS": ["user", "admin"]},
    ":ns": {"NS": ["2.50", "1"]},
    ":3": {"N": "3"},
    ":7": {"N": "7"},
    ":2": {"N": "2"},
    ":8": {"N": "8"},
    ":a": {"B": "YQ=="},
    ":S": {"S": "S"},
    ":M": {"S": "M"},
    ":deep": {"L": [{"S": "deep"}]},
    ":list": {"L": [{"N": "5.0"}, {"S": "q"}]},
    ":map": {"M": {"ner": {"N": "3.0"}}},
}
VALUES[":50"] = VALUES.pop(":5.0")
NAMES = {"#list": "list", "#map": "map", "#in": "in", "#dot": "a.b"}


def holds(text):
    used = {name: value for name, value in VALUES.items() if name in text}
    names = {name: value for name, value in NAMES.items() if name in text}
    return condition(text, used, names)


@pytest.mark.parametrize(
    "text",
    [
        "s = :hello",
        "s = same",
        "n = :50",
        "n <> :text5",
        "lacking <> :5",
        "lacking <> absent",
        "n < :10",
        "price > :minus",
        "s >= :he",
        "b > :hi",
        "flag = :true",
        "nothing = :null",
        "tags = :tags",
        "ns = :ns",
        "#map.#in = :map",
        ":10 > n",
        "n BETWEEN price AND :10",
        "n between :5 and :5",
        "n IN (:3, s, :50)",
        "n in (:list, :5)",
        "attribute_exists(#map.#in.ner)",
        "attribute_exists(#list[2][0])",
        "attribute_not_exists(#list[3])",
        "attribute_not_exists(#map.zz.ner)",
        "attribute_not_exists(s.x)",
        "attribute_type(s, :S)",
        "attribute_type(#map, :M)",
        "attribute_type(:x, :S)",
        "begins_with(s, :he)",
        "begins_with(b, :hi)",
        "contains(s, :he)",
        "contains(b, :hi)",
        "contains(tags, :admin)",
        "contains(bs, :a)",
        "contains(#list, :7)",
        "contains(#list, :deep)",
        "contains(:list, n)",
        "contains(:tags, :admin)",
        "#map.#dot <> :x",
        "#list[1] = :7",
        "size(s) = :5",
        "size(b) = :8",
        "size(tags) = :2",
        "size(#list) = :3",
        "size(#map) = :2",
        "size(unicode) = :3",
        "size(n) <> :5",
        "size(s) > size(tags)",
        "NOT s = :x",
        "NOT lacking = :x",
        "NOT NOT s = :hello",
        "s = :x OR n = :5 AND flag = :true",
        "s = :x AND n = :10 OR flag = :true",
        "NOT s = :x AND n = :5",
        "(s = :hello OR n = :10) AND (NOT (flag = nothing))",
        "(s) = (:hello)",
        "( ( ( size ( s )) > #map.#in.ner ) AND ( n > :3 ) )",
    ],
)
def test_it_holds(text):
    assert holds(text)(ITEM) is True


@pytest.mark.parametrize(
    "text",
    [
        "s = :x",
        "n = :text5",
        "lacking = absent",
        "lacking = :5",
        "lacking < :5",
        "n < :text5",
        "n > s",
        "flag > n",
        "tags > n",
        "s <> same",
        "n <> :50",
        "s BETWEEN :3 AND :10",
        "lacking BETWEEN :3 AND :10",
        "n BETWEEN s AND :10",
        "tags IN (:admin, :x)",
        "lacking IN (:3, absent)",
        "attribute_exists(lacking)",
        "attribute_exists(#list.x)",
        "attribute_exists(#map[0])",
        "attribute_exists(s[0])",
        "attribute_type(lacking, :S)",
        "attribute_type(n, :S)",
        "begins_with(n, :he)",
        "begins_with(s, :hi)",
        "contains(s, :7)",
        "contains(ns, :admin)",
        "contains(tags, :he)",
        "contains(lacking, :he)",
        "contains(:list, lacking)",
        "size(flag) > :minus",
        "size(n) > :minus",
        "size(lacking) > :minus",
        "NOT s = :hello",
        "s = :hello AND n = :10",
        "s = :x OR n = :10",
    ],
)
def test_it_does_not_hold(text):
    assert holds(text)(ITEM) is False


def test_where_there_is_no_item():
    assert holds("attribute_not_exists(pk)")(None) is True
    assert holds("attribute_exists(pk)")(None) is False
    assert holds("s <> :x")(None) is True


def test_what_it_looks_at():
    made = holds("#map.#in = s AND size(n) > :5 OR contains(tags, :admin)")
    assert made.attributes == {"map", "s", "n", "tags"}
    assert made.nested == {"map"}
