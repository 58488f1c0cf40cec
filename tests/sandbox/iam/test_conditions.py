"""What the truth table does not show of conditions: odd values, and operators that do not exist."""

from __future__ import annotations

import time

import pytest

from sandbox.iam.conditions import holds, known
from sandbox.iam.evaluate import Policies, Request, evaluate
from sandbox.iam.policy import Condition, parse
from sandbox.iam.principal import Principal

ADA = Principal("user", "arn:aws:iam::111111111111:user/ada", "111111111111")


def met(operator, wanted, *values, variables=True, **context):
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    return holds(
        Condition(operator, "key", wanted), {**context, "key": values} if values else context, variables
    )


ORDERED = [
    # operator          less   equal  more
    ("Equals", False, True, False),
    ("NotEquals", True, False, True),
    ("LessThan", True, False, False),
    ("LessThanEquals", True, True, False),
    ("GreaterThan", False, False, True),
    ("GreaterThanEquals", False, True, True),
]
NUMBERS = ["9.5", "10", "10.5"]
DATES = ["2020-01-01T23:59:59Z", "2020-01-02T00:00:00Z", "2020-01-02T00:00:01Z"]


@pytest.mark.parametrize(("operator", "less", "equal", "more"), ORDERED)
def test_orders(operator, less, equal, more):
    assert [met(f"Numeric{operator}", "10", value) for value in NUMBERS] == [less, equal, more]
    assert [met(f"Date{operator}", "2020-01-02", value) for value in DATES] == [less, equal, more]


@pytest.mark.parametrize(
    ("wanted", "value", "same"),
    [
        ("2020-01-02", "1577923200", True),  # seconds since 1970
        ("1577923200", "2020-01-02T00:00:00Z", True),
        ("2020-01-02T01:00:00+01:00", "2020-01-02T00:00:00Z", True),
        ("2020-01-02T00:00Z", "2020-01-02", True),
        ("2020-01", "2020-01-01T00:00:00Z", True),
        ("2020-01", "2020-01-02T00:00:00Z", False),
        ("2020-01-02T00:00:00", "2020-01-02T00:00:00Z", True),  # without a zone it is UTC
        ("2020-01-02T00:00:00.5Z", "2020-01-02T00:00:00Z", False),
        ("yesterday", "2020-01-02T00:00:00Z", False),
        ("2020-01-02", "soon", False),
        ("soon", "soon", False),
    ],
)
def test_dates(wanted, value, same):
    assert met("DateEquals", wanted, value) is same
    assert met("DateNotEquals", wanted, value) is not same


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system's zone cannot be set for one process")
def test_a_date_without_a_zone_is_utc_wherever_the_machine_is(monkeypatch):
    monkeypatch.setenv("TZ", "XXX-5")
    time.tzset()
    try:
        assert met("DateEquals", "2020-01-02T00:00:00", "2020-01-02T00:00:00Z")
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("wanted", "value", "same"),
    [
        ("10", "10.0", True),
        ("1e1", "10", True),
        ("-1", "-1", True),
        ("0.1", "0.10", True),
        ("NaN", "NaN", False),
        ("Infinity", "Infinity", False),
        ("ten", "10", False),
        ("10", "ten", False),
        ("ten", "ten", False),
    ],
)
def test_numbers(wanted, value, same):
    assert met("NumericEquals", wanted, value) is same
    assert met("NumericNotEquals", wanted, value) is not same


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "ten"])
@pytest.mark.parametrize("operator", ["LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"])
def test_what_is_no_number_has_no_place_in_the_order(operator, value):
    assert met(f"Numeric{operator}", "10", value) is False
    assert met(f"Numeric{operator}", value, "10") is False


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "expected"),
    [
        ("StringEquals", "a*", "a*", True),  # a star is a star, but in Like
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "a", "A", False),
        ("StringEqualsIgnoreCase", "a", "A", True),
        ("StringEqualsIgnoreCase", "a", "b", False),
        ("StringNotEqualsIgnoreCase", "a", "A", False),
        ("StringLike", "a*", "ab", True),
        ("StringLike", "a?", "a", False),
        ("StringLike", "A*", "ab", False),
        ("StringNotLike", "a*", "ab", False),
        ("Bool", "true", "True", True),
        ("Bool", "TRUE", "true", True),
        ("Bool", "true", "false", False),
        ("BinaryEquals", "QQ==", "QQ==", True),
        ("BinaryEquals", "QQ==", "qq==", False),
        ("IpAddress", "10.0.0.1/8", "10.9.9.9", True),  # bits after the prefix do not matter
        ("IpAddress", "10.0.0.0/8", "ten", False),
        ("IpAddress", "ten", "10.0.0.1", False),
        ("IpAddress", "::/0", "10.0.0.1", False),
        ("NotIpAddress", "10.0.0.0/8", "ten", True),
        ("ArnLike", "arn:aws:s3:*", "arn:aws:s3:::b", False),  # an ARN has six parts
        ("ArnLike", "arn:aws:s3:::b", "b", False),
        ("ArnLike", "*", "arn:aws:s3:::b", False),
    ],
)
def test_operators(operator, wanted, value, expected):
    assert met(operator, wanted, value) is expected


