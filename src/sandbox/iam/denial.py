"""The words of a refusal.

Source: IAM User Guide, *Troubleshoot access denied error messages*; the iam-deny cases.
"""

from __future__ import annotations

from sandbox.errors import AwsError
from sandbox.iam.caller import Caller
from sandbox.iam.evaluate import Decision
from sandbox.iam.policy import Kind

_IMPLICIT: dict[Kind, str] = {
    "identity": "no identity-based policy allows",
    "boundary": "no permissions boundary allows",
    "session": "no session policy allows",
    "resource": "no resource-based policy allows",
}
_EXPLICIT: dict[Kind, str] = {
    "identity": "an identity-based policy",
    "boundary": "a permissions boundary",
    "session": "a session policy",
    "resource": "a resource-based policy",
    "trust": "a resource-based policy",
}

_ONE_CODE = frozenset({"query", "rest-xml"})
"""Protocols in which the code is AccessDenied; in the others it is AccessDeniedException."""


def message(caller: Caller, action: str, resource: str, decision: Decision) -> str:
    """Who may not do what on what, and why.

    An action that knows no resource asks for `*`. The ARN of a managed policy follows an explicit deny.
    S3 alone puts the resource into quotes (S3 User Guide, *Troubleshoot access denied errors*).
    """
    named = f'"{resource}"' if action.startswith("s3:") else resource
    text = f"User: {caller.arn} is not authorized to perform: {action} on resource: {named}"
    if decision.verdict == "explicitDeny":
        policy = decision.by.policy.arn if decision.by else ""
        return f"{text} with an explicit deny in {_EXPLICIT[decision.kind]}{f': {policy}' if policy else ''}"
    if decision.kind == "trust":
        return text  # case iam-assumerole-denied: no word on why
    return f"{text} because {_IMPLICIT[decision.kind]} the {action} action"


def denied(protocol: str, text: str) -> AwsError:
    """The error in the service's protocol: JSON services answer 400, all others 403."""
    code = "AccessDenied" if protocol in _ONE_CODE else "AccessDeniedException"
    return AwsError(code, text, 400 if protocol == "json" else 403)
