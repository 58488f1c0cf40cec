"""What IAM refuses, where moto does not, or in other words.

Sources: the cases of `tests/sandbox/cases.yaml` named beside each rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import AwsError
from sandbox.messages import Reply

LONGEST_TRUST_POLICY = 2048
"""Characters without white space (IAM User Guide, *IAM and AWS STS quotas*)."""

_TRUST = {"CreateRole": "AssumeRolePolicyDocument", "UpdateAssumeRolePolicy": "PolicyDocument"}
_IDENTITY = frozenset(
    ("CreatePolicy", "CreatePolicyVersion", "PutRolePolicy", "PutUserPolicy", "PutGroupPolicy")
)
_NOT_FOUND = re.compile(r"Policy (arn:\S+) not found$")


async def answer(call: ApiCall, account: str, backend: MotoBackend) -> Reply:
    """Answer a call to IAM. Raises AwsError where IAM refuses it."""
    check(call.operation, call.parameters)
    try:
        return await backend.call(call, account)
    except AwsError as error:
        raise reworded(error) from error


def check(operation: str, parameters: Mapping[str, Any]) -> None:
    """Pass what IAM takes. Raises AwsError."""
    if operation in _TRUST:
        _check_trust_policy(str(parameters.get(_TRUST[operation], "")))
    elif operation in _IDENTITY:
        _check_identity_policy(str(parameters.get("PolicyDocument", "")))
    elif operation.startswith(("Attach", "Detach")):
        _check_policy_arn(str(parameters.get("PolicyArn", "")))


def _check_trust_policy(document: str) -> None:
    """Cases iam-malformed-json and iam-size-trust."""
    try:
        json.loads(document)
    except ValueError as error:
        raise _malformed("This policy contains invalid Json") from error
    if len("".join(document.split())) > LONGEST_TRUST_POLICY:
        text = f"Cannot exceed quota for ACLSizePerRole: {LONGEST_TRUST_POLICY}"
        raise AwsError("LimitExceeded", text, 409)


def _check_identity_policy(document: str) -> None:
    """Case iam-malformed-principal: whose policy it is says whom it is for."""
    try:
        statements = json.loads(document)["Statement"]
    except (ValueError, KeyError, TypeError):
        return  # told by moto, in IAM's words
    for statement in statements if isinstance(statements, list) else [statements]:
        if isinstance(statement, dict) and statement.keys() & {"Principal", "NotPrincipal"}:
            raise _malformed("Policy document should not specify a principal.")


def _check_policy_arn(arn: str) -> None:
    """Case iam-attach-badarn, with its two blanks."""
    if not arn.startswith("arn:"):
        raise AwsError("ValidationError", "Invalid ARN:  Could not be parsed!", 400)


def _malformed(message: str) -> AwsError:
    return AwsError("MalformedPolicyDocument", message, 400)


def reworded(error: AwsError) -> AwsError:
    """moto's refusal as IAM words it (case iam-policy-404)."""
    missing = _NOT_FOUND.match(error.message)
    if error.code == "NoSuchEntity" and missing:
        return AwsError(error.code, f"Policy {missing[1]} was not found.", 404)
    return error
