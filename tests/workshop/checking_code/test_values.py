"""Values survive the way into the learner's process and back."""

import datetime
import json
import math
from decimal import Decimal

import pytest
from boto3.dynamodb.types import Binary
from hypothesis import given
from hypothesis import strategies as st

from workshop.checking.code import Opaque
from workshop.checking.code.values import decode, encode, not_json

UTC = datetime.UTC
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.datetimes(timezones=st.just(UTC))
    | st.dates()
    | st.times()
)
KEYS = st.text() | st.just("$") | st.integers()
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(KEYS, inner)
        | st.frozensets(st.text() | st.integers()).map(set)
    ),
    max_leaves=10,
)


def typed(value):
    """The value with its types, since 1 == 1.0 == True."""
    if isinstance(value, dict):
        return {key: typed(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value), [typed(one) for one in value]
    return type(value), value


@given(VALUES)
def test_there_and_back(value):
    assert typed(decode(json.loads(json.dumps(encode(value))))) == typed(value)


@given(VALUES)
def test_not_json_is_what_json_does_not_give_back(value):
    def listed(one):
        if isinstance(one, dict):
            return {key: listed(inner) for key, inner in one.items()}
        return [listed(inner) for inner in one] if isinstance(one, list | tuple) else one

    try:
        kept = typed(json.loads(json.dumps(value, allow_nan=False))) == typed(listed(value))
    except (TypeError, ValueError):
        kept = False
    assert (not_json(value) is None) is kept


def test_not_a_number():
    assert math.isnan(decode(encode(math.nan)))
    assert not_json([1, math.nan]) == "answer[1] is nan"


def test_what_boto3_gives_for_bytes():
    assert decode(encode(Binary(b"\x00\xff"))) == b"\x00\xff"


@pytest.mark.parametrize(
    "value", [{"$": "no such type", "v": 1}, {"$": "decimal", "v": "x"}, {"$": "set", "v": 1}]
)
def test_what_is_no_value_is_refused(value):
    with pytest.raises((ValueError, TypeError, ArithmeticError)):
        decode(value)


ECHO = {
    "python": "def echo(table, value): return value",
    "nodejs": "export const echo = (table, value) => value;",
}


def test_through_a_process(load, language):
    module = load(**{language: ECHO[language]})
    now = datetime.datetime(2026, 11, 22, 12, 30, 1, 250000, UTC)
    for value in (
        {"a": [1, 1.5, True, None, "ü\ud800\n"], "$": {"b": {}}},
        {1, "two"},
        b"\x00\xff",
        now,
        2**70,
        -(2**70),
        math.inf,
        {1: "one"},
    ):
        assert typed(module.call("echo", value).value) == typed(value)
    assert math.isnan(module.call("echo", math.nan).value)
    assert module.call("echo").error is None or language == "python"


def test_types_that_only_one_language_has(load):
    module = load(python=ECHO["python"])
    for value in (Decimal("1.50"), (1, (2,)), datetime.date(2026, 1, 1), datetime.time(1, 2)):
        assert typed(module.call("echo", value).value) == typed(value)
    module = load(nodejs=ECHO["nodejs"], language="nodejs")
    assert module.call("echo", Decimal("1.5")).value == 1.5
    assert module.call("echo", (1, 2)).value == [1, 2]
    assert module.call("echo", datetime.time(1, 2)).value == "01:02:00"
    assert module.call("echo", Opaque("V", "a V")).value == "a V"


OF_JAVASCRIPT = (
    ("({ a: undefined, b: [undefined] })", {"b": [None]}, "answer.b[0] is undefined"),
    ("({ n: 10n })", {"n": 10}, "answer.n is a BigInt"),
    ("({ s: [new Set([1])] })", {"s": [{1}]}, "answer.s[0] is a Set"),
    ("new Map([[{ k: 1 }, 1]])", {Opaque("dict", "{'k': 1}"): 1}, "answer is a Map"),
    ("new Uint8Array([1, 2])", b"\x01\x02", "answer is a Uint8Array"),
    ("new Uint8Array([1, 2]).buffer", b"\x01\x02", "answer is an ArrayBuffer"),
    ("NaN + 1 ? 0 : -Infinity", -math.inf, "answer is -Infinity"),
    ("Symbol('s')", Opaque("symbol", "Symbol(s)"), "answer is a symbol"),
    ("new Date(NaN)", Opaque("Date", "Invalid Date"), None),
    ("[Promise.resolve(1)]", [Opaque("Promise", "[object Promise]")], "answer[0] is a Promise"),
    ("undefined", None, None),
    ("null", None, None),
    ("new (class User { a = 1; })()", {"a": 1}, None),
)
"""What a function gives back, as it comes here, and the first place that is no JSON."""


def test_values_of_javascript(load):
    functions = [f"export const f{number} = () => {one[0]};" for number, one in enumerate(OF_JAVASCRIPT)]
    module = load(nodejs="\n".join(functions))
    for number, (source, value, place) in enumerate(OF_JAVASCRIPT):
        answer = module.call(f"f{number}")
        assert (answer.value, answer.not_json) == (value, place), source
