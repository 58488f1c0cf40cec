"""What the truth table does not show of patterns, policies, variables and principals."""

from __future__ import annotations

import time

import pytest

from sandbox.iam.evaluate import Decision, Match, Policies, Request, applies, evaluate, misses
from sandbox.iam.patterns import action_match, arn_match, resource_match, wildcard_match
from sandbox.iam.policy import Principals, listed, parse
from sandbox.iam.principal import Principal, grant, is_named
from sandbox.iam.variables import Unresolved, fill_in, names

HOME = "111111111111"
USER = Principal("user", f"arn:aws:iam::{HOME}:user/ada", HOME)
SESSION = Principal(
    "session", f"arn:aws:sts::{HOME}:assumed-role/r/s", HOME, f"arn:aws:iam::{HOME}:role/path/r"
)
ROOT = Principal("root", f"arn:aws:iam::{HOME}:root", HOME)
SERVICE = Principal("service", "lambda.amazonaws.com")


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("**", "a", True),
        ("a*a", "a", False),  # the two ends do not overlap
        ("a*b*a", "aba", True),
        ("a*b*a", "ab", False),
        ("*ab*ab*", "ab", False),
        ("?", "", False),
        ("?*", "a", True),
        ("*?", "", False),
        ("a?*c", "abc", True),
        ("*a?b", "aaxab", False),
        ("*a?b", "aabaxb", True),
        ("[ab]", "a", False),  # only * and ? are special
        ("a.c", "abc", False),
    ],
)
def test_wildcards(pattern, value, expected):
    assert wildcard_match(pattern, value) is expected


@pytest.mark.parametrize(
    ("pattern", "resource", "expected"),
    [
        ("*", "*", True),
        ("arn:*", "*", False),
        ("arn:aws:s3:::*", "*", False),
        ("*", "arn:aws:s3:::b", True),
        ("arn:aws:s3:::b", "arn:aws:s3:::b:c", False),
        ("arn:aws:s3:::b*", "arn:aws:s3:::b:c", True),
        ("arn:aws:lambda:*:*:function:f", "arn:aws:lambda:r:1:function:f", True),
        ("arn:aws:lambda:*:*:function:f", "arn:aws:lambda:r:1:function:f:alias", False),
        ("arn:aws:lambda:*:*:function:f:*", "arn:aws:lambda:r:1:function:f:alias", True),
        ("arn:aws:lambda:*:function:f", "arn:aws:lambda:r:1:function:f", True),
        ("arn:aws:lambda:r*1:function:f", "arn:aws:lambda:r:1:function:f", False),
        ("arn:aws:lambda:?:function:f", "arn:aws:lambda:r:1:function:f", False),
        ("arn:aws:lambda:r:1*:f", "arn:aws:lambda:r:1:function:f", True),
        ("arn:aws:lambda:r:1*:g", "arn:aws:lambda:r:1:function:f", False),
        ("arn:*:f", "arn:aws:lambda:r:1:function:f", True),
        ("arn:*:function:f", "arn:aws:lambda:r:1", False),
    ],
)
def test_resources(pattern, resource, expected):
    assert resource_match(pattern, resource) is expected


def test_many_wildcards_take_no_time():
    began = time.perf_counter()
    assert not wildcard_match("*a" * 200, "a" * 199 + "b")
    assert not wildcard_match("*a?" * 100 + "c", "a" * 500)
    assert not resource_match("arn:*:*:*:*:*x", ":".join(["arn"] * 400))
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        ("arn:aws:s3:::b", "arn:aws:s3:::b", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/x:y", True),
        ("arn:aws:*:::b", "arn:aws:s3:::b", True),
        ("arn:aws:s3*:::b", "arn:aws:s3:r:::b", False),
        ("arn:aws:s3", "arn:aws:s3:::b", False),
    ],
)
def test_arns_of_conditions(pattern, arn, expected):
    assert arn_match(pattern, arn) is expected


def test_actions():
    assert action_match("S3:GET*", "s3:GetObject")
    assert not action_match("s3:Get", "s3:GetObject")


