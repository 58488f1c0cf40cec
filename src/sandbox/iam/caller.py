"""The principal a request is made by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """An authenticated principal.

    account: twelve digits. arn: of the root, the user, or the assumed-role session. user_id: as
    GetCallerIdentity gives it. administrator: whether the sandbox's own administrator keys were
    used. role_arn: for a session of a role, the ARN of the role itself, else "".
    """

    account: str
    arn: str
    user_id: str
    access_key: str
    administrator: bool = False
    role_arn: str = ""


def root_of(account: str, access_key: str) -> Caller:
    """The administrator of an account: its root, whom no identity policy limits."""
    return Caller(account, f"arn:aws:iam::{account}:root", account, access_key, administrator=True)
