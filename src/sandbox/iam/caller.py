"""The principal a request is made by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """An authenticated principal.

    account: twelve digits. arn: of the user, the root, or the assumed-role session.
    administrator: whether the sandbox's own administrator keys were used.
    role_arn: for a session of a role, the role's own ARN, else "".
    """

    account: str
    arn: str
    access_key: str
    administrator: bool = False
    role_arn: str = ""
