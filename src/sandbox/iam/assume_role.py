"""What an AssumeRole asks for: checked, and turned into the caller that the credentials make.

Source: STS API Reference, *AssumeRole*; IAM User Guide, *Session policies* and *Pass session tags*.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import policies
from sandbox.backend.identities import Role
from sandbox.errors import AwsError
from sandbox.iam import documents
from sandbox.iam.caller import Caller
from sandbox.iam.judge import as_role

SHORTEST_SESSION, LONGEST_ROLE_SESSION, LONGEST_CHAINED_SESSION = 900, 43_200, 3_600
"""Seconds."""
LONGEST_SESSION_POLICY = 2048
"""Characters of an inline session policy."""
MOST_SESSION_POLICIES, MOST_SESSION_TAGS = 10, 50

_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/(?:.*/)?([\w+=,.@-]+)")
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}")


@dataclass(frozen=True)
class Wanted:
    """A checked AssumeRole. account: the role's. policies: session policies, None where none are given."""

    account: str
    role_arn: str
    session_name: str
    seconds: int
    policies: tuple[str, ...] | None
    tags: dict[str, str] = field(default_factory=dict)
    source_identity: str = ""

    def caller_of(self, role: Role) -> Caller:
        """Whoever uses the credentials; the access key is still to be made."""
        return replace(
            as_role(role, self.session_name),
            session_policies=self.policies,
            session_tags=self.tags,
            source_identity=self.source_identity,
        )


def wanted(call: ApiCall, caller: Caller) -> Wanted:
    """What the call asks for. Raises AwsError(ValidationError) as STS does."""
    parameters = call.parameters
    role_arn = str(parameters.get("RoleArn", ""))
    name = str(parameters.get("RoleSessionName", ""))
    if not role_arn.startswith("arn:"):
        raise AwsError("ValidationError", f"{role_arn} is invalid", 400)
    if not _SESSION_NAME.fullmatch(name):
        text = (
            f"1 validation error detected: Value '{name}' at 'roleSessionName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*"
        )
        raise AwsError("ValidationError", text, 400)
    match = _ROLE_ARN.fullmatch(role_arn)
    account = match[1] if match else ""
    chained = bool(caller.role_arn)
    asked = seconds(call, 3600, LONGEST_ROLE_SESSION)
    if chained and asked > LONGEST_CHAINED_SESSION:
        limit = "the 1 hour session limit for roles assumed by role chaining"
        text = f"The requested DurationSeconds exceeds {limit}"
        raise AwsError("ValidationError", text, 400)
    tags = {tag["Key"]: tag["Value"] for tag in parameters.get("Tags") or ()}
    if len(tags) > MOST_SESSION_TAGS:
        raise AwsError("ValidationError", f"At most {MOST_SESSION_TAGS} session tags are allowed", 400)
    identity = str(parameters.get("SourceIdentity", "")) or caller.source_identity
    return Wanted(account, role_arn, name, asked, _session_policies(parameters, account), tags, identity)


def seconds(call: ApiCall, default: int, most: int) -> int:
    """How long a session lasts. Source: STS API Reference, AssumeRole and GetSessionToken."""
    given = int(call.parameters.get("DurationSeconds", default))
    if SHORTEST_SESSION <= given <= most:
        return given
    limit = (
        f"less than or equal to {most}" if given > most else f"greater than or equal to {SHORTEST_SESSION}"
    )
    text = (
        f"1 validation error detected: Value '{given}' at 'durationSeconds' failed to satisfy "
        f"constraint: Member must have value {limit}"
    )
    raise AwsError("ValidationError", text, 400)


def _session_policies(parameters: dict[str, Any], account: str) -> tuple[str, ...] | None:
    inline = str(parameters.get("Policy") or "")
    arns = [str(entry.get("arn", "")) for entry in parameters.get("PolicyArns") or ()]
    if not inline and not arns:
        return None
    if len(arns) > MOST_SESSION_POLICIES:
        raise AwsError("ValidationError", f"At most {MOST_SESSION_POLICIES} policy ARNs are allowed", 400)
    texts = [_inline(inline)] if inline else []
    for arn in arns:
        document = policies.managed(account, arn) if account else None
        if document is None:
            raise AwsError("ValidationError", f"The policy {arn} does not exist or is not attachable.", 400)
        texts.append(document.text)
    return tuple(texts)


def _inline(text: str) -> str:
    if len(text) > LONGEST_SESSION_POLICY:
        message = (
            "1 validation error detected: Value at 'policy' failed to satisfy constraint: "
            f"Member must have length less than or equal to {LONGEST_SESSION_POLICY}"
        )
        raise AwsError("ValidationError", message, 400)
    documents.check_session(text)
    return text
