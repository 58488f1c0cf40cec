"""Whatever was decided is explained: that happens while a denial is answered, so nothing may fail there."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.iam.explain import explain
from tests.sandbox.iam.explaining import (
    ACCOUNT,
    ADA,
    FUNCTION,
    GATEWAY,
    LAMBDA,
    ROLE,
    ROLE_ARN,
    ROOT,
    USERS,
    judged,
    policy,
)

ACTIONS = [
    "*",
    "dynamodb:*",
    "dynamodb:PutItem",
    "dynamodb:Putitems",
    "dynamo:PutItem",
    "PutItem",
    ":",
    "",
    "s3:*",
]
RESOURCES = [
    "*",
    "",
    "users",
    "arn:aws",
    USERS,
    USERS[:-2],
    f"{USERS}/index/*",
    "arn:aws:dynamodb:*:*:table/${aws:username}",
    "arn:aws:s3:::${*}",
    FUNCTION,
]
OPERATORS = [
    "StringEquals",
    "StringNotLike",
    "ForAllValues:StringLike",
    "ArnLike",
    "Null",
    "Bool",
    "NoSuch",
    "DateLessThan",
]
VALUES = ["", "ada", "true", "false", "${aws:username}", "${x}", USERS, "2026-01-01"]
PRINCIPALS = [
    "*",
    {"AWS": ACCOUNT},
    {"AWS": [ADA.arn, ROLE_ARN]},
    {"Service": "lambda.amazonaws.com"},
    {"Service": "lambda"},
    {"Federated": "x"},
]


def some(values):
    return st.lists(st.sampled_from(values), min_size=0, max_size=3)


CONDITIONS = st.dictionaries(
    st.sampled_from(OPERATORS),
    st.dictionaries(st.sampled_from(["aws:username", "x", "dynamodb:LeadingKeys"]), some(VALUES), max_size=2),
    max_size=2,
)


@st.composite
def statements(draw, principal=False):
    found = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    found[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(some(ACTIONS))
    found[draw(st.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(some(RESOURCES))
    if draw(st.booleans()):
        found["Condition"] = draw(CONDITIONS)
    if principal:
        found[draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"]))] = draw(
            st.sampled_from(PRINCIPALS)
        )
    return found


def policies(principal=False):
    return st.lists(statements(principal), max_size=3).map(lambda found: policy(*found))


@st.composite
def judgements(draw):
    return judged(
        who=draw(st.sampled_from([ADA, ROLE, ROOT, LAMBDA, GATEWAY])),
        action=draw(st.sampled_from(["dynamodb:PutItem", "sts:AssumeRole", "x:Y"])),
        resource=draw(st.sampled_from(["*", USERS, FUNCTION, "arn:aws:s3:::b/k", ROLE_ARN])),
        context=draw(
            st.dictionaries(
                st.sampled_from(["aws:username", "x", "dynamodb:leadingkeys"]),
                some(VALUES).map(tuple),
                max_size=2,
            )
        ),
        owner=draw(st.sampled_from(["", "", "999988887777"])),
        identity=tuple(draw(st.lists(policies(), max_size=2))),
        boundary=draw(st.none() | policies()),
        session=draw(st.none() | policies().map(lambda one: (one,))),
        attached=draw(st.none() | policies(principal=True)),
        trust=draw(st.none() | policies(principal=True)),
    )


@settings(max_examples=200, deadline=None)
@given(judgements())
def test_every_decision_has_its_words(judgement):
    why = explain(judgement)
    assert (why.verdict, why.kind) == (judgement.decision.verdict, judgement.decision.kind)
    assert why.text.endswith(".")
    assert json.loads(json.dumps(why.as_dict())) == why.as_dict()
    if why.verdict == "allowed":
        assert not why.do_next
        return
    assert why.do_next
    for miss in why.misses:
        assert miss.clause
        assert miss.do_next
