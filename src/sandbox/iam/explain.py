"""Why IAM decided as it did: the statement that decided, or the one that came closest.

    explanation = explain(judgement)
    explanation.text        # Statement `CrudOnUsers` of policy `users` allows dynamodb:PutItem, but on …
    explanation.do_next     # If the request is right, write arn:… into the statement's Resource …

Pure: it looks at nothing but the judgement. A denial without a Deny has no statement to show for it; what
helps then is the nearest miss, element by element.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

from sandbox.iam import look
from sandbox.iam.evaluate import ATTACHED, Decision, Element, Match, Policies, Request, Verdict
from sandbox.iam.miss import Miss, named, subject
from sandbox.iam.miss_action import explain_action
from sandbox.iam.miss_condition import explain_condition
from sandbox.iam.miss_principal import explain_principal
from sandbox.iam.miss_resource import explain_resource
from sandbox.iam.nearest import nearest, of_kind
from sandbox.iam.policy import Kind, Policy, Statement

GONE = "a role that is gone"
"""The policy of a session whose role has been deleted: it allows nothing."""


class Judged(Protocol):
    """What is explained: see judge.Judgement."""

    @property
    def request(self) -> Request: ...

    @property
    def policies(self) -> Policies: ...

    @property
    def decision(self) -> Decision: ...


@dataclass(frozen=True)
class Explanation:
    """One decision, in words.

    kind: of policy that decided. shape: the sort of reason, as a word for programs. policy, statement:
    names, "" where no statement is near. written: the statement as its author wrote it, or None.
    misses: of an implicit denial, each element that misses. look: the command that shows the policy.
    """

    verdict: Verdict
    kind: Kind
    shape: str
    text: str
    do_next: str
    policy: str = ""
    statement: str = ""
    written: dict[str, Any] | None = None
    misses: tuple[Miss, ...] = ()
    look: str = ""

    def __str__(self) -> str:
        return f"{self.text} {self.do_next}".strip()

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {
            "verdict": self.verdict,
            "kind": self.kind,
            "shape": self.shape,
            "text": self.text,
            "do_next": self.do_next,
            "policy": self.policy,
            "statement": self.statement,
            "written": self.written,
            "misses": [miss.as_dict() for miss in self.misses],
            "look": self.look,
        }


def explain(judgement: Judged) -> Explanation:
    """Says why a request was allowed or denied."""
    if judgement.decision.allowed:
        return _allowed(judgement)
    request = judgement.request
    why = _denied(judgement) if judgement.decision.verdict == "explicitDeny" else _not_allowed(judgement)
    return replace(why, look=look.command(why.kind, request.principal, request.resource, why.policy))


def _allowed(judgement: Judged) -> Explanation:
    request, decision = judgement.request, judgement.decision
    by = decision.by
    if by is None:
        text = f"{_capital(subject(request.principal))} needs no policy for {request.action}."
        return Explanation("allowed", decision.kind, "no-policy-needed", text, "")
    where = f"{_statement(by.statement)} of {_policy(by.kind, by.policy)}"
    text = f"{where} allows {request.action} on {request.resource}."
    return _told(decision, "allow", text, "", by)


def _denied(judgement: Judged) -> Explanation:
    request, by = judgement.request, judgement.decision.by
    assert by is not None, "an explicit deny has a statement"
    statement = by.statement
    shape, how = _deny(statement, request)
    held = ""
    if statement.conditions:
        held = f", as its condition on {named([c.key for c in statement.conditions])} holds"
    where = f"{_statement(statement)} of {_policy(by.kind, by.policy)}"
    text = f"{where} {how}{held}; a Deny outweighs every Allow."
    do_next = "Take the request out of that Deny, if it should be allowed; another Allow does not help."
    return _told(judgement.decision, shape, text, do_next, by)


def _deny(statement: Statement, request: Request) -> tuple[str, str]:
    """The shape of a Deny, and what it does."""
    if statement.not_actions is not None:
        spared = f"denies every action but {named(statement.not_actions)}"
        return "deny-not-action", f"{spared}, and so {request.action}"
    if statement.not_resources is not None:
        spared = f"denies all resources but {named(statement.not_resources)}"
        return "deny-not-resource", f"{spared}, and so {request.resource}"
    if statement.not_principals is not None:
        return "deny-not-principal", f"denies all whom it does not leave out, and so {request.principal.arn}"
    return "deny", f"denies {request.action} on {request.resource}"


def _not_allowed(judgement: Judged) -> Explanation:
    decision, request = judgement.decision, judgement.request
    asked = of_kind(decision.kind, judgement.policies)
    near = nearest(decision.kind, asked, request)
    if near is None:
        return _nothing_allows(judgement, asked)
    if near.foreign:
        return _other_services(judgement, asked)
    found = tuple(_miss(element, near.statement, request) for element in near.missing)
    where = f"{_statement(near.statement)} of {_policy(decision.kind, near.policy)}"
    if len(found) == 1:
        text, do_next, shape = _one_miss(where, found[0], request), found[0].do_next, found[0].shape
    else:
        elements = named([miss.element for miss in found])
        clauses = "; ".join(_standing_alone(miss) for miss in found)
        text = f"{where} comes closest, but misses in {elements}: {clauses}."
        add = f"{request.action} on {request.resource}"
        do_next, shape = f"Add a statement that allows {add}, or mend {elements} of this one.", "several"
    match = Match(near.kind, near.policy, near.statement)
    return _told(decision, shape, _before(judgement) + text, do_next, match, found)


def _nothing_allows(judgement: Judged, asked: tuple[Policy, ...]) -> Explanation:
    """There is no Allow at all."""
    decision, request = judgement.decision, judgement.request
    who = subject(request.principal)
    add = f"Add a policy that allows {request.action} on {request.resource}."
    if any(policy.name == GONE for policy in asked):
        shape, text, add = (
            "gone",
            f"The {who} has been deleted.",
            "Make it again, and take fresh credentials.",
        )
    elif decision.kind == "trust":
        shape = "trust-empty"
        text = f"There is no role {request.resource}, or its trust policy allows nobody."
        add = "Look at the role's ARN and at its trust policy: aws iam get-role --role-name NAME"
    elif decision.kind == "resource":
        shape = "resource-empty"
        text = f"No policy of {request.resource} lets {who} in, which it must, as {_why_needed(request)}."
        whom = "everyone" if request.principal.kind == "anonymous" else request.principal.arn
        add = f"Add a permission for {whom} to the resource's policy."
    elif not asked:
        shape, text = "no-policies", f"{_capital(who)} has no policy at all."
    else:
        shape = "no-allow"
        text = f"None of the policies of {who} has a statement that allows anything."
    return Explanation(decision.verdict, decision.kind, shape, _before(judgement) + text, add)


def _other_services(judgement: Judged, asked: tuple[Policy, ...]) -> Explanation:
    """Every Allow speaks of other services."""
    decision, request = judgement.decision, judgement.request
    service = request.action.partition(":")[0]
    policies = named([_policy(decision.kind, policy) for policy in asked])
    text = f"No statement of {policies} allows any action of {service}; you asked for {request.action}."
    do_next = f"Add a statement that allows {request.action} on {request.resource}."
    return Explanation(decision.verdict, decision.kind, "no-such-service", _before(judgement) + text, do_next)


def _miss(element: Element, statement: Statement, request: Request) -> Miss:
    match element:
        case "Action":
            return explain_action(statement, request.action)
        case "Principal":
            return explain_principal(statement, request.principal)
        case "Resource":
            return explain_resource(statement, request)
        case "Condition":
            return explain_condition(statement, request)


_LEADS: dict[Element, str] = {
    "Action": "is about {resource}",
    "Principal": "allows {action}",
    "Resource": "allows {action}",
    "Condition": "allows {action} on {resource}",
}
"""What a statement does say that misses in one element only."""


def _one_miss(where: str, miss: Miss, request: Request) -> str:
    lead = _LEADS[miss.element].format(action=request.action, resource=request.resource)
    return f"{where} {lead}, but {miss.clause}."


def _standing_alone(miss: Miss) -> str:
    return f"it is {miss.clause}" if miss.clause.startswith("on ") else miss.clause


def _before(judgement: Judged) -> str:
    """What is said first where one kind of policy allows, and another one must, too."""
    kind, request = judgement.decision.kind, judgement.request
    who = subject(request.principal)
    if kind == "boundary":
        return f"The policies of {who} allow it, but its permissions boundary must allow it, too. "
    if kind == "session":
        return f"The policies of {who} allow it, but the session policy must allow it, too. "
    if kind == "identity" and any(match.grant for match in judgement.decision.matched):
        whom = f"the account {request.principal.account}" if not request.crosses_accounts else who
        return f"The resource's side lets {whom} in, but a policy of {who} must allow it, too. "
    return ""


def _why_needed(request: Request) -> str:
    if request.principal.kind == "anonymous":
        return "nobody's own policies speak for an unsigned request"
    return "they are in two accounts" if request.crosses_accounts else "a service has no policies of its own"


def _told(
    decision: Decision, shape: str, text: str, do_next: str, match: Match, found: tuple[Miss, ...] = ()
) -> Explanation:
    return Explanation(
        decision.verdict,
        decision.kind,
        shape,
        text,
        do_next,
        match.policy.arn or match.policy.name,
        match.statement.title,
        dict(match.statement.written),
        found,
    )


def _statement(statement: Statement) -> str:
    return f"Statement `{statement.sid}`" if statement.sid else f"Statement {statement.title}"


def _policy(kind: Kind, policy: Policy) -> str:
    """A policy in a sentence: by its name, or by what it is attached to."""
    name = policy.name or policy.arn.rpartition("/")[2]
    if kind in ATTACHED or not name:
        return name or "the policy"
    if kind == "session":
        return "the session policy"
    return f"the permissions boundary `{name}`" if kind == "boundary" else f"policy `{name}`"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
