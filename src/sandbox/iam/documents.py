"""Policy documents are checked when they are put: their grammar, and whom a trust policy names.

Sources: IAM User Guide, *Grammar of the IAM JSON policy language* and *AWS JSON policy elements: Principal*;
the iam-malformed cases of `tests/sandbox/cases.yaml`. A trust policy is read by another parser of AWS's than
an identity policy is, and its refusals have other words (github.com/versity/versitygw, iamapi/policy).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sandbox.backend import policy_grammar
from sandbox.errors import AwsError
from sandbox.iam import conditions
from sandbox.iam.policy import listed

PrincipalExists = Callable[[str], bool]
"""Whether the user or role exists, of an ARN, a session's ARN or a unique id."""

_VERSIONS = ("2008-10-17", policy_grammar.NEWEST_VERSION)
_ELEMENTS = {"Version", "Id", "Statement"}
_STATEMENT_ELEMENTS = {
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"),
    *("Resource", "NotResource", "Condition"),
}
_SYNTAX = "Syntax error in policy."
_PRINCIPAL_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")
_SERVICE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?")
_ROOT = re.compile(r"\d{12}|arn:aws:iam::\d{12}:root")
_ENTITY = re.compile(
    r"arn:aws:iam::\d{12}:(user|role)/[^*?]+"
    r"|arn:aws:sts::\d{12}:assumed-role/[^/*?]+/[^/*?]+"
    r"|A(ID|RO)A[A-Z0-9]{12,}"
)


def malformed(message: str) -> AwsError:
    """IAM's refusal of a document."""
    return AwsError("MalformedPolicyDocument", message, 400)


def size(document: str) -> int:
    """Characters that count against a quota: all but white space (*IAM and AWS STS quotas*)."""
    return len("".join(document.split()))


def check_identity(document: str, managed: bool = False) -> None:
    """Pass a document that a user, group or role may hold. Raises AwsError(MalformedPolicyDocument).

    managed: it is of a managed policy, whose Version must be the newest.
    """
    message = identity_refusal(document, managed)
    if message is not None:
        raise malformed(message)


def identity_refusal(document: str, managed: bool = False) -> str | None:
    """Why IAM refuses an identity policy; None if it takes it."""
    parsed = _parsed(document)
    if not isinstance(parsed, dict):
        return "Syntax errors in policy."
    if any(statement.keys() & {"Principal", "NotPrincipal"} for statement in _statements(parsed)):
        return "Policy document should not specify a principal."
    if not managed and parsed.get("Version", _VERSIONS[0]) in _VERSIONS:
        parsed = {**parsed, "Version": policy_grammar.NEWEST_VERSION}
    return policy_grammar.refusal(parsed)


def check_session(document: str) -> None:
    """Pass a session policy. Raises AwsError(MalformedPolicyDocument) in the words of STS."""
    if _parsed(document) is None:
        raise malformed("The policy is not in the valid JSON format.")
    check_identity(document)


def check_trust(document: str, exists: PrincipalExists) -> None:
    """Pass a role's trust policy. Raises AwsError(MalformedPolicyDocument)."""
    parsed = _parsed(document)
    if not isinstance(parsed, dict):
        raise malformed("This policy contains invalid Json")
    if parsed.keys() - _ELEMENTS:
        raise malformed(_SYNTAX)
    if parsed.get("Version", _VERSIONS[0]) not in _VERSIONS:
        raise malformed("The policy must contain a valid version string")
    statements = list(_statements(parsed))
    if not statements or len(statements) != len(listed(parsed["Statement"])):
        raise malformed("Could not parse the policy: Statement is empty!")
    for statement in statements:
        _check_trust_statement(statement, exists)
    sids = [statement["Sid"] for statement in statements if statement.get("Sid")]
    if len(set(sids)) < len(sids):
        raise malformed("The Statement Ids in the policy are not unique")


def _check_trust_statement(statement: Mapping[str, Any], exists: PrincipalExists) -> None:
    if statement.keys() - _STATEMENT_ELEMENTS:
        raise malformed(_SYNTAX)
    effect = statement.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise malformed(f"Invalid effect: {effect}" if effect else "Missing required field Effect")
    _check_principal(statement, exists)
    _check_condition(statement.get("Condition", {}))
    if "Action" in statement and "NotAction" in statement:
        raise malformed(_SYNTAX)
    actions = listed(statement.get("Action")) + listed(statement.get("NotAction"))
    if not actions:
        raise malformed("Missing required field Action")
    if not all(isinstance(action, str) and action.lower().startswith("sts:") for action in actions):
        raise malformed("AssumeRole policy may only specify STS AssumeRole actions.")
    if "Resource" in statement:
        raise malformed("Has prohibited field Resource")
    if "NotResource" in statement:
        raise malformed("AssumeRole policy must not contain resources.")


def _check_condition(condition: Any) -> None:
    tests = condition.items() if isinstance(condition, dict) else [("", None)]
    if not all(conditions.known(operator) and isinstance(keys, dict) for operator, keys in tests):
        raise malformed(_SYNTAX)


def _check_principal(statement: Mapping[str, Any], exists: PrincipalExists) -> None:
    if "NotPrincipal" in statement:
        if statement.get("Effect") == "Allow":
            raise malformed("Allow with NotPrincipal is not allowed.")
        raise malformed("AssumeRole policy must not contain NotPrincipal field.")
    written = statement.get("Principal")
    if written is None:
        raise malformed("Missing required field Principal")
    if not isinstance(written, dict):
        raise malformed("Principal must be a JSON object." if isinstance(written, str) else _SYNTAX)
    if not any(listed(values) for values in written.values()):
        raise malformed("Missing required field Principal cannot be empty!")
    for kind, values in written.items():
        if kind not in _PRINCIPAL_KINDS:
            raise malformed(f'Invalid principal in policy: "{kind}"')
        for value in listed(values):
            if not isinstance(value, str) or not _is_principal(kind, value, exists):
                raise malformed(f'Invalid principal in policy: "{kind.upper()}":"{value}"')


def _is_principal(kind: str, value: str, exists: PrincipalExists) -> bool:
    """Whether `value` can be trusted: an account always, a user or role that is there, no wildcards."""
    if kind == "Service":
        return _SERVICE.fullmatch(value) is not None
    if kind != "AWS":
        return True
    return value == "*" or bool(_ROOT.fullmatch(value)) or (bool(_ENTITY.fullmatch(value)) and exists(value))


def _parsed(document: str) -> Any:
    try:
        return json.loads(document)
    except (ValueError, RecursionError):
        return None


def _statements(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (statement for statement in listed(document.get("Statement")) if isinstance(statement, dict))