@pytest.mark.parametrize(
    ("operator", "wanted", "expected"),
    [
        ("StringEquals", "${*}", True),
        ("StringEqualsIgnoreCase", "${*}", True),
        ("StringLike", "${*}", True),
        ("StringLike", "${?}", False),
    ],
)
def test_a_star_that_means_itself(operator, wanted, expected):
    assert met(operator, wanted, "*") is expected


def test_a_mark_that_means_itself():
    assert met("StringEquals", "what${?}", "what?")
    assert met("StringLike", "w*${?}", "what?")
    assert not met("StringLike", "w*${?}", "whats")


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "expected"),
    [
        ("NumericEquals", "${n}", "7", False),
        ("DateEquals", "${n}", "7", False),
        ("Bool", "${b}", "true", False),
        ("IpAddress", "${ip}", "10.0.0.1", False),
        ("BinaryEquals", "${n}", "7", False),
        ("StringEquals", "${n}", "7", True),
        ("StringLike", "${n}*", "77", True),
        ("ArnEquals", "arn:aws:s3:::${n}", "arn:aws:s3:::7", True),
        ("ArnNotLike", "arn:aws:s3:::${n}", "arn:aws:s3:::7", False),
    ],
)
def test_variables_stand_with_strings_and_arns_only(operator, wanted, value, expected):
    context = {"n": ("7",), "b": ("true",), "ip": ("10.0.0.1",)}
    assert met(operator, wanted, value, **context) is expected


def test_without_variables_their_text_is_meant():
    assert met("StringEquals", "${n}", "${n}", variables=False, n=("7",))
    assert not met("StringEquals", "${n}", "7", variables=False, n=("7",))


def test_a_variable_without_a_value_leaves_the_other_values():
    assert met("StringEquals", ("${gone}", "a"), "a") is True
    assert met("StringNotEquals", ("${gone}", "a"), "a") is False
    assert met("StringNotEquals", ("${gone}", "a"), "b") is True
    assert met("StringEquals", "${gone}", "${gone}") is False


@pytest.mark.parametrize(
    ("operator", "wanted", "expected"),
    [
        ("StringEquals", "a", True),  # one of the values is enough
        ("StringNotEquals", "a", False),  # each must differ
        ("StringNotEquals", "c", True),
    ],
)
def test_several_values_without_a_set_operator(operator, wanted, expected):
    assert met(operator, wanted, "a", "b") is expected


@pytest.mark.parametrize(
    ("wanted", "there", "absent"),
    [("true", False, True), ("TRUE", False, True), ("false", True, False), (("true", "false"), True, True)],
)
def test_null(wanted, there, absent):
    assert met("Null", wanted, "x") is there
    assert met("Null", wanted) is absent


def test_empty_values_in_a_set():
    assert met("ForAllValues:StringNotEquals", "", "") is True
    assert met("ForAnyValue:StringNotEquals", "x", "") is False
    assert met("ForAnyValue:StringEqualsIfExists", "x", "") is True
    assert met("StringEquals", "", "") is True  # to others, empty is a value


UNKNOWN = [
    "Equals",
    "stringequals",
    "NullIfExists",
    "ForAllValues:Null",
    "ForAnyValue:NullIfExists",
    "ForSomeValues:StringEquals",
    "IfExists",
    "",
]


@pytest.mark.parametrize("operator", UNKNOWN)
def test_unknown_operators(operator):
    assert not known(operator)
    assert met(operator, "true", "true") is None
    assert met(operator, "true") is None


@pytest.mark.parametrize(
    "operator", ["Null", "StringEquals", "ForAnyValue:ArnLikeIfExists", "ForAllValues:Bool"]
)
def test_known_operators(operator):
    assert known(operator)
    assert met(operator, "true", "true") is not None


def test_an_unknown_operator_allows_nothing_and_leaves_a_deny_in_force():
    def verdict(effect):
        odd = {"Effect": effect, "Action": "*", "Resource": "*", "Condition": {"Odd": {"k": "v"}}}
        policy = parse({"Statement": [odd, {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
        action = "s3:GetObject" if effect == "Deny" else "sqs:SendMessage"
        return evaluate(Request(ADA, action, "*"), Policies((policy,))).verdict

    assert verdict("Deny") == "explicitDeny"
    assert verdict("Allow") == "implicitDeny"
