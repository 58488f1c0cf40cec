"""What permissions depend on besides the call itself, looked up in moto's state: key names, paths, tags.

It is `sandbox.iam.actions.Lookup`, for one caller. Only services somebody has used are looked at.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any


class AccountState:
    """user: the name of the IAM user who calls, or "". stacks: finds the ARN of a stack."""

    def __init__(self, user: str = "", stacks: Callable[[str, str, str], str] | None = None) -> None:
        self._user = user
        self._stacks = stacks

    def key_name(self, arn: str) -> str | None:
        """The partition key's name of a table, or of an index; None where there is none."""
        parts = arn.split(":", 5)
        if len(parts) < 6:
            return None
        _, name, *rest = *parts[5].split("/"), ""
        table = _table(parts[4], parts[3], name)
        if table is None:
            return None
        if rest[0] == "index":
            return next((_hash_of(i.schema) for i in _indexes(table) if i.name == rest[1]), None)
        return str(table.hash_key_attr)

    def path(self, kind: str, account: str, name: str) -> str:
        """The path of an IAM entity; `/` for one that is not there (yet)."""
        iam = _backend("iam", account, "aws")
        if iam is None:
            return "/"
        found: Iterable[Any] = {
            "user": lambda: iam.users.values(),
            "group": lambda: iam.groups.values(),
            "role": lambda: iam.roles.values(),
            "instance-profile": lambda: iam.instance_profiles.values(),
        }.get(kind, lambda: ())()
        return next((str(entity.path) for entity in found if entity.name == name), "/")

    def tags(self, arn: str) -> Mapping[str, str]:
        """The tags of a resource; none of one that is not there."""
        parts = arn.split(":", 5)
        reader = _TAGS.get(parts[2]) if len(parts) == 6 else None
        return reader(arn, parts[4], parts[3], parts[5]) if reader else {}

    def boundary(self, arn: str) -> str:
        """The permissions boundary of a user or role, or ""."""
        account, kind, name = arn.split(":")[4], arn.split(":")[5].partition("/")[0], arn.rpartition("/")[2]
        iam = _backend("iam", account, "aws")
        if iam is None:
            return ""
        holders = iam.users.values() if kind == "user" else iam.roles.values()
        held = next((getattr(h, "permissions_boundary_arn", "") for h in holders if h.name == name), "")
        return held or ""

    def stack_arn(self, name: str, region: str, account: str) -> str:
        return self._stacks(name, region, account) if self._stacks else ""

    def function_of(self, mapping_arn: str) -> str:
        """The function that an event source mapping invokes, or ""."""
        parts = mapping_arn.split(":")
        functions = _backend("awslambda", parts[4], parts[3]) if len(parts) > 6 else None
        mapping = functions._event_source_mappings.get(parts[-1]) if functions else None
        return str(mapping.function_arn) if mapping is not None else ""

    def user_name(self) -> str:
        return self._user


def _backend(module: str, account: str, place: str) -> Any:
    """moto's backend of a service, or None if nobody has used the service yet."""
    models = sys.modules.get(f"moto.{module}.models")
    backends = getattr(models, f"{'lambda' if module == 'awslambda' else module}_backends", None)
    if backends is None or account not in backends or place not in backends[account]:
        return None
    return backends[account][place]


def _table(account: str, region: str, name: str) -> Any:
    backend = _backend("dynamodb", account, region)
    return backend.tables.get(name) if backend else None


def _indexes(table: Any) -> list[Any]:
    return [*table.indexes, *table.global_indexes]


def _hash_of(schema: list[dict[str, str]]) -> str | None:
    return next((key["AttributeName"] for key in schema if key["KeyType"] == "HASH"), None)


def _dict_of(tags: Any) -> dict[str, str]:
    if isinstance(tags, Mapping):
        return {
            str(key): value["Value"] if isinstance(value, dict) else str(value) for key, value in tags.items()
        }
    return {tag["Key"]: tag["Value"] for tag in tags or ()}


def _table_tags(arn: str, account: str, region: str, resource: str) -> dict[str, str]:
    table = _table(account, region, resource.split("/")[1] if "/" in resource else "")
    return _dict_of(table.tags) if table is not None else {}


def _function_tags(arn: str, account: str, region: str, resource: str) -> dict[str, str]:
    backend = _backend("awslambda", account, region)
    name = resource.split(":")[1] if resource.startswith("function:") else ""
    versions = backend._lambdas._functions.get(name) if backend and name else None
    latest = versions["latest"] if versions else None
    return _dict_of(latest.tags) if latest is not None else {}


def _identity_tags(arn: str, account: str, region: str, resource: str) -> dict[str, str]:
    iam = _backend("iam", account, "aws")
    if iam is None:
        return {}
    if resource.startswith("user/"):
        return _dict_of(iam.tagger.get_tag_dict_for_resource(arn))
    role = next((role for role in iam.roles.values() if role.arn == arn), None)
    if role is not None:
        return _dict_of(role.tags)
    policy = iam.managed_policies.get(arn)
    return _dict_of(policy.tags) if policy is not None else {}


def _group_tags(arn: str, account: str, region: str, resource: str) -> dict[str, str]:
    backend = _backend("logs", account, region)
    plain = ":".join(arn.split(":")[:7])
    return _dict_of(backend.tagger.get_tag_dict_for_resource(plain)) if backend else {}


def _bucket_tags(arn: str, account: str, region: str, resource: str) -> dict[str, str]:
    models = sys.modules.get("moto.s3.models")
    for partitions in list(getattr(models, "s3_backends", {}).values()):
        for backend in list(partitions.values()):
            if resource in backend.buckets:
                return _dict_of(backend.tagger.get_tag_dict_for_resource(backend.buckets[resource].arn))
    return {}


def _parameter_tags(arn: str, account: str, region: str, resource: str) -> dict[str, str]:
    backend = _backend("ssm", account, region)
    name = resource.removeprefix("parameter")
    found = backend._resource_tags.get("Parameter", {}) if backend else {}
    return _dict_of(found.get(name) or found.get(name.removeprefix("/")) or {})


_TAGS: dict[str, Callable[[str, str, str, str], Mapping[str, str]]] = {
    "dynamodb": _table_tags,
    "lambda": _function_tags,
    "iam": _identity_tags,
    "logs": _group_tags,
    "s3": _bucket_tags,
    "ssm": _parameter_tags,
}
"""By service: (ARN, account, region, the ARN's last part) → tags. Those of APIs are not looked up."""
