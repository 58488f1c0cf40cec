"""Policies as moto keeps them: those of users, groups and roles, AWS's own, those of buckets.

Replaced in moto: AWS's managed policies. moto makes objects of all 1,400 of them for every account
(with MOTO_IAM_LOAD_MANAGED_POLICIES), or of none; here one is made when its ARN is first named.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sandbox.backend.identities import moto_role

_AWS_MANAGED = "arn:aws:iam::aws:policy/"


@dataclass(frozen=True)
class Document:
    """A policy's document and where it comes from. arn: of a managed policy, else ""."""

    name: str
    arn: str
    text: str


@dataclass(frozen=True)
class Identity:
    """What limits and allows a user or a role. policies: inline and managed ones, of its groups too."""

    policies: tuple[Document, ...] = ()
    boundary: Document | None = None
    tags: dict[str, str] = field(default_factory=dict)


def of_user(account: str, arn: str) -> Identity | None:
    """The policies of a user; None if there is no such user."""
    backend = _iam(account)
    user = backend.users.get(arn.rpartition("/")[2])
    if user is None:
        return None
    groups = [group for group in backend.groups.values() if user in group.users]
    documents = [document for holder in (user, *groups) for document in _attached(holder)]
    tags = {tag["Key"]: tag["Value"] for tag in user.tags or ()}
    return Identity(tuple(documents), _boundary(backend, user), tags)


def of_role(account: str, role_arn: str) -> Identity | None:
    """The policies of a role; None if there is no such role."""
    role = moto_role(account, role_arn)
    if role is None:
        return None
    return Identity(tuple(_attached(role)), _boundary(_iam(account), role), _role_tags(role))


def _role_tags(role: Any) -> dict[str, str]:
    tags = role.tags or {}
    values = tags.values() if isinstance(tags, dict) else tags
    return {tag["Key"]: tag["Value"] for tag in values}


def set_user_boundary(account: str, user_name: str, policy_arn: str) -> bool:
    """Keep a user's permissions boundary ("" takes it away); False if there is no such user."""
    user = _iam(account).users.get(user_name)
    if user is None:
        return False
    user.permissions_boundary_arn = policy_arn or None
    user.permissions_boundary = boundary_shown(policy_arn) if policy_arn else None
    return True


def boundary_shown(policy_arn: str) -> dict[str, str]:
    """A permissions boundary as GetUser and GetRole show it."""
    return {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": policy_arn}


def managed(account: str, policy_arn: str) -> Document | None:
    """The default version of a managed policy; None if there is none."""
    make_known(account, policy_arn)
    policy = _iam(account).managed_policies.get(policy_arn)
    return _managed(policy) if policy is not None else None


def is_known(account: str, policy_arn: str) -> bool:
    """Whether moto has the managed policy."""
    return policy_arn in _iam(account).managed_policies


def is_awaited(account: str, policy_arn: str) -> bool:
    """Whether `policy_arn` may name a managed policy of AWS that moto is still to be told of."""
    return policy_arn.startswith(_AWS_MANAGED) and not is_known(account, policy_arn)


def use_of(account: str, policy_arn: str) -> tuple[bool, int]:
    """Whether anyone has the managed policy attached or as boundary, and how many versions it has."""
    backend = _iam(account)
    policy = backend.managed_policies.get(policy_arn)
    if policy is None:
        return False, 0
    holders = [*backend.users.values(), *backend.roles.values()]
    bounding = any(getattr(holder, "permissions_boundary_arn", None) == policy_arn for holder in holders)
    return bounding or policy.attachment_count > 0, len(policy.versions)


def make_known(account: str, policy_arn: str) -> None:
    """Let moto know the managed policy of AWS that `policy_arn` names, if there is one."""
    backend = _iam(account)
    if not policy_arn.startswith(_AWS_MANAGED) or policy_arn in backend.managed_policies:
        return
    found = _aws_managed().get(policy_arn)
    if found is not None:
        _add(backend, *found)


def make_all_known(account: str) -> None:
    """Let moto know all managed policies of AWS: for whoever lists them."""
    backend = _iam(account)
    for arn, (name, data) in _aws_managed().items():
        if arn not in backend.managed_policies:
            _add(backend, name, data)


def of_bucket(bucket: str) -> tuple[str, str] | None:
    """`(account, policy)` of a bucket, the policy "" if it has none; None if there is no such bucket."""
    if "moto.s3.models" not in sys.modules:
        return None
    from moto.s3.models import s3_backends

    for account, partitions in list(s3_backends.items()):
        for backend in list(partitions.values()):
            found = backend.buckets.get(bucket)
            if found is not None:
                policy = found.policy or b""
                return account, policy.decode() if isinstance(policy, bytes) else str(policy)
    return None


@dataclass(frozen=True)
class Holdings:
    """What a user, group or role holds itself. inline: name → text. attached: ARNs of managed policies."""

    arn: str
    inline: dict[str, str]
    attached: tuple[str, ...]


def holdings(account: str, kind: str, name: str) -> Holdings | None:
    """What a `user`, `group` or `role` holds; None if there is none of that name."""
    holder = _holder(_iam(account), kind, name)
    return Holdings(holder.arn, dict(holder.policies), tuple(holder.managed_policies)) if holder else None


def groups_of(account: str, user_name: str) -> tuple[str, ...]:
    """The names of the groups a user is in."""
    backend = _iam(account)
    user = backend.users.get(user_name)
    return tuple(group.name for group in backend.groups.values() if user in group.users)


def boundary_of(account: str, kind: str, name: str) -> Document | None:
    """The permissions boundary of a user or role."""
    backend = _iam(account)
    holder = _holder(backend, kind, name)
    return _boundary(backend, holder) if holder else None


def _holder(backend: Any, kind: str, name: str) -> Any:
    """moto's user, group or role; None if there is none."""
    if kind == "role":
        return next((role for role in backend.roles.values() if role.name == name), None)
    holders = backend.users if kind == "user" else backend.groups
    return holders.get(name)


def _iam(account: str) -> Any:
    from moto.iam.models import iam_backends

    return iam_backends[account]["aws"]


def _add(backend: Any, name: str, data: dict[str, Any]) -> None:
    from moto.iam.models import AWSManagedPolicy

    policy = AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, data)
    backend.managed_policies[policy.arn] = policy


@cache
def _aws_managed() -> dict[str, tuple[str, dict[str, Any]]]:
    """All of them by ARN: 4.7 MB of JSON, parsed once."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    parsed = json.loads(aws_managed_policies_data)
    return {f"{_AWS_MANAGED[:-1]}{data['Path']}{name}": (name, data) for name, data in parsed.items()}


def _attached(holder: Any) -> list[Document]:
    inline = [Document(name, "", text) for name, text in holder.policies.items()]
    return inline + [_managed(policy) for policy in holder.managed_policies.values()]


def _managed(policy: Any) -> Document:
    default = next(v for v in policy.versions if v.version_id == policy.default_version_id)
    return Document(policy.name, policy.arn, default.document)


def _boundary(backend: Any, holder: Any) -> Document | None:
    """A boundary that names a policy which is gone allows nothing."""
    arn = getattr(holder, "permissions_boundary_arn", None)
    if not arn:
        return None
    policy = backend.managed_policies.get(arn)
    return _managed(policy) if policy is not None else Document(arn.rpartition("/")[2], arn, "{}")
