"""Policies attached to a resource: trust policies and a function's permissions."""

from __future__ import annotations

import pytest

from sandbox.iam.actions import Ask
from sandbox.iam.judge import API_GATEWAY, judge_service
from sandbox.iam.patterns import arn_match, wildcard_match
from sandbox.iam.policy import parse

LAMBDA = "arn:aws:lambda:us-east-1:111122223333:function:users"
API = "arn:aws:execute-api:us-east-1:111122223333:a1b2c3/prod/GET/users"
INVOKE = {
    "Effect": "Allow",
    "Principal": {"Service": "apigateway.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": LAMBDA,
}


def invoke_allowed(*statements: dict, arn: str = API, **keys: str) -> bool:
    given = {"AWS:SourceArn": arn, "AWS:SourceAccount": "111122223333", **keys}
    ask = Ask("lambda:InvokeFunction", LAMBDA, {name.lower(): (value,) for name, value in given.items()})
    attached = parse({"Version": "2012-10-17", "Statement": list(statements)})
    return judge_service(API_GATEWAY, ask, attached=attached).decision.allowed


def under(operator: str, key: str, value: object) -> dict:
    return {**INVOKE, "Condition": {operator: {key: value}}}


def test_a_statement_that_names_all():
    assert invoke_allowed(INVOKE)


@pytest.mark.parametrize(
    "change",
    [
        {"Principal": {"Service": "events.amazonaws.com"}},
        {"Principal": {"AWS": "111122223333"}},
        {"Principal": None},
        {"Action": "lambda:GetFunction"},
        {"Action": "lambda:Invoke"},
        {"Resource": LAMBDA + "-2"},
        {"Resource": LAMBDA.upper()},
        {"Effect": "allow"},
    ],
)
def test_a_statement_that_names_something_else(change):
    assert not invoke_allowed({**INVOKE, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"Principal": "*"},
        {"Principal": {"AWS": "*"}},
        {"Principal": {"Service": ["events.amazonaws.com", "apigateway.amazonaws.com"]}},
        {"Action": "lambda:*"},
        {"Action": "LAMBDA:invokefunction"},
        {"Action": ["lambda:GetFunction", "lambda:InvokeFunctio?"]},
        {"Resource": "arn:aws:lambda:*:*:function:u*s"},
        {"Resource": ["x", LAMBDA]},
    ],
)
def test_a_statement_that_names_it_among_others(change):
    assert invoke_allowed({**INVOKE, **change})


def decided(policy: dict) -> bool:
    ask = Ask("lambda:InvokeFunction", LAMBDA, {})
    return judge_service(API_GATEWAY, ask, attached=parse(policy)).decision.allowed


def test_one_statement_need_not_be_in_a_list():
    assert decided({"Statement": INVOKE})


@pytest.mark.parametrize("policy", [{}, {"Statement": None}, {"Statement": []}])
def test_nothing_allows_nothing(policy):
    assert not decided(policy)


def test_deny_wins_wherever_it_stands():
    deny = {**INVOKE, "Effect": "Deny"}
    assert not invoke_allowed(INVOKE, deny)
    assert not invoke_allowed(deny, INVOKE)


def test_a_deny_whose_condition_fails_denies_nothing():
    assert invoke_allowed(INVOKE, {**under("StringEquals", "aws:SourceAccount", "9" * 12), "Effect": "Deny"})


@pytest.mark.parametrize(
    ("operator", "value", "holds"),
    [
        ("ArnLike", "arn:aws:execute-api:us-east-1:111122223333:a1b2c3/*", True),
        ("ArnLike", "arn:aws:execute-api:*:111122223333:*", True),
        ("ArnLike", "arn:aws:execute-api:us-east-1:111122223333:a1b2c3/*/GET/users", True),
        ("ArnLike", "arn:aws:execute-api:us-east-1:111122223333:a1b2c3/*/POST/users", False),
        ("ArnLike", "arn:aws:execute-api:us-east-1:111122223333:other/*", False),
        ("ArnLike", "arn:aws:*", False),
        ("ArnLike", "*", False),
        ("ArnEquals", API, True),
        ("ArnEquals", "arn:aws:execute-api:us-east-1:111122223333:a1b2c3/*", True),
        ("ArnNotLike", "arn:aws:execute-api:us-east-1:111122223333:a1b2c3/*", False),
        ("ArnNotLike", "arn:aws:execute-api:us-east-1:111122223333:other/*", True),
        ("StringEquals", API, True),
        ("StringEquals", API.upper(), False),
        ("StringEquals", ["x", API], True),
        ("StringLike", "arn:aws:execute-api:*users", True),
        ("StringLike", "arn:aws:execute-api:*x", False),
        ("StringNotEquals", API, False),
        ("StringNotEquals", "x", True),
        ("StringNotLike", "*users", False),
    ],
)
def test_conditions_on_the_source(operator, value, holds):
    assert invoke_allowed(under(operator, "AWS:SourceArn", value)) is holds
    assert invoke_allowed(under(operator, "aws:sourcearn", value)) is holds


def test_all_conditions_must_hold():
    both = {
        "StringEquals": {"aws:SourceAccount": "111122223333"},
        "ArnLike": {"aws:SourceArn": "arn:a:b:c:d:e"},
    }
    assert not invoke_allowed({**INVOKE, "Condition": both})


@pytest.mark.parametrize("operator", ["StringEquals", "StringNotEquals", "ArnLike", "StringLike"])
def test_a_key_that_the_request_lacks(operator):
    # A negated operator holds for it: IAM User Guide, *Condition operators*.
    assert invoke_allowed(under(operator, "aws:PrincipalOrgID", "o-1")) is ("Not" in operator)
    assert invoke_allowed(under(f"{operator}IfExists", "aws:PrincipalOrgID", "o-1"))


def test_if_exists_still_tests_a_key_that_is_there():
    assert not invoke_allowed(under("StringEqualsIfExists", "aws:SourceAccount", "9" * 12))


@pytest.mark.parametrize("operator", ["NumericEquals", "stringlike", "Made-up", "IfExists"])
def test_an_unknown_operator_never_widens(operator):
    assert not invoke_allowed(under(operator, "aws:SourceArn", API))


@pytest.mark.parametrize("operator", ["stringequals", "StringContains", "Made-up"])
def test_nor_does_it_in_a_deny(operator):
    deny = {**under(operator, "aws:SourceArn", API), "Effect": "Deny"}
    assert not invoke_allowed(INVOKE, deny)


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("*", "", True),
        ("a*c", "abbbc", True),
        ("a*c", "ac", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a.c", "abc", False),
        ("[a]", "a", False),
        ("a*b*c", "a-b-b-c", True),
        ("a*b*c", "a-c-b", False),
        ("a**", "a", True),
        ("?", "", False),
        ("a*", "a\nb", True),
        ("A", "a", False),
    ],
)
def test_wildcards(pattern, value, fits):
    assert wildcard_match(pattern, value) is fits


def test_many_wildcards_take_no_long_time():
    assert not wildcard_match("*a" * 25 + "b", "a" * 200)


def test_a_wildcard_in_an_arn_keeps_within_its_part():
    assert arn_match("arn:aws:*:us-east-1:1:x", "arn:aws:sqs:us-east-1:1:x")
    assert not arn_match("arn:aws:*:1:x", "arn:aws:sqs:us-east-1:1:x")
    assert arn_match("arn:aws:sqs:*:*:*", "arn:aws:sqs:us-east-1:1:a:b/c")
