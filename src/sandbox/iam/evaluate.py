"""May this principal do this? IAM's evaluation logic as a pure function.

    decision = evaluate(Request(principal, "dynamodb:PutItem", table_arn, context), Policies(identity))
    decision.allowed, decision.verdict, decision.kind, decision.by

The order of AWS (IAM User Guide, *Policy evaluation logic*): an explicit deny anywhere decides; then a
resource-based policy, identity-based policies, the permissions boundary and the session policy are asked
for an Allow. Within one account a resource-based policy or an identity-based one is enough; between two,
both are needed. A role's trust policy must allow by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from sandbox.iam import conditions
from sandbox.iam.patterns import any_action, any_resource
from sandbox.iam.policy import Condition, Kind, Policy, Principals, Statement
from sandbox.iam.principal import Grant, Principal, grant, is_named, worth
from sandbox.iam.variables import Context, Unresolved, fill_in

Verdict = Literal["allowed", "explicitDeny", "implicitDeny"]
"""As SimulatePrincipalPolicy names them."""

Element = Literal["Principal", "Action", "Resource", "Condition"]

_ATTACHED_ONLY = ("service", "anonymous")
"""Kinds of principals that have no policies of their own."""

_COLONS = 5
"""In an ARN, before the part that names the resource."""

ATTACHED: frozenset[Kind] = frozenset({"resource", "trust"})
"""Kinds of policies that are attached to a resource and say whom they mean."""


@dataclass(frozen=True)
class Request:
    """One question. resource: an ARN, or `*` where an action knows no resource.

    context: condition key in lower case → its values. resource_account: who owns the resource, ""
    if it is the principal's own account.
    """

    principal: Principal
    action: str
    resource: str
    context: Context = field(default_factory=dict)
    resource_account: str = ""

    @property
    def crosses_accounts(self) -> bool:
        return self.resource_account not in ("", self.principal.account)


@dataclass(frozen=True)
class Policies:
    """What is asked. A boundary or session policies that are None do not limit."""

    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: tuple[Policy, ...] | None = None
    resource: Policy | None = None
    trust: Policy | None = None


@dataclass(frozen=True)
class Match:
    """A statement that speaks about the request. grant: whom of the principal's names it means."""

    kind: Kind
    policy: Policy
    statement: Statement
    grant: Grant | None = None


