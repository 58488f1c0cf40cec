"""The statement that came closest to allowing a request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.iam.evaluate import ATTACHED, Element, Policies, Request, misses
from sandbox.iam.letters import closeness
from sandbox.iam.miss_action import is_foreign, nearest_action
from sandbox.iam.miss_resource import nearest_resource
from sandbox.iam.policy import Kind, Policy, Statement


@dataclass(frozen=True)
class Near:
    """A statement that could have allowed the request, and where it misses."""

    kind: Kind
    policy: Policy
    statement: Statement
    missing: tuple[Element, ...]
    foreign: bool
    """Whether it speaks of other services only."""


def nearest(kind: Kind, asked: tuple[Policy, ...], request: Request) -> Near | None:
    """The Allow statement of these policies with the fewest misses; of several, the one most alike.

    One that speaks of other services only comes last. None if there is no Allow.
    """
    return min(_candidates(kind, asked, request), key=lambda near: _distance(near, request), default=None)


def of_kind(kind: Kind, policies: Policies) -> tuple[Policy, ...]:
    """The policies of one kind."""
    one: dict[Kind, Policy | None] = {
        "boundary": policies.boundary,
        "resource": policies.resource,
        "trust": policies.trust,
    }
    if kind in one:
        policy = one[kind]
        return (policy,) if policy else ()
    return policies.identity if kind == "identity" else policies.session or ()


def _candidates(kind: Kind, asked: tuple[Policy, ...], request: Request) -> Iterator[Near]:
    for policy in asked:
        for statement in policy.statements:
            if statement.effect == "Allow":
                missing = misses(statement, request, kind in ATTACHED)
                foreign = "Action" in missing and is_foreign(statement, request.action)
                yield Near(kind, policy, statement, missing, foreign)


def _distance(near: Near, request: Request) -> tuple[bool, int, float]:
    """Fewest elements missing, then the closest text; a statement about other services comes last."""
    far = 0.0
    if "Action" in near.missing:
        far += 1 - closeness(nearest_action(near.statement, request.action).lower(), request.action.lower())
    if "Resource" in near.missing:
        far += 1 - closeness(nearest_resource(near.statement, request.resource), request.resource)
    return near.foreign, len(near.missing), far