def test_variables_of_a_text():
    assert names("a/${aws:UserName}/${*}/${aws:PrincipalTag/Team, 'x'}") == [
        "aws:username",
        "aws:principaltag/team",
    ]
    assert fill_in("${ team , 'a, b'}", {}) == "a, b"
    assert fill_in("${team, 'x'}", {"team": ("y",)}) == "y"
    with pytest.raises(Unresolved) as raised:
        fill_in("${Team}", {"team": ()})
    assert raised.value.key == "Team"


@pytest.mark.parametrize(
    ("written", "expected"),
    [(None, []), ("a", ["a"]), (["a", "b"], ["a", "b"]), (("a",), ["a"]), (0, [0])],
)
def test_listed(written, expected):
    assert listed(written) == expected


def test_a_document_that_is_no_object():
    with pytest.raises(ValueError, match="JSON object"):
        parse("[]")


def test_a_document_with_everything():
    policy = parse(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Sid": "S",
                "Effect": "Allow",
                "Principal": {"AWS": [HOME], "Service": "s", "Federated": "f"},
                "Action": "a:b",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": True}, "NumericEquals": {"N": [1, 2.5]}},
            },
        },
        "name",
        "arn",
    )
    statement = policy.statements[0]
    assert (policy.name, policy.arn, statement.sid, statement.title) == ("name", "arn", "S", "S")
    assert statement.principals == Principals(False, (HOME,), ("s",))
    assert [(c.key, c.values) for c in statement.conditions] == [
        ("aws:securetransport", ("true",)),
        ("n", ("1", "2.5")),
    ]
    assert not statement.has_variables


def test_a_statement_without_a_sid_is_known_by_its_place():
    policy = parse({"Statement": [{"Effect": "Allow"}, {"Effect": "Allow"}]})
    assert [s.title for s in policy.statements] == ["number 1", "number 2"]


def test_a_statement_without_actions_speaks_about_nothing():
    statement = parse({"Statement": {"Effect": "Allow", "Resource": "*"}}).statements[0]
    assert not applies(statement, Request(USER, "s3:GetObject", "*"), attached=False)


GRANTS = [
    # principals                                    who      grant       named itself
    (Principals(everyone=True), USER, "everyone", True),
    (Principals(everyone=True), SERVICE, "everyone", True),
    (Principals(aws=(HOME,)), USER, "account", False),
    (Principals(aws=(ROOT.arn,)), SESSION, "account", False),
    (Principals(aws=(HOME,)), ROOT, "account", True),
    (Principals(aws=(USER.arn,)), USER, "user", True),
    (Principals(aws=(HOME, USER.arn)), USER, "user", True),
    (Principals(aws=(USER.arn,)), SESSION, None, False),
    (Principals(aws=(SESSION.role_arn,)), SESSION, "role", False),
    (Principals(aws=(SESSION.role_arn,)), USER, None, False),
    (Principals(aws=(SESSION.role_arn, SESSION.arn)), SESSION, "session", True),
    (Principals(everyone=True, aws=(SESSION.role_arn,)), SESSION, "everyone", True),
    (Principals(everyone=True, aws=(SESSION.arn,)), SESSION, "session", True),
    (Principals(aws=("",)), USER, None, False),
    (Principals(aws=("",)), SERVICE, None, False),
    (Principals(services=(SERVICE.arn,)), SERVICE, "service", True),
    (Principals(services=("ec2.amazonaws.com",)), SERVICE, None, False),
    (Principals(), USER, None, False),
]


@pytest.mark.parametrize(("principals", "who", "expected", "named"), GRANTS)
def test_grants(principals, who, expected, named):
    assert grant(principals, who) == expected
    assert is_named(principals, who) is named


def test_what_misses():
    statement = parse(
        {
            "Statement": {
                "Effect": "Allow",
                "Principal": {"AWS": "999999999999"},
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::b/k",
                "Condition": {"StringEquals": {"team": "red"}},
            }
        }
    ).statements[0]
    asked = Request(USER, "s3:PutObject", "arn:aws:s3:::b/j")
    assert misses(statement, asked, attached=True) == ("Action", "Principal", "Resource", "Condition")
    assert misses(statement, asked, attached=False) == ("Action", "Resource", "Condition")
    right = Request(USER, "s3:GetObject", "arn:aws:s3:::b/k", {"team": ("red",)})
    assert misses(statement, right, attached=False) == ()


