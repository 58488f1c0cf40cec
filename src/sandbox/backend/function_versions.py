"""Versions and aliases of functions, and resource policies, on moto's objects.

moto's versions share their policy with `$LATEST`, count deleted versions again, are published anew after a
change that was taken back, and its aliases have no policy and no revision of their own.
"""

from __future__ import annotations

import copy
import uuid
from typing import Any

from sandbox.backend import event_invoke
from sandbox.backend.functions import content_of, find_alias, find_function, storage


def versions(account: str, region: str, name: str) -> list[dict[str, Any]]:
    """`$LATEST` and the versions of a function, oldest first, as moto's GetFunctionConfiguration has them."""
    found = storage(account, region)._functions[name]
    return [one.get_configuration() for one in (found["latest"], *found["versions"])]


def publish(account: str, region: str, name: str, description: str | None = None) -> str:
    """The number of the version that holds what `$LATEST` is now: the newest, or a new one."""
    from moto.awslambda.policy import Policy

    stored = storage(account, region)
    kept = stored._functions[name]
    latest, there = kept["latest"], kept["versions"]
    content = content_of(latest)
    if there and there[-1].sandbox_content == content:
        return str(there[-1].version)
    version = copy.copy(latest)
    number = kept["sandbox_published"] = kept.get("sandbox_published", 0) + 1
    version.set_version(number)
    version.code = dict(latest.code)
    version.policy = Policy(version)
    version.tags = {}
    version.revision_id = str(uuid.uuid4())
    version.sandbox_content = content
    if description is not None:
        version.description = description
    there.append(version)
    stored._arns[version.function_arn] = version  # moto's DeleteFunction looks there
    latest.revision_id = str(uuid.uuid4())
    return str(number)


def remove_version(account: str, region: str, name: str, version: str) -> None:
    """Delete a version; one that is not there is no error."""
    stored = storage(account, region)
    kept = stored._functions[name]
    stored._arns.pop(f"{_arn(account, region, name)}:{version}", None)
    kept["versions"][:] = [one for one in kept["versions"] if str(one.version) != version]
    event_invoke.remove(account, region, name, version)


# ---- aliases -----------------------------------------------------------------------------------------


def aliases(account: str, region: str, name: str) -> list[dict[str, Any]]:
    """The aliases of a function, by their names."""
    found = storage(account, region)._aliases[_arn(account, region, name)]
    return [alias_json(found[key]) for key in sorted(found)]


def put_alias(account: str, region: str, name: str, alias: str, members: dict[str, Any]) -> dict[str, Any]:
    """Make or change an alias. members: Description, FunctionVersion, RoutingConfig."""
    from moto.awslambda.models import LambdaAlias
    from moto.awslambda.policy import Policy

    there = storage(account, region)._aliases[_arn(account, region, name)]
    found: Any = there.get(alias)
    if found is None:
        found = LambdaAlias(account, region, alias, name, "", "", "")
        found.function_arn = found.arn
        found.policy = Policy(found)
        there[alias] = found
    found.update(members.get("Description"), members.get("FunctionVersion"), members.get("RoutingConfig"))
    found.revision_id = str(uuid.uuid4())
    return alias_json(found)


def remove_alias(account: str, region: str, name: str, alias: str) -> None:
    """Delete an alias; one that is not there is no error."""
    storage(account, region)._aliases[_arn(account, region, name)].pop(alias, None)
    event_invoke.remove(account, region, name, alias)


def alias_json(alias: Any) -> dict[str, Any]:
    """An alias as the API gives it."""
    weights = (alias.routing_config or {}).get("AdditionalVersionWeights")
    given: dict[str, Any] = alias.to_json()
    given.pop("RoutingConfig")
    return {**given, **({"RoutingConfig": {"AdditionalVersionWeights": weights}} if weights else {})}


def _arn(account: str, region: str, name: str) -> str:
    return f"arn:aws:lambda:{region}:{account}:function:{name}"


# ---- resource policies -------------------------------------------------------------------------------


def _holder(account: str, region: str, name: str, qualifier: str) -> Any:
    """What has a policy of its own: the function, a version or an alias; None without one."""
    if qualifier == "$LATEST" or qualifier.isdecimal():
        return find_function(account, region, name, qualifier)
    return find_alias(account, region, name, qualifier)


def policy(account: str, region: str, name: str, qualifier: str) -> Any:
    """moto's policy of a function, a version or an alias; None without one."""
    holder = _holder(account, region, name, qualifier)
    return None if holder is None else holder.policy


def revision(account: str, region: str, name: str, qualifier: str) -> str:
    """The RevisionId of a function, a version or an alias, which is its policy's too."""
    return str(_holder(account, region, name, qualifier).revision_id)


def statements(account: str, region: str, name: str, qualifier: str) -> list[dict[str, Any]]:
    """The statements of a resource policy."""
    return list(_holder(account, region, name, qualifier).policy.statements)


def add_statement(account: str, region: str, name: str, qualifier: str, statement: dict[str, Any]) -> None:
    """Add a statement, as policies have it."""
    holder = _holder(account, region, name, qualifier)
    holder.policy.statements.append(statement)
    holder.policy.revision = holder.revision_id = str(uuid.uuid4())


def remove_statement(account: str, region: str, name: str, qualifier: str, sid: str) -> None:
    """Remove a statement that is there."""
    holder = _holder(account, region, name, qualifier)
    holder.policy.statements[:] = [one for one in holder.policy.statements if one["Sid"] != sid]
    holder.policy.revision = holder.revision_id = str(uuid.uuid4())


# ---- tags --------------------------------------------------------------------------------------------


def tags(account: str, region: str, name: str) -> dict[str, str]:
    """The tags of a function."""
    return dict(find_function(account, region, name, "$LATEST").tags)


def set_tags(account: str, region: str, name: str, wanted: dict[str, str]) -> None:
    """Let a function have these tags and no others."""
    find_function(account, region, name, "$LATEST").tags = dict(wanted)
