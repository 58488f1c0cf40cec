"""Who asks, under all the names a policy may call them by.

Source: IAM User Guide, *AWS JSON policy elements: Principal*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sandbox.iam.policy import Principals

Grant = Literal["everyone", "account", "role", "user", "session", "service"]
"""By which of its names a policy attached to a resource means the principal.

One to the account only delegates to its identity policies; one to a role is limited by a boundary and a
session policy; one to everyone, to a user or to a session is not.
"""

_WORTH: tuple[Grant, ...] = ("account", "role", "everyone", "session", "user", "service")


@dataclass(frozen=True)
class Principal:
    """kind: root is the account's administrator; session, that of a role; anonymous, whoever signs nothing.

    arn: as GetCallerIdentity gives it; of a service its name, such as lambda.amazonaws.com.
    role_arn: of a session of a role, else "". account: of a service "".
    """

    kind: Literal["root", "user", "session", "service", "anonymous"]
    arn: str
    account: str = ""
    role_arn: str = ""


def grant(principals: Principals, who: Principal) -> Grant | None:
    """By which name `principals` mean `who`; None if they do not. The one worth most counts."""
    if who.kind == "service":
        return "service" if who.arn in principals.services else ("everyone" if principals.everyone else None)
    if who.kind == "anonymous":
        return "everyone" if principals.everyone else None
    found: list[Grant] = ["everyone"] if principals.everyone else []
    for name in principals.aws:
        if name in (who.account, f"arn:aws:iam::{who.account}:root"):
            found.append("account")
        elif name == who.arn:
            found.append("session" if who.kind == "session" else "user")
        elif who.role_arn and name == who.role_arn:
            found.append("role")
    return max(found, key=_WORTH.index, default=None)


def is_named(principals: Principals, who: Principal) -> bool:
    """Whether `principals` name `who` itself: what NotPrincipal needs to leave it out.

    Its account or its role alone are not enough. Source: *AWS JSON policy elements: NotPrincipal*.
    """
    if who.kind in ("service", "root"):
        return grant(principals, who) is not None
    return principals.everyone or who.arn in principals.aws


def worth(given: Grant) -> int:
    """How much a grant is worth, beside others."""
    return _WORTH.index(given)