@pytest.mark.parametrize("resource", ["${queue}", "arn:aws:sqs:${region}", "arn:aws:sqs:${region}:1:q"])
def test_variables_before_the_fifth_colon_are_plain_text(resource):
    allow = {"Effect": "Allow", "Action": "*", "Resource": resource}
    statement = parse({"Version": "2012-10-17", "Statement": allow}).statements[0]
    context = {"queue": ("arn:aws:sqs:r:1:q",), "region": ("r",)}
    assert not applies(
        statement, Request(USER, "sqs:SendMessage", "arn:aws:sqs:r:1:q", context), attached=False
    )


def test_what_is_not_given_is_not_there():
    assert Policies() == Policies(identity=(), boundary=None, session=None, resource=None, trust=None)
    assert (Policies().boundary, Policies().session, Policies().resource, Policies().trust) == (None,) * 4
    asked = Request(USER, "s3:GetObject", "*")
    assert (asked.context, asked.resource_account, asked.crosses_accounts) == ({}, "", False)
    policy = parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
    assert Match("identity", policy, policy.statements[0]).grant is None
    assert Decision("implicitDeny", "identity", None).matched == ()


def test_an_attached_statement_that_says_nobody_means_nobody():
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    policy = parse({"Statement": allow})
    assert not applies(policy.statements[0], Request(USER, "s3:GetObject", "*"), attached=True)
    assert not evaluate(Request(USER, "s3:GetObject", "*"), Policies(resource=policy)).allowed


def test_a_boundary_changes_nothing_of_an_allow_with_not_principal():
    allow = {"Effect": "Allow", "NotPrincipal": {"AWS": USER.arn}, "Action": "*", "Resource": "*"}
    limited = Policies(boundary=parse({}), resource=parse({"Statement": allow}))
    assert not evaluate(Request(USER, "s3:GetObject", "*"), limited).allowed
    assert evaluate(Request(SESSION, "s3:GetObject", "*"), limited).allowed


def test_an_effect_that_is_neither_allows_nothing():
    odd = parse({"Statement": {"Effect": "allow", "Principal": "*", "Action": "*", "Resource": "*"}})
    asked = Request(USER, "s3:GetObject", "*")
    for policies in (Policies((odd,)), Policies(resource=odd), Policies(trust=odd)):
        assert evaluate(asked, policies).verdict == "implicitDeny"


def test_an_identity_policy_means_whoever_holds_it():
    allow = {"Effect": "Allow", "Principal": {"AWS": SESSION.arn}, "Action": "*", "Resource": "*"}
    for who in (USER, SESSION):
        decision = evaluate(Request(who, "s3:GetObject", "*"), Policies((parse({"Statement": allow}),)))
        assert decision.allowed
        assert [match.grant for match in decision.matched] == [None]


def test_the_strongest_grant_decides():
    def allow(whom):
        return {"Effect": "Allow", "Principal": {"AWS": whom}, "Action": "*", "Resource": "*"}

    both = parse({"Statement": [allow(SESSION.role_arn), allow(SESSION.arn), allow(HOME)]})
    decision = evaluate(Request(SESSION, "s3:GetObject", "*"), Policies(boundary=parse({}), resource=both))
    assert decision.allowed
    assert decision.by is decision.matched[1]
    assert [match.grant for match in decision.matched] == ["role", "session", "account"]


def test_a_decision_names_the_first_deny_and_its_policy():
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    first, second = parse({"Statement": deny}, "one"), parse({"Statement": deny}, "two")
    decision = evaluate(Request(USER, "s3:GetObject", "*"), Policies((first, second)))
    assert decision.by is not None
    assert (decision.by.policy.name, decision.by.kind, decision.by.grant) == ("one", "identity", None)
    assert [match.policy.name for match in decision.matched] == ["one", "two"]