@dataclass(frozen=True)
class Decision:
    """The answer. kind: the kind of policy that decided, or of which an Allow is missing.

    by: the statement that allows or denies; None for an implicit deny. matched: all statements that
    speak about the request.
    """

    verdict: Verdict
    kind: Kind
    by: Match | None
    matched: tuple[Match, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.verdict == "allowed"


def evaluate(request: Request, policies: Policies) -> Decision:
    """The decision of all policies together. Pure: the same question has the same answer."""
    matched = tuple(_matching(request, policies))
    for match in matched:
        if match.statement.effect == "Deny":
            return Decision("explicitDeny", match.kind, match, matched)
    return _granted(request, policies, matched)


def _granted(request: Request, policies: Policies, matched: tuple[Match, ...]) -> Decision:
    """The decision where nothing denies."""
    who = request.principal
    attached_kind: Kind = "resource" if policies.trust is None else "trust"
    attached = _attached(matched, attached_kind)
    without = policies.trust is not None or who.kind in _ATTACHED_ONLY or request.crosses_accounts
    if attached is None and without:
        return Decision("implicitDeny", attached_kind, None, matched)
    if who.kind == "root" or who.kind in _ATTACHED_ONLY:
        return Decision("allowed", attached_kind if attached else "identity", attached, matched)
    by = attached if attached and attached.grant != "account" and not request.crosses_accounts else None
    if by and by.grant != "role":  # a grant to a role is limited by its boundary and its session
        return Decision("allowed", attached_kind, by, matched)
    by = by or _allow(matched, "identity")
    if by is None:
        return Decision("implicitDeny", "identity", None, matched)
    if policies.boundary is not None and _allow(matched, "boundary") is None:
        return Decision("implicitDeny", "boundary", None, matched)
    if policies.session is not None and _allow(matched, "session") is None:
        return Decision("implicitDeny", "session", None, matched)
    return Decision("allowed", by.kind, by, matched)


def _allow(matched: tuple[Match, ...], kind: Kind) -> Match | None:
    return next((m for m in matched if m.kind == kind and m.statement.effect == "Allow"), None)


def _attached(matched: tuple[Match, ...], kind: Kind) -> Match | None:
    """The strongest Allow of the policy that is attached to the resource."""
    allows = [m for m in matched if m.kind == kind and m.statement.effect == "Allow"]
    return max(allows, key=lambda m: worth(m.grant) if m.grant else 0, default=None)


def _matching(request: Request, policies: Policies) -> Iterator[Match]:
    kinds: tuple[tuple[Kind, tuple[Policy, ...]], ...] = (
        ("identity", policies.identity),
        ("boundary", (policies.boundary,) if policies.boundary else ()),
        ("session", policies.session or ()),
        ("resource", (policies.resource,) if policies.resource else ()),
        ("trust", (policies.trust,) if policies.trust else ()),
    )
    for kind, asked in kinds:
        attached = kind in ATTACHED
        for policy in asked:
            for statement in policy.statements:
                read = _as_read(statement, policies)
                if applies(read, request, attached):
                    yield Match(kind, policy, statement, _grant(read, request) if attached else None)


def _as_read(statement: Statement, policies: Policies) -> Statement:
    """A Deny with NotPrincipal leaves out nobody who has a permissions boundary.

    Source: IAM User Guide, *Permissions boundaries for IAM entities*.
    """
    if policies.boundary is None or statement.not_principals is None or statement.effect != "Deny":
        return statement
    return replace(statement, not_principals=Principals())


def applies(statement: Statement, request: Request, attached: bool) -> bool:
    """Whether `statement` speaks about `request`.

    attached: it is a policy of a resource or a role's trust policy, which say whom they mean.
    """
    return (
        _names_action(statement, request.action)
        and (not attached or _grant(statement, request) is not None)
        and _names_resource(statement, request)
        and _conditions_hold(statement, request)
    )


def misses(statement: Statement, request: Request, attached: bool) -> tuple[Element, ...]:
    """The elements of `statement` that do not speak about `request`; none if it applies."""
    elements: tuple[tuple[Element, bool], ...] = (
        ("Action", _names_action(statement, request.action)),
        ("Principal", not attached or _grant(statement, request) is not None),
        ("Resource", _names_resource(statement, request)),
        ("Condition", _conditions_hold(statement, request)),
    )
    return tuple(element for element, met in elements if not met)


def _grant(statement: Statement, request: Request) -> Grant | None:
    if statement.not_principals is not None:
        return None if is_named(statement.not_principals, request.principal) else "everyone"
    return grant(statement.principals, request.principal) if statement.principals else None


def _names_action(statement: Statement, action: str) -> bool:
    if statement.not_actions is not None:
        return not any_action(statement.not_actions, action)
    return any_action(statement.actions or (), action)


def _names_resource(statement: Statement, request: Request) -> bool:
    named = statement.resources if statement.not_resources is None else statement.not_resources
    if named is None:
        return True  # a trust policy has no Resource: it is attached to it
    if statement.has_variables:
        filled = [_filled(text, request) for text in named]
        if statement.not_resources is not None and None in filled:
            return False
        named = tuple(text for text in filled if text is not None)
    return any_resource(named, request.resource) == (statement.not_resources is None)


def _filled(text: str, request: Request) -> str | None:
    """The text with its variables replaced, None if one has no value: then it names no resource.

    Variables stand in the part after the fifth colon; elsewhere they are plain text.
    """
    *head, last = text.split(":", _COLONS)
    if len(head) < _COLONS or "${" not in last:
        return text
    try:
        return ":".join([*head, fill_in(last, request.context)])
    except Unresolved:
        return None


def _conditions_hold(statement: Statement, request: Request) -> bool:
    return all(_holds(condition, statement, request) for condition in statement.conditions)


def _holds(condition: Condition, statement: Statement, request: Request) -> bool:
    verdict = conditions.holds(condition, request.context, statement.has_variables)
    # An operator nobody knows must allow nothing, and must not switch off a Deny.
    return statement.effect == "Deny" if verdict is None else verdict
