"""Gathers what decides about a request, and has it decided.

    judgement = judge(caller, Ask("dynamodb:PutItem", table_arn, {}), call)
    judgement.decision.allowed

What a caller's policies are is read from moto's state at the time of the request: a change counts at once,
for a warm function too (case iam-propagation).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import apis, policies
from sandbox.backend.identities import Role
from sandbox.iam.actions import Ask
from sandbox.iam.caller import Caller
from sandbox.iam.context import RequestContext
from sandbox.iam.evaluate import Decision, Policies, Request, evaluate
from sandbox.iam.explain import GONE, explain
from sandbox.iam.policy import Policy, parse
from sandbox.iam.principal import Principal

TRUST = "the role's trust policy"
_DENIES_ALL = parse("{}", GONE)

LAMBDA, API_GATEWAY = "lambda.amazonaws.com", "apigateway.amazonaws.com"
"""Service principals."""


@dataclass(frozen=True)
class Judgement:
    """A question, and how it was decided by which policies."""

    request: Request
    policies: Policies
    decision: Decision


@dataclass(frozen=True)
class _Held:
    """What a caller holds: policies and the tags of its user or role."""

    policies: Policies
    tags: Mapping[str, str]


def judge(
    caller: Caller,
    ask: Ask,
    call: ApiCall | None = None,
    trust: Policy | None = None,
    attached: Policy | None = None,
) -> Judgement:
    """Decide about one ask of a caller.

    call: the request, of which some condition keys tell. trust: of the role that is to be assumed.
    attached: the resource's policy, where it is not looked up: that of an API, which is deployed with it.
    """
    held = _held(caller)
    # Whoever makes a bucket asks for none that is there: a name that is taken is S3's to refuse.
    owner, found = ("", None) if ask.action == "s3:CreateBucket" else _resource_policy(ask.resource)
    attached = attached or found
    context = RequestContext(ask.context, caller, call, held.tags)
    request = Request(caller.principal, ask.action, ask.resource, context, owner)
    asked = Policies(held.policies.identity, held.policies.boundary, held.policies.session, attached, trust)
    return Judgement(request, asked, evaluate(request, asked))


def judge_service(
    service: str, ask: Ask, attached: Policy | None = None, trust: Policy | None = None
) -> Judgement:
    """Decide about an ask of a service such as lambda.amazonaws.com, which has no policies of its own."""
    request = Request(Principal("service", service), ask.action, ask.resource, ask.context)
    asked = Policies(resource=attached, trust=trust)
    return Judgement(request, asked, evaluate(request, asked))


def _held(caller: Caller) -> _Held:
    if caller.principal.kind in ("root", "anonymous"):
        return _Held(Policies(session=_session(caller)), {})
    if caller.role_arn:
        identity = policies.of_role(caller.role_arn.split(":")[4], caller.role_arn)
    else:
        identity = policies.of_user(caller.account, caller.arn)
    if identity is None:
        return _Held(Policies(identity=(_DENIES_ALL,)), {})
    boundary = _parsed(identity.boundary) if identity.boundary else None
    own = tuple(_parsed(document) for document in identity.policies)
    return _Held(Policies(own, boundary, _session(caller)), {**identity.tags, **caller.session_tags})


def _session(caller: Caller) -> tuple[Policy, ...] | None:
    if caller.session_policies is None:
        return None
    return tuple(parse(text, "session policy") for text in caller.session_policies)


def _parsed(document: policies.Document) -> Policy:
    return parse(document.text, document.name, document.arn)


def _resource_policy(resource: str) -> tuple[str, Policy | None]:
    """The account that owns the resource ("" if no one does), and the policy attached to it."""
    parts = resource.split(":")
    if len(parts) < 6:
        return "", None
    if parts[2] == "s3":
        bucket = policies.of_bucket(parts[5].partition("/")[0])
        return (
            ("", None)
            if bucket is None
            else (bucket[0], parse(bucket[1], "the bucket's policy") if bucket[1] else None)
        )
    if parts[2] == "lambda" and parts[5] == "function" and len(parts) > 6:
        found = apis.function_policy(parts[4], parts[3], parts[6], parts[7] if len(parts) > 7 else None)
        if found is not None and found.statements:
            return parts[4], parse({"Statement": list(found.statements)}, "the function's policy")
    return parts[4] if parts[4].isdigit() else "", None


@lru_cache(maxsize=1024)
def judge_trust(service: str, role: Role) -> Judgement:
    """Whether the role's trust policy lets a service such as lambda.amazonaws.com assume it.

    Asked at every invocation, and answered by the role alone: so the answer is kept.
    """
    return judge_service(service, Ask("sts:AssumeRole", role.arn, {}), trust=parse(role.trust, TRUST))


def as_role(role: Role, session_name: str) -> Caller:
    """A session of the role, as a service opens one, without its credentials."""
    account = role.arn.split(":")[4]
    arn = f"arn:aws:sts::{account}:assumed-role/{role.name}/{session_name}"
    return Caller(account, arn, f"{role.role_id}:{session_name}", "", role_arn=role.arn)


def told(judgement: Judgement) -> dict[str, Any]:
    """The judgement for a trace, as plain data. A denial is explained, an allow is not."""
    request, decision = judgement.request, judgement.decision
    by = decision.by
    facts: dict[str, Any] = {
        "action": request.action,
        "resource": request.resource,
        "decision": decision.verdict,
        "policy_type": decision.kind,
        "policy": (by.policy.arn or by.policy.name) if by else None,
        "statement": by.statement.title if by else None,
    }
    if not decision.allowed:
        facts.update(principal=request.principal.arn, explanation=explain(judgement).as_dict())
    return facts
