"""The principal a request is made by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sandbox.iam.principal import Principal


@dataclass(frozen=True)
class Caller:
    """An authenticated principal.

    account: twelve digits. arn: of the root, the user, or the assumed-role session. user_id: as
    GetCallerIdentity gives it. administrator: whether the sandbox's own administrator keys were
    used. role_arn: for a session of a role, the ARN of the role itself, else "".
    session_policies: documents that limit a session; None where it was made without any.
    session_tags: given with the session. issued_at: when its credentials were made, epoch seconds,
    0 for long-term keys. via: the service that calls in the principal's name, or "".
    """

    account: str
    arn: str
    user_id: str
    access_key: str
    administrator: bool = False
    role_arn: str = ""
    session_policies: tuple[str, ...] | None = None
    session_tags: Mapping[str, str] = field(default_factory=dict)
    source_identity: str = ""
    issued_at: float = 0.0
    via: str = ""

    @cached_property
    def principal(self) -> Principal:
        """The caller as policies know it."""
        if self.role_arn:
            return Principal("session", self.arn, self.account, self.role_arn)
        if self is ANONYMOUS:
            return Principal("anonymous", self.arn)
        return Principal("root" if self.arn.endswith(":root") else "user", self.arn, self.account)


ANONYMOUS = Caller("anonymous", "anonymous", "anonymous", "")
"""Whoever sends an unsigned request. Its names: IAM User Guide, *AWS global condition context keys*."""


def root_of(account: str, access_key: str) -> Caller:
    """The administrator of an account: its root, whom no identity policy limits."""
    return Caller(account, f"arn:aws:iam::{account}:root", account, access_key, administrator=True)
