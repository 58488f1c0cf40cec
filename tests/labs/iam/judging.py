"""What must be allowed and what must be denied, asked of the simulator; the check ends where it is not so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from tests.labs.iam import messages, nearest, policies
from tests.labs.iam.policies import Held, Statement
from tests.labs.iam.role import Role, listed
from tests.labs.iam.simulator import Verdict, simulate
from workshop.checking import Evidence
from workshop.checking.message import Message
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
        values = {"what": what, "write": write, "resource": resource}
        message, named, why = _reason(lab, role, held, decided)
        message.fail(_asked_alone(lab, role, named[0]), **_in_words(named), **values, **why)


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
    each = listed(statement["Resource"])
    taking_in = (text for text in each if policies.speaks_of({"Resource": text}, "Resource", resource))
    return f'"Resource": "{next(taking_in, each[0])}"'


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


Reason = tuple[Message, Sequence[Verdict], dict[str, str]]
"""A message, the denied actions it holds for, and values of its own."""


def _reason(lab: Any, role: Role, held: Sequence[Held], denied: Sequence[Verdict]) -> Reason:
    """Why these are denied; of several reasons the first one."""
    if not held:
        loose = policies.unattached(lab)
        there = f". Nobody has the policy {names(loose)}" if loose else ""
        return messages.NO_POLICY, denied, {"role": role.name, "unattached": there}
    explicit = [one for one in denied if one.decision == "explicitDeny"]
    if explicit:
        first, also = explicit[0], policies.boundary_of(lab, role)
        sources, action, resource = first.sources, first.action, first.resource
        policy, statement = policies.deciding([*held, *also], sources, "Deny", action, resource)
        said = policies.shown(statement)
        return messages.EXPLICIT_DENY, explicit, {"policy": policy.name, "statement": said}
    named = [one for one in denied if nearest.with_action(held, one.action)]
    if not named:
        return messages.MISSING_ACTION, denied, {"policies": "; ".join(_actions(held))}
    return _reason_of_named(role, held, named)


def _reason_of_named(role: Role, held: Sequence[Held], named: Sequence[Verdict]) -> Reason:
    """Why actions are denied that an Allow statement names."""
    first = named[0]
    near = nearest.with_action(held, first.action)
    hits = [(policy, one) for policy, one in near if policies.speaks_of(one, "Resource", first.resource)]
    if not hits:
        policy, text = nearest.closest(near, first.resource)
        written, asked = nearest.marked(text, first.resource)
        different = nearest.differing(text, first.resource)
        why = {"policy": policy.name, "written": written, "asked": asked, "differing": different}
        return messages.WRONG_ARN, named, why
    if not first.within_boundary:
        return messages.BOUNDARY, named, {"boundary": role.boundary.rpartition("/")[2]}
    policy, statement = hits[0]
    condition = json.dumps(statement["Condition"])
    return messages.CONDITION, named, {"policy": policy.name, "condition": condition}


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
