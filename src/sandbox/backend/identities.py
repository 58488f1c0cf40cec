"""Users, keys and roles, as moto keeps them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Role:
    """An IAM role: its trust policy is the AssumeRolePolicyDocument; times are in seconds."""

    name: str
    arn: str
    role_id: str
    trust: str
    max_session_duration: int = 3600


def find_user_key(access_key: str) -> tuple[str, str, str, str] | None:
    """`(secret, account, user's ARN, user id)` of an active access key of an IAM user, or None."""
    if "moto.iam.models" not in sys.modules:
        return None  # nobody has made a user yet, so the import can wait
    from moto.iam.models import iam_backends

    for account, partitions in list(iam_backends.items()):
        for backend in list(partitions.values()):
            key = backend.access_keys.get(access_key)
            if key is None or key.status != "Active" or key.user_name is None:
                continue
            user = backend.users[key.user_name]
            return key.secret_access_key, account, user.arn, user.id
    return None


def moto_role(account: str, role_arn: str) -> Any:
    """moto's own role of an ARN, or None. Names are compared first: moto makes the ARN anew each time."""
    from moto.iam.models import iam_backends

    name = role_arn.rpartition("/")[2]
    roles = iam_backends[account]["aws"].roles.values()
    return next((role for role in roles if role.name == name and role.arn == role_arn), None)


def find_role(account: str, role_arn: str) -> Role | None:
    """The role of an ARN, or None."""
    role = moto_role(account, role_arn)
    if role is None:
        return None
    document = role.assume_role_policy_document
    longest = int(role.max_session_duration or 3600)
    return Role(role.name, role.arn, role.id, document or "{}", longest)


def principal_exists(named: str) -> bool:
    """Whether a user or role exists in any account, named by its ARN, its unique id, or a session's ARN."""
    if "moto.iam.models" not in sys.modules:
        return False
    from moto.iam.models import iam_backends

    for account, partitions in list(iam_backends.items()):
        backend = partitions["aws"]
        entities: list[Any] = [*backend.users.values(), *backend.roles.values()]
        if any(named in (entity.arn, entity.id) for entity in entities):
            return True
        session_of = f"arn:aws:sts::{account}:assumed-role/"
        if any(named.startswith(f"{session_of}{role.name}/") for role in backend.roles.values()):
            return True
    return False
