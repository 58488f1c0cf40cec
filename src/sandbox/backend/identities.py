"""Users, keys and roles, as moto keeps them."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Role:
    """An IAM role: its trust policy is the AssumeRolePolicyDocument, parsed; times are in seconds."""

    name: str
    arn: str
    role_id: str
    trust: dict[str, Any]
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


def find_role(account: str, role_arn: str) -> Role | None:
    """The role of an ARN, or None."""
    from moto.iam.models import iam_backends

    name = role_arn.rpartition("/")[2]
    role = next((r for r in iam_backends[account]["aws"].roles.values() if r.arn == role_arn), None)
    if role is None:
        return None
    document = role.assume_role_policy_document
    longest = int(role.max_session_duration or 3600)
    return Role(name, role.arn, role.id, json.loads(document) if document else {}, longest)


def principal_exists(named: str) -> bool:
    """Whether the user or role of an ARN, or of a unique id, exists in any account.

    The ARN of a role may leave out its path.
    """
    if "moto.iam.models" not in sys.modules:
        return False
    from moto.iam.models import iam_backends

    for account, partitions in list(iam_backends.items()):
        if named.startswith("arn:") and f":{account}:" not in named:
            continue
        backend = partitions["aws"]
        entities: list[Any] = [*backend.users.values(), *backend.roles.values()]
        for entity in entities:
            if named in (entity.arn, entity.id) or named == entity.arn.replace(
                f":role{entity.path}", ":role/"
            ):
                return True
    return False
