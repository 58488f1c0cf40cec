"""What must be allowed and what must be denied, asked of the simulator; the check ends where it is not so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from tests.labs.iam import messages, nearest, policies
from tests.labs.iam.policies import Held, Statement
from tests.labs.iam.role import Role, listed
from tests.labs.iam.simulator import Verdict, simulate
from workshop.checking import Evidence
from workshop.checking.session import recorded

SHOWN_ACTIONS = 4


def must_allow(lab: Any, role: Role, actions: Sequence[str], resource: str, what: str, write: str) -> None:
    """End the check unless the role may do each action on the resource.

    what: the resource in words. write: how a template names it. Where a condition decides whose value the
    simulator has not, the function under the role decides later.
    """
    denied = [one for one in simulate(lab, role, actions, [resource]) if not one.allowed]
    if not denied:
        return
    held = policies.held_by(lab, role)
    decided = [one for one in denied if not (one.undecided and _on_condition(held, one))]
    if decided:
        evidence = _asked_alone(lab, role, decided[0])
        values = {"what": what, "write": write, "resource": resource, "evidence": evidence}
        _fail_denied(lab, role, held, decided, values)


def _on_condition(held: Sequence[Held], verdict: Verdict) -> bool:
    """Whether there is a statement that would allow it under a condition, or with a variable in its ARN."""
    return any(
        policies.speaks_of(one, "Resource", verdict.resource)
        for _, one in nearest.with_action(held, verdict.action)
    )


def first_allowed(lab: Any, role: Role, actions: Sequence[str], resources: Sequence[str]) -> list[Verdict]:
    """The allowed ones of the actions on the first of the resources on which there are any."""
    allowed = [one for one in simulate(lab, role, actions, resources) if one.allowed]
    first = next((resource for resource in resources if resource in {one.resource for one in allowed}), None)
    return [one for one in allowed if one.resource == first]


def allowing(lab: Any, role: Role, verdict: Verdict) -> tuple[Held, Statement, tuple[Evidence, ...]]:
    """The policy and the statement that allow it, and the call that shows it."""
    held = policies.held_by(lab, role)
    evidence = _asked_alone(lab, role, verdict)
    policy, statement = policies.deciding(held, verdict.sources, "Allow", verdict.action, verdict.resource)
    return policy, statement, evidence


def fail_if_by_aws(policy: Held, verdict: Verdict, evidence: tuple[Evidence, ...]) -> None:
    """End the check where a policy allows it that AWS wrote."""
    if policy.by_aws:
        messages.AWS_MANAGED.fail(
            evidence, policy=policy.name, action=verdict.action, resource=verdict.resource
        )


def pattern(statement: Statement, resource: str) -> str:
    """The Resource of a statement that takes `resource` in, as the policy has it."""
    if "NotResource" in statement:
        return f'"NotResource": {json.dumps(statement["NotResource"])}'
    each = ({"Resource": text} for text in listed(statement["Resource"]))
    (written, *_) = (one["Resource"] for one in each if policies.speaks_of(one, "Resource", resource))
    return f'"Resource": "{written}"'


def names(actions: Sequence[str]) -> str:
    """Some actions in a sentence.

    >>> names(["dynamodb:Query", "dynamodb:Scan"])
    'dynamodb:Query and dynamodb:Scan'
    """
    *others, last = actions
    return f"{', '.join(others)} and {last}" if others else last


def some(actions: Sequence[str]) -> str:
    """The first few of many actions in a sentence."""
    if len(actions) <= SHOWN_ACTIONS:
        return names(actions)
    return f"{', '.join(actions[:SHOWN_ACTIONS])} and {len(actions) - SHOWN_ACTIONS} more"


def _asked_alone(lab: Any, role: Role, verdict: Verdict) -> tuple[Evidence, ...]:
    """The call that asks for this verdict and no other: one that a learner can run."""
    simulate(lab, role, [verdict.action], [verdict.resource])
    return recorded()[-1:]


def _fail_denied(
    lab: Any, role: Role, held: list[Held], denied: Sequence[Verdict], values: dict[str, Any]
) -> NoReturn:
    """Say why: of several reasons the first one, with all actions it holds for."""
    if not held:
        loose = policies.unattached(lab)
        there = f". Nobody has the policy {names(loose)}" if loose else ""
        messages.NO_POLICY.fail(**values, **_in_words(denied), role=role.name, unattached=there)
    explicit = [one for one in denied if one.decision == "explicitDeny"]
    if explicit:
        _fail_explicit([*held, *policies.boundary_of(lab, role)], explicit, values)
    _fail_implicit(held, role, denied, values)


def _fail_explicit(held: Sequence[Held], denied: Sequence[Verdict], values: dict[str, Any]) -> NoReturn:
    first = denied[0]
    policy, statement = policies.deciding(held, first.sources, "Deny", first.action, first.resource)
    messages.EXPLICIT_DENY.fail(
        **values, **_in_words(denied), policy=policy.name, statement=policies.shown(statement)
    )


def _fail_implicit(
    held: Sequence[Held], role: Role, denied: Sequence[Verdict], values: dict[str, Any]
) -> NoReturn:
    resource = values["resource"]
    named = [one for one in denied if nearest.with_action(held, one.action)]
    if not named:
        has = "; ".join(_actions(held))
        messages.MISSING_ACTION.fail(**values, **_in_words(denied), policies=has)
    first = named[0]
    near = nearest.with_action(held, first.action)
    hits = [(policy, one) for policy, one in near if policies.speaks_of(one, "Resource", resource)]
    values |= _in_words(named)
    if not hits:
        policy, text = nearest.closest(near, resource)
        written, asked = nearest.marked(text, resource)
        different = nearest.differing(text, resource)
        messages.WRONG_ARN.fail(
            **values, policy=policy.name, written=written, asked=asked, differing=different
        )
    if any("Condition" not in one for _, one in hits):
        messages.BOUNDARY.fail(**values, boundary=role.boundary.rpartition("/")[2])
    policy, statement = hits[0]
    condition = json.dumps(statement["Condition"])
    messages.CONDITION.fail(**values, policy=policy.name, condition=condition)


def _in_words(verdicts: Sequence[Verdict]) -> dict[str, str]:
    """The actions for a message, and the beginning of a sentence about them."""
    actions = names([one.action for one in verdicts])
    return {"actions": actions, "calls": f"{actions} {'is' if len(verdicts) == 1 else 'are'}"}


def _actions(held: Sequence[Held]) -> Iterator[str]:
    """What the Allow statements of each policy name, in short."""
    for policy in held:
        allowed = [
            action
            for one in policy.statements
            if one["Effect"] == "Allow"
            for action in (listed(one.get("Action")) or [f"all but {one['NotAction']}"])
        ]
        yield f"`{policy.name}` with {', '.join(allowed) or 'no Allow'}"
