"""May this API invoke this function? Decided by the function's resource policy, or by a role.

The caller is the service principal apigateway.amazonaws.com, with AWS:SourceArn naming the API, the
stage, the method and the path of the route (with its variables in braces), or `$default` in place of
method and path: two parts after the API's id, so a policy for `API/*/*/*` does not fit a `$default`
route. Source: API Gateway Developer Guide, *Troubleshooting issues with HTTP API Lambda integrations*;
aws-cdk, aws-apigatewayv2-integrations, `http/lambda.ts` (grants `API/*/*` + the route's path).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.backend import apis
from sandbox.backend.identities import find_role
from sandbox.gateway.targets import Target
from sandbox.iam import Caller, denial
from sandbox.iam.actions import Ask
from sandbox.iam.judge import API_GATEWAY, Judgement, as_role, judge, judge_service, judge_trust
from sandbox.iam.policy import parse

SESSION_NAME = "BackplaneAssumeRoleSession"
"""The session of an integration's role (seen in AWS's refusals, where it is part of the user's ARN)."""
AS_CALLER = "arn:aws:iam::*:user/*"
"""Credentials of an integration that invokes as whoever sent the request (*PutIntegration*)."""
_MOST_CACHED = 4096


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the API may invoke, and why, in plain words. judgement: of a denial by IAM."""

    allowed: bool
    why: str
    judgement: Judgement | None = None


def source_arn(account: str, region: str, api_id: str, stage: str, route: str) -> str:
    """AWS:SourceArn of a request.

    >>> source_arn("1", "us-east-1", "a1", "$default", "GET/users/{id}")
    'arn:aws:execute-api:us-east-1:1:a1/$default/GET/users/{id}'
    """
    return f"arn:aws:execute-api:{region}:{account}:{api_id}/{stage}/{route}"


def decide(
    statements: tuple[Mapping[str, Any], ...], function_arn: str, source: str, account: str
) -> Decision:
    """The decision of a function's resource policy."""
    keys = {"aws:sourcearn": (source,), "aws:sourceaccount": (account,)}
    ask = Ask("lambda:InvokeFunction", function_arn, keys)
    attached = parse({"Statement": list(statements)}, "the function's policy")
    judgement = judge_service(API_GATEWAY, ask, attached=attached)
    by = judgement.decision.by
    if judgement.decision.allowed and by:
        sid = by.statement.sid
        return Decision(True, f"the function's resource policy allows it: statement '{sid}'")
    if not statements:
        text = f"the function's resource policy is empty; nothing lets {API_GATEWAY} invoke it"
        return Decision(False, text, judgement)
    which = f"none of the {len(statements)} statements of the function's resource policy"
    text = f"{which} lets {API_GATEWAY} invoke {function_arn} for AWS:SourceArn {source}"
    return Decision(False, text, judgement)


class Permissions:
    """Decisions, kept until the function's policy is another one."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[tuple[str, int], Decision]] = {}

    def clear(self) -> None:
        self._kept.clear()

    def check(self, target: Target, source: str, account: str) -> Decision:
        """Whether the API of `source`, in `account`, may invoke `target` by the function's policy."""
        token = apis.function_policy_token(target.account, target.region, target.name, target.qualifier)
        if token is None:
            return Decision(False, f"there is no function {target.arn}")
        key = (target.arn, source)
        kept = self._kept.get(key)
        if kept is not None and kept[0] == token:
            return kept[1]
        policy = apis.function_policy(target.account, target.region, target.name, target.qualifier)
        decision = decide(policy.statements if policy else (), target.arn, source, account)
        if len(self._kept) >= _MOST_CACHED:
            self._kept.clear()
        self._kept[key] = (token, decision)
        return decision

    def check_caller(self, caller: Caller | None, target: Target) -> Decision:
        """Whether whoever sent the request may invoke: the integration does so in the caller's name."""
        if caller is None:
            return Decision(False, f"{AS_CALLER} invokes as the caller, and the method asks for no signature")
        if apis.function_policy_token(target.account, target.region, target.name, target.qualifier) is None:
            return Decision(False, f"there is no function {target.arn}")
        return _invoking(caller, target, f"the caller {caller.arn} invokes ({AS_CALLER})")

    def check_role(self, role_arn: str, target: Target, account: str) -> Decision:
        """Whether API Gateway may take on the integration's role, which then invokes."""
        role = find_role(account, role_arn)
        if role is None:
            return Decision(False, f"there is no role {role_arn}")
        trusted = judge_trust(API_GATEWAY, role)
        if not trusted.decision.allowed:
            text = f"the trust policy of {role_arn} does not let {API_GATEWAY} assume it"
            return Decision(False, text, trusted)
        if apis.function_policy_token(target.account, target.region, target.name, target.qualifier) is None:
            return Decision(False, f"there is no function {target.arn}")
        return _invoking(as_role(role, SESSION_NAME), target, f"the integration's role {role_arn} invokes")


def _invoking(caller: Caller, target: Target, allowed: str) -> Decision:
    """Whether a principal may invoke. allowed: what to say if it may."""
    judged = judge(caller, Ask("lambda:InvokeFunction", target.arn, {}))
    if not judged.decision.allowed:
        text = denial.message(caller, "lambda:InvokeFunction", target.arn, judged.decision)
        return Decision(False, text, judged)
    return Decision(True, allowed)
