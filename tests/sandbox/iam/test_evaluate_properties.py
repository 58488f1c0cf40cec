"""Laws of IAM that hold whatever the policies are.

Sources: IAM User Guide, *Policy evaluation logic*, *Cross-account policy evaluation logic*, *Condition
operators*, *Set operators for multivalued context keys*, *NotAction*, *NotResource*, *Resource*.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sandbox.iam.conditions import holds
from sandbox.iam.evaluate import Policies, Request, applies, evaluate, misses
from sandbox.iam.patterns import action_match, arn_match, literal, resource_match, wildcard_match
from sandbox.iam.policy import Condition, Policy, Statement, parse
from sandbox.iam.principal import Principal

LAW = settings(
    max_examples=110,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)

HOME, AWAY = "111111111111", "222222222222"
USER = Principal("user", f"arn:aws:iam::{HOME}:user/ada", HOME)
ROLE = f"arn:aws:iam::{HOME}:role/users"
SESSION = Principal("session", f"arn:aws:sts::{HOME}:assumed-role/users/f", HOME, ROLE)
ROOT = Principal("root", f"arn:aws:iam::{HOME}:root", HOME)
SERVICE = Principal("service", "lambda.amazonaws.com")
PRINCIPALS = [USER, SESSION, ROOT, SERVICE]

ACTIONS = ["dynamodb:GetItem", "dynamodb:PutItem", "s3:GetObject", "sts:AssumeRole"]
ACTION_PATTERNS = [*ACTIONS, "*", "dynamodb:*", "DYNAMODB:get*", "s3:?etObject", "iam:*"]
TABLE = f"arn:aws:dynamodb:us-east-1:{HOME}:table/users"
RESOURCES = [TABLE, f"{TABLE}/index/i", f"arn:aws:iam::{HOME}:role/users", "arn:aws:s3:::ada/k", "*"]
RESOURCE_PATTERNS = [
    *RESOURCES,
    "*",
    "arn:aws:dynamodb",
    "arn:aws:dynamodb:*:*:table/*",
    "arn:aws:s3:::${aws:username}/*",
    "arn:aws:s3:::${gone}",
]
CONDITIONS: list[dict[str, Any]] = [
    {"StringEquals": {"team": "red"}},
    {"StringNotEquals": {"team": ["red", "${aws:username}"]}},
    {"StringLikeIfExists": {"team": "r*"}},
    {"ForAllValues:StringEquals": {"keys": ["a", "b"]}},
    {"ForAnyValue:StringNotLike": {"keys": ["a*"]}},
    {"Null": {"team": "true"}},
    {"StringEquals": {"team": "${aws:username}"}},
    {"NobodyKnows": {"team": "red"}},
]
CONTEXTS = st.fixed_dictionaries(
    {},
    optional={
        "team": st.sampled_from([("red",), ("blue",), ("ada",), ("",)]),
        "keys": st.lists(st.sampled_from(["a", "b", "c"]), max_size=3).map(tuple),
        "aws:username": st.sampled_from([("ada",), ("*",), ("ada", "eve")]),
    },
)
WHOM = [
    "*",
    {"AWS": "*"},
    {"AWS": HOME},
    {"AWS": [f"arn:aws:iam::{HOME}:root", AWAY]},
    {"AWS": USER.arn},
    {"AWS": ROLE},
    {"AWS": SESSION.arn},
    {"AWS": [ROLE, SESSION.arn]},
    {"Service": SERVICE.arn},
    {"Service": "ec2.amazonaws.com"},
]


def several(texts: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(texts), min_size=1, max_size=2)


def invented(chance: random.Random, attached: bool, effect: str) -> dict[str, Any]:
    """A statement as JSON. attached: to a resource, so that it says whom it means."""
    statement: dict[str, Any] = {"Effect": effect}
    for element, patterns in (("Action", ACTION_PATTERNS), ("Resource", RESOURCE_PATTERNS)):
        name = chance.choice([element, element, f"Not{element}"])
        statement[name] = chance.sample(patterns, chance.choice([1, 2]))
    if chance.random() < 0.5:
        statement["Condition"] = chance.choice(CONDITIONS)
    if attached:
        never = "NotPrincipal" if effect == "Deny" else "Principal"
        statement[chance.choice(["Principal", "Principal", never])] = chance.choice(WHOM)
    return statement


def document(*statements: dict[str, Any]) -> Policy:
    return parse({"Version": "2012-10-17", "Statement": list(statements)})


_CHANCE = random.Random("the same statements every time")
POOL = {
    (attached, effect): document(*[invented(_CHANCE, attached, effect) for _ in range(400)]).statements
    for attached in (False, True)
    for effect in ("Allow", "Deny")
}
"""Statements made beforehand: drawing each element of each anew takes most of the time."""


def statements(attached: bool = False, effect: str | None = None) -> st.SearchStrategy[Statement]:
    if effect:
        return st.sampled_from(POOL[attached, effect])
    return st.sampled_from(POOL[attached, "Allow"] + POOL[attached, "Deny"][:200])


def a_policy(attached: bool = False) -> st.SearchStrategy[Policy]:
    return st.lists(statements(attached), max_size=3).map(lambda some: Policy("", "", tuple(some)))


def some_policies(trust: bool = False) -> st.SearchStrategy[Policies]:
    return st.builds(
        Policies,
        identity=st.lists(a_policy(), max_size=2).map(tuple),
        boundary=st.none() | a_policy(),
        session=st.none() | st.lists(a_policy(), max_size=2).map(tuple),
        resource=st.none() | a_policy(attached=True),
        trust=a_policy(attached=True) if trust else st.none(),
    )


def requests(who: list[Principal] = PRINCIPALS) -> st.SearchStrategy[Request]:
    return st.builds(
        Request,
        st.sampled_from(who),
        st.sampled_from(ACTIONS),
        st.sampled_from(RESOURCES),
        CONTEXTS,
        st.sampled_from(["", HOME, AWAY]),
    )


ANY_POLICIES = some_policies() | some_policies(trust=True)


def with_statement(policies: Policies, kind: str, statement: Statement, first: bool = False) -> Policies:
    """The policies and one more statement, in a policy of this kind that is there already, or a new one."""
    held = getattr(policies, kind)
    if kind in ("identity", "session"):
        one, *others = held or (document(),)
        return replace(policies, **{kind: (_joined(one, statement, first), *others)})
    return replace(policies, **{kind: _joined(held or document(), statement, first)})


def _joined(policy: Policy, new: Statement, first: bool) -> Policy:
    return replace(policy, statements=(new, *policy.statements) if first else (*policy.statements, new))


KINDS = st.sampled_from(["identity", "boundary", "session", "resource", "trust"])


def is_attached(kind: str) -> bool:
    return kind in ("resource", "trust")


@LAW
@given(requests(), ANY_POLICIES, KINDS, st.booleans())
def test_an_explicit_deny_wins_whatever_else_is_there(request, policies, kind, first):
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    deny |= {"Principal": "*"} if is_attached(kind) else {}
    denying = with_statement(policies, kind, document(deny).statements[0], first)
    assert evaluate(request, denying).verdict == "explicitDeny"


@LAW
@given(st.data(), requests(), ANY_POLICIES, KINDS, st.booleans())
def test_an_allow_more_never_removes_access(data, request, policies, kind, first):
    limits = kind in ("boundary", "session", "trust")
    assume(not limits or getattr(policies, kind) is not None)  # a first one would limit
    allow = data.draw(statements(is_attached(kind), "Allow"))
    if evaluate(request, policies).allowed:
        assert evaluate(request, with_statement(policies, kind, allow, first)).allowed


@LAW
@given(requests(), ANY_POLICIES, a_policy())
def test_an_allowing_policy_more_never_removes_access(request, policies, another):
    allows = replace(another, statements=tuple(s for s in another.statements if s.effect == "Allow"))
    if evaluate(request, policies).allowed:
        assert evaluate(request, replace(policies, identity=(*policies.identity, allows))).allowed


@LAW
@given(st.data(), requests(), ANY_POLICIES, KINDS, st.booleans())
def test_a_deny_more_never_grants(data, request, policies, kind, first):
    deny = data.draw(statements(is_attached(kind), "Deny"))
    assume(kind != "trust" or policies.trust is not None)
    if not evaluate(request, policies).allowed:
        assert not evaluate(request, with_statement(policies, kind, deny, first)).allowed


def shuffled(policies: Policies, seed: int) -> Policies:
    chance = random.Random(seed)

    def mixed(policy: Policy) -> Policy:
        return replace(policy, statements=tuple(chance.sample(policy.statements, len(policy.statements))))

    def all_mixed(several: tuple[Policy, ...]) -> tuple[Policy, ...]:
        return tuple(mixed(policy) for policy in chance.sample(several, len(several)))

    return Policies(
        identity=all_mixed(policies.identity),
        boundary=policies.boundary and mixed(policies.boundary),
        session=None if policies.session is None else all_mixed(policies.session),
        resource=policies.resource and mixed(policies.resource),
        trust=policies.trust and mixed(policies.trust),
    )


@LAW
@given(requests(), ANY_POLICIES, st.integers(0, 2**32))
def test_the_order_of_policies_and_statements_does_not_matter(request, policies, seed):
    one, other = evaluate(request, policies), evaluate(request, shuffled(policies, seed))
    assert (one.verdict, one.kind) == (other.verdict, other.kind)
    said = [sorted(repr((m.kind, m.statement, m.grant)) for m in d.matched) for d in (one, other)]
    assert said[0] == said[1]


@LAW
@given(requests(), ANY_POLICIES)
def test_a_boundary_never_grants(request, policies):
    if evaluate(request, policies).allowed:
        assert evaluate(request, replace(policies, boundary=None)).allowed


@LAW
@given(requests(), ANY_POLICIES)
def test_a_session_policy_never_grants(request, policies):
    if evaluate(request, policies).allowed:
        assert evaluate(request, replace(policies, session=None)).allowed


@LAW
@given(requests(), some_policies())
def test_another_account_never_grants(request, policies):
    if evaluate(replace(request, resource_account=AWAY), policies).allowed:
        assert evaluate(replace(request, resource_account=HOME), policies).allowed or (
            request.principal.kind == "service"
        )


@LAW
@given(requests([USER, SESSION]), some_policies())
def test_across_accounts_both_sides_must_allow(request, policies):
    request = replace(request, resource_account=AWAY)
    if evaluate(request, policies).allowed:
        assert evaluate(request, replace(policies, resource=None)).verdict == "implicitDeny"
        assert evaluate(request, replace(policies, identity=())).verdict == "implicitDeny"


@LAW
@given(requests([USER, SESSION]), some_policies())
def test_within_an_account_without_limits_either_side_is_enough(request, policies):
    request = replace(request, resource_account=HOME)
    plain = replace(policies, boundary=None, session=None)
    decision = evaluate(request, plain)
    assume(decision.verdict != "explicitDeny")
    sides = [replace(plain, identity=()), replace(plain, resource=None)]
    assert decision.allowed == any(evaluate(request, side).allowed for side in sides)


@LAW
@given(requests([SERVICE]), some_policies(), a_policy())
def test_services_get_nothing_from_identity_policies(request, policies, identity):
    denies = any(s.effect == "Deny" for s in identity.statements)
    with_it = evaluate(request, replace(policies, identity=(identity,)))
    without = evaluate(request, replace(policies, identity=()))
    assert with_it.allowed == without.allowed or (denies and not with_it.allowed)
    assert not with_it.allowed or any(m.kind == "resource" for m in with_it.matched)


@LAW
@given(requests(), some_policies(trust=True))
def test_trust_must_allow_by_itself(request, policies):
    decision = evaluate(request, policies)
    if decision.allowed:
        trusting = [m for m in decision.matched if m.kind == "trust"]
        assert any(m.statement.effect == "Allow" for m in trusting)
    silent = evaluate(request, replace(policies, trust=document(), resource=None))
    assert silent.verdict == "explicitDeny" or (silent.verdict, silent.kind) == ("implicitDeny", "trust")


@LAW
@given(requests(), statements(), statements(attached=True))
def test_applies_is_that_no_element_misses(request, plain, attached):
    for statement, has_principal in ((plain, False), (attached, True)):
        assert applies(statement, request, has_principal) == (not misses(statement, request, has_principal))


RESOLVED = [text for text in RESOURCE_PATTERNS if "${" not in text]


@LAW
@given(requests(), several(ACTION_PATTERNS), several(RESOLVED))
def test_not_action_and_not_resource_are_complements(request, actions, resources):
    def speaks(**elements: Any) -> bool:
        return applies(document({"Effect": "Allow", **elements}).statements[0], request, attached=False)

    assert speaks(Action=actions, Resource="*") != speaks(NotAction=actions, Resource="*")
    assert speaks(Action="*", Resource=resources) != speaks(Action="*", NotResource=resources)


@LAW
@given(st.data(), st.sampled_from(ACTION_PATTERNS), st.sampled_from(ACTIONS))
def test_actions_know_no_letter_case(data, pattern, action):
    def other_case(text: str) -> str:
        return "".join(data.draw(st.sampled_from([char.lower(), char.upper()])) for char in text)

    assert action_match(other_case(pattern), other_case(action)) == action_match(pattern, action)


@LAW
@given(st.text("aAbB/-", min_size=1, max_size=8), st.text("aAbB/-", min_size=1, max_size=8))
def test_resources_know_letter_case(one, other):
    arn = "arn:aws:dynamodb:us-east-1:111111111111:table/{}".format
    assert resource_match(arn(one), arn(other)) == (one == other)


def oracle(pattern: str, value: str) -> bool:
    """Wildcards as a regular expression."""
    translated = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch(translated, value, re.DOTALL) is not None


@LAW
@given(st.text("ab*?\n", max_size=9), st.text("ab*?\n", max_size=12))
def test_wildcards_agree_with_regular_expressions(pattern, value):
    assert wildcard_match(pattern, value) == oracle(pattern, value)


@LAW
@given(st.text("ab*?", max_size=6), st.text("ab*?", max_size=6))
def test_a_literal_matches_itself_alone(text, value):
    assert wildcard_match(literal(text), value) == (text == value)


PARTS = st.text("ab*?", max_size=3)
ARNS = st.lists(st.text("ab*?", max_size=3), min_size=5, max_size=8).map(":".join)


def arn_oracle(pattern: str, arn: str, runs_on: bool) -> bool:
    """Part by part. runs_on: a `*` that ends a part may reach across colons."""

    def translated(part: str, star: str, mark: str) -> str:
        return "".join({"*": star, "?": mark}.get(char, re.escape(char)) for char in part)

    *parts, last = pattern.split(":", 5)
    inside = []
    for part in parts:
        reaches = runs_on and part.endswith("*")
        inside.append(translated(part.removesuffix("*") if reaches else part, "[^:]*", "[^:]"))
        inside[-1] += ".*" if reaches else ""
    whole = ":".join([*inside, translated(last, ".*", ".")])
    return arn.count(":") >= 5 and re.fullmatch(whole, arn) is not None


@LAW
@given(st.lists(PARTS, min_size=5, max_size=7).map(":".join), ARNS)
def test_arn_conditions_agree_with_regular_expressions(pattern, arn):
    wanted = pattern.count(":") >= 5 and arn_oracle(pattern, arn, runs_on=False)
    assert arn_match(pattern, arn) == wanted


@LAW
@given(st.lists(PARTS, min_size=6, max_size=7).map(":".join), ARNS)
def test_resources_agree_with_regular_expressions(pattern, arn):
    assert resource_match(pattern, arn) == arn_oracle(pattern, arn, runs_on=True)


@LAW
@given(st.lists(st.sampled_from(["arn", "aws", "a", "*"]), min_size=2, max_size=5), ARNS)
def test_an_incomplete_arn_is_completed_with_wildcards(parts, arn):
    complete = ":".join([*parts, *["*"] * (6 - len(parts))])
    if resource_match(complete, arn):
        assert resource_match(":".join(parts), arn) or any(part == "*" for part in parts)
    assert not resource_match(":".join(parts), "*")


OPERATORS = [
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "ArnLike",
    "ArnEquals",
    "NumericEquals",
    "DateEquals",
]
NEGATED = {
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "ArnLike": "ArnNotLike",
    "ArnEquals": "ArnNotEquals",
    "NumericEquals": "NumericNotEquals",
    "DateEquals": "DateNotEquals",
    "IpAddress": "NotIpAddress",
}
TEXTS = [
    "a",
    "A",
    "a*",
    "1",
    "1.0",
    "2",
    "2020-01-01",
    "10.0.0.0/8",
    "10.1.1.1",
    "arn:aws:s3:::b",
    "arn:aws:s3:::*",
]
VALUES = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3).map(tuple)


def asked(operator: str, wanted: tuple[str, ...], *given: str) -> bool | None:
    return holds(Condition(operator, "key", wanted), {"key": given} if given else {}, variables=True)


@LAW
@given(
    st.sampled_from([*NEGATED, *NEGATED.values(), "NumericLessThan", "Bool", "BinaryEquals"]), VALUES, VALUES
)
def test_set_operators_ask_each_value(operator, wanted, values):
    each = [asked(operator, wanted, value) for value in values]
    assert asked(f"ForAllValues:{operator}", wanted, *values) == all(each)
    assert asked(f"ForAnyValue:{operator}", wanted, *values) == any(each)


@LAW
@given(st.sampled_from(sorted(NEGATED)), VALUES, VALUES)
def test_negated_operators_are_complements(operator, wanted, values):
    assert asked(NEGATED[operator], wanted, values[0]) != asked(operator, wanted, values[0])
    some = asked(f"ForAnyValue:{operator}", wanted, *values)
    assert asked(f"ForAllValues:{NEGATED[operator]}", wanted, *values) != some
    assert asked(NEGATED[operator], wanted, *values) != asked(operator, wanted, *values)


@LAW
@given(st.sampled_from([*NEGATED, *NEGATED.values(), "NumericGreaterThan", "Bool"]), VALUES, VALUES)
def test_a_key_that_is_not_there(operator, wanted, values):
    assert asked(f"{operator}IfExists", wanted) is True
    assert asked(f"{operator}IfExists", wanted, *values) == asked(operator, wanted, *values)
    assert asked(operator, wanted) == (operator in NEGATED.values())
    assert asked(f"ForAllValues:{operator}", wanted) is True
    assert asked(f"ForAnyValue:{operator}", wanted) is False
    assert asked("Null", ("true",)) is True
    assert asked("Null", ("true",), *values) is False
    assert asked("Null", ("false",), *values) is True
    assert asked("Null", ("false",)) is False


@LAW
@given(st.sampled_from(OPERATORS), VALUES, st.sampled_from(TEXTS))
def test_one_wanted_value_is_enough(operator, wanted, value):
    assert asked(operator, wanted, value) == any(asked(operator, (one,), value) for one in wanted)


UNRESOLVED = [
    {"Resource": "arn:aws:s3:::${gone}/*"},
    {"NotResource": ["arn:aws:s3:::${gone}/*", "arn:aws:s3:::other"]},
    {"Resource": ["arn:aws:s3:::b/x${gone}", "arn:aws:s3:::${aws:username}${gone}"]},
    {"Resource": "*", "Condition": {"StringEquals": {"team": "${gone}"}}},
    {"Resource": "*", "Condition": {"StringLike": {"team": ["${gone}*", "*${gone}"]}}},
    {"Resource": "*", "Condition": {"ArnLike": {"aws:username": "arn:aws:s3:::${gone}"}}},
]


@LAW
@given(requests(), st.sampled_from(UNRESOLVED), st.sampled_from(["Allow", "Deny"]))
def test_a_statement_with_an_unresolved_variable_never_applies(request, elements, effect):
    statement = document({"Effect": effect, "Action": "*", **elements}).statements[0]
    assert not applies(statement, request, attached=False)
    filled = {**request.context, "gone": ("one", "two")}  # a key with several values resolves nothing
    assert not applies(statement, replace(request, context=filled), attached=False)
