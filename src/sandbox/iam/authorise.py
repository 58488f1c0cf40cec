"""May this caller make this call? The one door through which every room of the sandbox asks."""

from __future__ import annotations

from sandbox.api_call import ApiCall
from sandbox.backend.account_state import AccountState
from sandbox.backend.identities import find_role
from sandbox.errors import AwsError
from sandbox.iam import denial
from sandbox.iam.actions import Ask, asks
from sandbox.iam.caller import Caller
from sandbox.iam.judge import TRUST, Judgement, judge
from sandbox.iam.policy import Policy, parse

_LIMIT_ROOT = frozenset({"s3", "sts"})
"""Services whose resources have policies that can refuse the administrator, too."""

_NOBODY = parse("{}", "the trust policy of a role that is not there")


_ALWAYS_FOR_ROOT = frozenset({"GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"})
"""What the root user of a bucket's account may do whatever the bucket's policy denies, so that nobody locks
the bucket for good (S3 API Reference, *PutBucketPolicy*)."""


class Denied(AwsError):
    """A refusal by IAM, with the judgement it is the outcome of."""

    def __init__(self, error: AwsError, judgement: Judgement) -> None:
        super().__init__(error.code, error.message, error.status, error.message_key)
        self.judgement = judgement


def authorise(caller: Caller, call: ApiCall) -> tuple[Judgement, ...]:
    """Let `call` pass, if all that it asks for is allowed. Raises Denied for the first that is not.

    The judgements tell why. The administrator of an account is asked nothing, but for what a policy
    of a bucket or of a role can refuse to anyone.
    """
    if (
        caller.principal.kind == "root"
        and caller.session_policies is None
        and call.service not in _LIMIT_ROOT
    ):
        return ()
    name = caller.arn.rpartition("/")[2] if caller.principal.kind == "user" else ""
    asked = asks(
        call.service,
        call.operation,
        call.parameters,
        call.region,
        caller.account,
        call.request.raw_path,
        AccountState(name),
    )
    return tuple(_allowed(caller, ask, call) for ask in asked)


def _allowed(caller: Caller, ask: Ask, call: ApiCall) -> Judgement:
    judgement = judge(caller, ask, call, _trust(ask))
    if not judgement.decision.allowed and not _keeps_the_key(caller, call, judgement):
        text = denial.message(caller, ask.action, ask.resource, judgement.decision)
        raise Denied(denial.denied(call.protocol, text), judgement)
    return judgement


def _keeps_the_key(caller: Caller, call: ApiCall, judgement: Judgement) -> bool:
    """Whether the root user mends the policy of a bucket of its own account."""
    own = caller.principal.kind == "root" and not judgement.request.crosses_accounts
    return own and call.service == "s3" and call.operation in _ALWAYS_FOR_ROOT


def _trust(ask: Ask) -> Policy | None:
    """The trust policy of the role that is to be assumed; None where no role is."""
    if not ask.action.startswith("sts:") or ":role/" not in ask.resource:
        return None
    role = find_role(ask.resource.split(":")[4], ask.resource)
    return parse(role.trust, TRUST) if role else _NOBODY
