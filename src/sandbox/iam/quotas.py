"""How much IAM takes: sizes of policies, attachments, versions, names.

Source: IAM User Guide, *IAM and AWS STS quotas*; the cases iam-size, iam-attach-limit and iam-limits.
White space does not count in a policy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.backend import policies
from sandbox.errors import AwsError
from sandbox.iam.documents import size

LONGEST_TRUST_POLICY, LONGEST_MANAGED_POLICY = 2048, 6144
LONGEST_INLINE = {"user": 2048, "group": 5120, "role": 10_240}
"""Characters of all inline policies of one holder together."""
MOST_ATTACHED, MOST_VERSIONS = 10, 5
LONGEST_NAME = {"RoleName": 64, "UserName": 64, "GroupName": 128, "PolicyName": 128, "Path": 512}

_NAME = re.compile(r"[\w+=,.@-]+", re.ASCII)
_PATH = re.compile(r"/|/[!-\x7f]+/")
_OF = {"User": "user", "Group": "group", "Role": "role"}


def check_names(parameters: Mapping[str, Any]) -> None:
    """Pass names that IAM takes. Raises AwsError(ValidationError)."""
    for parameter, longest in LONGEST_NAME.items():
        given = parameters.get(parameter)
        if given is None:
            continue
        field = parameter[0].lower() + parameter[1:]
        if len(given) > longest:
            limit = f"Member must have length less than or equal to {longest}"
            text = f"1 validation error detected: Value at '{field}' failed to satisfy constraint: {limit}"
            raise AwsError("ValidationError", text, 400)
        if not (_PATH if parameter == "Path" else _NAME).fullmatch(given):
            raise AwsError(
                "ValidationError", f"The specified value for {field} is invalid. {_rule(field)}", 400
            )


def _rule(field: str) -> str:
    if field == "path":
        return "It must begin and end with / and contain only alphanumeric characters and/or / characters."
    return "It must contain only alphanumeric characters and/or the following: +=,.@_-"


def check_managed(document: str) -> None:
    """Pass a managed policy of a size that IAM takes. Raises AwsError(LimitExceeded)."""
    if size(document) > LONGEST_MANAGED_POLICY:
        raise exceeded(f"Cannot exceed quota for PolicySize: {LONGEST_MANAGED_POLICY}")


def check_trust(document: str) -> None:
    """Pass a trust policy of a size that IAM takes. Raises AwsError(LimitExceeded)."""
    if size(document) > LONGEST_TRUST_POLICY:
        raise exceeded(f"Cannot exceed quota for ACLSizePerRole: {LONGEST_TRUST_POLICY}")


def check_inline(account: str, kind: str, name: str, policy_name: str, document: str) -> None:
    """Pass an inline policy that fits beside the others of its holder. Raises AwsError(LimitExceeded)."""
    held = policies.holdings(account, kind, name)
    others = {**held.inline, policy_name: ""} if held else {}
    longest = LONGEST_INLINE[kind]
    if size(document) + sum(size(text) for text in others.values()) > longest:
        raise exceeded(f"Maximum policy size of {longest} bytes exceeded for {kind} {name}")


def check_attached(account: str, kind: str, name: str, policy_arn: str) -> None:
    """Pass one more managed policy, if there is room. Raises AwsError(LimitExceeded)."""
    held = policies.holdings(account, kind, name)
    if held and policy_arn not in held.attached and len(held.attached) >= MOST_ATTACHED:
        raise exceeded(f"Cannot exceed quota for PoliciesPer{kind.title()}: {MOST_ATTACHED}")


def holder(parameters: Mapping[str, Any], kind: str) -> tuple[str, str]:
    """`(user, group or role; its name)` of a call about a `User`, `Group` or `Role`."""
    return _OF[kind], str(parameters.get(f"{kind}Name", ""))


def exceeded(message: str) -> AwsError:
    """IAM's refusal of more than its quotas allow."""
    return AwsError("LimitExceeded", message, 409)
