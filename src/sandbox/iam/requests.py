"""The door of IAM: what it refuses before moto is asked, and moto's refusals in IAM's words.

Sources: the cases of `tests/sandbox/cases.yaml` named beside each rule; IAM API Reference.
"""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Mapping
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import calls, identities, policies, policy_grammar, protocols
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import AwsError
from sandbox.iam import documents, quotas
from sandbox.messages import Reply

_TRUST = {"CreateRole": "AssumeRolePolicyDocument", "UpdateAssumeRolePolicy": "PolicyDocument"}
_MANAGED = frozenset(("CreatePolicy", "CreatePolicyVersion"))
_ABOUT_HOLDER = re.compile(r"(Put|Attach|Detach)(User|Group|Role)Policy")
_NAMES_POLICY = frozenset(("GetPolicy", "GetPolicyVersion", "ListPolicyVersions", "ListEntitiesForPolicy"))
_LISTS_AWS = ("All", "AWS")
_OF_USER = frozenset(("PutUserPermissionsBoundary", "DeleteUserPermissionsBoundary"))
_UNBINDS = re.compile(r"Delete(User|Role)PermissionsBoundary")
_NOT_FOUND = re.compile(r"Policy (arn:\S+) not found$")
_NO_HOLDER = re.compile(r"(Role|Group|User) (\S+) not found$")


async def answer(call: ApiCall, account: str, backend: MotoBackend) -> Reply:
    """Answer a call to IAM. Raises AwsError where IAM refuses it."""
    await _learn(call, account)
    check(call.operation, call.parameters, account)
    if call.operation in _OF_USER:
        return _user_boundary(call, account)
    try:
        reply = await backend.call(call, account)
    except AwsError as error:
        raise reworded(error) from error
    if call.operation == "CreateUser" and call.parameters.get("PermissionsBoundary"):
        return _bounded_user(call, account, reply)
    return reply


async def _learn(call: ApiCall, account: str) -> None:
    """Tell moto the managed policies of AWS that the call is about; the first takes half a second."""
    given = call.parameters
    all_scopes = call.operation == "ListPolicies" and str(given.get("Scope") or "All") in _LISTS_AWS
    if all_scopes and not given.get("OnlyAttached"):
        await asyncio.to_thread(policies.make_all_known, account)
    for parameter in ("PolicyArn", "PermissionsBoundary"):
        arn = str(given.get(parameter, ""))
        if policies.is_awaited(account, arn):
            await asyncio.to_thread(policies.make_known, account, arn)


def check(operation: str, parameters: Mapping[str, Any], account: str) -> None:
    """Pass what IAM takes. Raises AwsError."""
    quotas.check_names(parameters)
    policy_grammar.take_over()
    boundary = parameters.get("PermissionsBoundary")
    if boundary is not None:
        _check_boundary(account, str(boundary))
    about = _ABOUT_HOLDER.fullmatch(operation)
    document = str(parameters.get(_TRUST.get(operation, "PolicyDocument"), ""))
    if operation in _TRUST:
        documents.check_trust(document, identities.principal_exists)
        quotas.check_trust(document)
    elif operation in _MANAGED:
        documents.check_identity(document, managed=True)
        quotas.check_managed(document)
    elif about:
        _check_holder(about[1], quotas.holder(parameters, about[2]), parameters, account, document)
    elif operation in _NAMES_POLICY:
        _check_policy(account, str(parameters.get("PolicyArn", "")))
    elif unbinds := _UNBINDS.fullmatch(operation):
        _check_bounded(account, *quotas.holder(parameters, unbinds[1]))
    elif operation == "DeletePolicy":
        _check_unused(account, str(parameters.get("PolicyArn", "")))


def _check_holder(
    verb: str, holder: tuple[str, str], parameters: Mapping[str, Any], account: str, document: str
) -> None:
    """Cases iam-malformed, iam-size-inline, iam-attach-404, iam-attach-badarn and iam-attach-limit."""
    if verb == "Put":
        documents.check_identity(document)
        quotas.check_inline(account, *holder, str(parameters.get("PolicyName", "")), document)
        return
    arn = str(parameters.get("PolicyArn", ""))
    _check_arn(arn)
    if verb == "Attach":
        if not policies.is_known(account, arn):
            raise AwsError("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.", 404)
        quotas.check_attached(account, *holder, arn)


def _check_arn(arn: str) -> None:
    """Case iam-attach-badarn, with its two blanks."""
    if not arn.startswith("arn:"):
        raise AwsError("ValidationError", "Invalid ARN:  Could not be parsed!", 400)


def _check_policy(account: str, arn: str) -> None:
    """Case iam-policy-404."""
    if not policies.is_known(account, arn):
        raise AwsError("NoSuchEntity", f"Policy {arn} was not found.", 404)


def _check_unused(account: str, arn: str) -> None:
    """A policy that somebody holds, or that has other versions, stays (API Reference, *DeletePolicy*)."""
    _check_policy(account, arn)
    used, versions = policies.use_of(account, arn)
    if used:
        raise AwsError("DeleteConflict", "Cannot delete a policy attached to entities.", 409)
    if versions > 1:
        text = (
            "This policy has more than one version. Before you delete a policy, you must delete the "
            "policy's versions. The default version is deleted with the policy."
        )
        raise AwsError("DeleteConflict", text, 409)


def _check_boundary(account: str, arn: str) -> None:
    _check_arn(arn)
    if not policies.is_known(account, arn):
        raise AwsError("NoSuchEntity", f"Scope ARN: {arn} does not exist or is not attachable.", 404)


def _check_bounded(account: str, kind: str, name: str) -> None:
    if policies.holdings(account, kind, name) and policies.boundary_of(account, kind, name) is None:
        raise AwsError("NoSuchEntity", f"The {kind} {name} has no permissions boundary.", 404)


def _user_boundary(call: ApiCall, account: str) -> Reply:
    """Put or take away a user's permissions boundary, which moto does not know of."""
    name = str(call.parameters.get("UserName", ""))
    arn = str(call.parameters.get("PermissionsBoundary", ""))
    if not policies.set_user_boundary(account, name, arn):
        raise AwsError("NoSuchEntity", f"The user with name {name} cannot be found.", 404)
    return protocols.serialise("iam", call.operation, {}, str(uuid.uuid4()))


def _bounded_user(call: ApiCall, account: str, reply: Reply) -> Reply:
    """The answer of CreateUser with the boundary that moto leaves out."""
    arn = str(call.parameters["PermissionsBoundary"])
    result = calls.result("iam", "CreateUser", reply)
    policies.set_user_boundary(account, result["User"]["UserName"], arn)
    result["User"]["PermissionsBoundary"] = policies.boundary_shown(arn)
    return protocols.serialise("iam", "CreateUser", result, reply.header("x-amzn-requestid"))


def reworded(error: AwsError) -> AwsError:
    """moto's refusal as IAM words it (case iam-policy-404)."""
    if error.code != "NoSuchEntity":
        return error
    missing = _NOT_FOUND.match(error.message)
    if missing:
        return AwsError(error.code, f"Policy {missing[1]} was not found.", 404)
    holder = _NO_HOLDER.match(error.message)
    if holder:
        text = f"The {holder[1].lower()} with name {holder[2]} cannot be found."
        return AwsError(error.code, text, 404)
    return error
