"""AWS::IAM::Role, AWS::IAM::ManagedPolicy and AWS::IAM::Policy."""

from __future__ import annotations

import json
from typing import Any

from sandbox.cloudformation.providers.base import Context, Json, Provider, Refused, tag_list
from sandbox.errors import AwsError

_PRINCIPALS = {"Roles": "Role", "Users": "User", "Groups": "Group"}
"""Property → what the operations on that kind of principal are called by."""

_MOST_VERSIONS = 5
"""Versions of a managed policy (IAM User Guide, *IAM and AWS STS quotas*)."""


class Role(Provider):
    type = "AWS::IAM::Role"
    service = "iam"
    service_title = "Iam"
    name_property = "RoleName"
    exists_codes = frozenset(("EntityAlreadyExists",))
    modelled = frozenset(
        (
            *("RoleName", "AssumeRolePolicyDocument", "Description", "ManagedPolicyArns", "Path"),
            *("MaxSessionDuration", "PermissionsBoundary", "Policies", "Tags"),
        )
    )

    async def create(self, to: Context, properties: Json) -> None:
        name = properties.get("RoleName") or to.name(64)
        await to.call(
            "CreateRole",
            RoleName=name,
            AssumeRolePolicyDocument=document(properties["AssumeRolePolicyDocument"]),
            Path=properties.get("Path"),
            Description=properties.get("Description"),
            MaxSessionDuration=properties.get("MaxSessionDuration"),
            PermissionsBoundary=properties.get("PermissionsBoundary"),
            Tags=tag_list(to.tags) or None,
        )
        to.made(name)
        await set_policies(to, "Role", {}, properties)

    async def update(self, to: Context, old: Json, new: Json) -> None:
        role = {"RoleName": to.physical_id}
        if old["AssumeRolePolicyDocument"] != new["AssumeRolePolicyDocument"]:
            trust = document(new["AssumeRolePolicyDocument"])
            await to.call("UpdateAssumeRolePolicy", PolicyDocument=trust, **role)
        await to.call(
            "UpdateRole",
            Description=new.get("Description", ""),
            MaxSessionDuration=new.get("MaxSessionDuration", 3600),
            **role,
        )
        if old.get("PermissionsBoundary") != new.get("PermissionsBoundary"):
            boundary = new.get("PermissionsBoundary")
            if boundary:
                await to.call("PutRolePermissionsBoundary", PermissionsBoundary=boundary, **role)
            else:
                await to.call("DeleteRolePermissionsBoundary", **role)
        await set_policies(to, "Role", old, new)
        await set_tags(to, "Role")

    async def delete(self, to: Context, properties: Json) -> None:
        role = {"RoleName": to.physical_id}
        try:
            attached = (await to.call("ListAttachedRolePolicies", **role))["AttachedPolicies"]
        except AwsError as error:
            if error.code == "NoSuchEntity":
                return
            raise
        await remove_policies(to, "Role", properties, attached)
        await to.call("DeleteRole", **role)

    async def attributes(self, to: Context, properties: Json) -> Json:
        role = (await to.call("GetRole", RoleName=to.physical_id))["Role"]
        return {"Arn": role["Arn"], "RoleId": role["RoleId"]}


class ManagedPolicy(Provider):
    type = "AWS::IAM::ManagedPolicy"
    service = "iam"
    service_title = "Iam"
    name_property = "ManagedPolicyName"
    exists_codes = frozenset(("EntityAlreadyExists",))
    modelled = frozenset(
        ("ManagedPolicyName", "Description", "Path", "PolicyDocument", "Roles", "Users", "Groups")
    )

    async def create(self, to: Context, properties: Json) -> None:
        answer = await to.call(
            "CreatePolicy",
            PolicyName=properties.get("ManagedPolicyName") or to.name(128),
            Path=properties.get("Path"),
            Description=properties.get("Description"),
            PolicyDocument=document(properties["PolicyDocument"]),
        )
        to.made(answer["Policy"]["Arn"])
        await self._attach(to, {}, properties)

    async def update(self, to: Context, old: Json, new: Json) -> None:
        if old["PolicyDocument"] != new["PolicyDocument"]:
            await self._make_room(to)
            await to.call(
                "CreatePolicyVersion",
                PolicyArn=to.physical_id,
                PolicyDocument=document(new["PolicyDocument"]),
                SetAsDefault=True,
            )
        await self._attach(to, old, new)

    async def delete(self, to: Context, properties: Json) -> None:
        await self._attach(to, properties, {})
        try:
            versions = await self._other_versions(to)
        except AwsError as error:
            if error.code == "NoSuchEntity":
                return
            raise
        for version in versions:
            await to.call("DeletePolicyVersion", PolicyArn=to.physical_id, VersionId=version)
        await to.call("DeletePolicy", PolicyArn=to.physical_id)

    async def attributes(self, to: Context, properties: Json) -> Json:
        policy = (await to.call("GetPolicy", PolicyArn=to.physical_id))["Policy"]
        names = (
            *("PolicyId", "DefaultVersionId", "AttachmentCount", "IsAttachable"),
            "PermissionsBoundaryUsageCount",
        )
        found = {name: policy[name] for name in names if name in policy}
        times = {name: policy[name].isoformat() for name in ("CreateDate", "UpdateDate") if name in policy}
        return {"PolicyArn": to.physical_id, **found, **times}

    async def _make_room(self, to: Context) -> None:
        """Remove the oldest version, where there may be no more."""
        others = await self._other_versions(to)
        if len(others) + 1 >= _MOST_VERSIONS:
            await to.call("DeletePolicyVersion", PolicyArn=to.physical_id, VersionId=others[-1])

    async def _other_versions(self, to: Context) -> list[str]:
        """The versions but the default one, newest first."""
        versions = (await to.call("ListPolicyVersions", PolicyArn=to.physical_id))["Versions"]
        others = [one["VersionId"] for one in versions if not one["IsDefaultVersion"]]
        return sorted(others, key=lambda version: int(version[1:]), reverse=True)

    async def _attach(self, to: Context, old: Json, new: Json) -> None:
        for key, kind in _PRINCIPALS.items():
            before, after = set(old.get(key) or ()), set(new.get(key) or ())
            for name in sorted(before - after):
                call = to.call(f"Detach{kind}Policy", PolicyArn=to.physical_id, **{f"{kind}Name": name})
                await gone_already(call)
            for name in sorted(after - before):
                await to.call(f"Attach{kind}Policy", PolicyArn=to.physical_id, **{f"{kind}Name": name})


class Policy(Provider):
    """An inline policy, put on roles, users and groups."""

    type = "AWS::IAM::Policy"
    service = "iam"
    service_title = "Iam"
    modelled = frozenset(("PolicyName", "PolicyDocument", "Roles", "Users", "Groups"))

    def check(self, logical_id: str, properties: Json) -> None:
        super().check(logical_id, properties)
        if not any(properties.get(key) for key in _PRINCIPALS):
            raise Refused("At least one of [Groups,Roles,Users] must be non-empty.")

    async def create(self, to: Context, properties: Json) -> None:
        to.made(to.name(128))
        await self._put(to, properties)

    async def update(self, to: Context, old: Json, new: Json) -> None:
        await self._put(to, new)
        same_name = old["PolicyName"] == new["PolicyName"]
        for key, kind in _PRINCIPALS.items():
            kept = set(new.get(key) or ()) if same_name else set()
            for name in sorted(set(old.get(key) or ()) - kept):
                await self._remove(to, kind, name, old["PolicyName"])

    async def delete(self, to: Context, properties: Json) -> None:
        for key, kind in _PRINCIPALS.items():
            for name in properties.get(key) or ():
                await self._remove(to, kind, name, properties["PolicyName"])

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"Id": to.physical_id}

    async def _put(self, to: Context, properties: Json) -> None:
        given = {
            "PolicyName": properties["PolicyName"],
            "PolicyDocument": document(properties["PolicyDocument"]),
        }
        for key, kind in _PRINCIPALS.items():
            for name in properties.get(key) or ():
                await to.call(f"Put{kind}Policy", **{f"{kind}Name": name}, **given)

    async def _remove(self, to: Context, kind: str, name: str, policy: str) -> None:
        await gone_already(to.call(f"Delete{kind}Policy", **{f"{kind}Name": name}, PolicyName=policy))


def document(value: Any) -> str:
    """A policy document as text, which is what the API takes."""
    return value if isinstance(value, str) else json.dumps(value)


def inline(properties: Json) -> Json:
    """Inline policies by their names."""
    return {one["PolicyName"]: one["PolicyDocument"] for one in properties.get("Policies") or ()}


async def gone_already(call: Any) -> None:
    """Await a call that removes something; that it is gone already is no error."""
    try:
        await call
    except AwsError as error:
        if error.code != "NoSuchEntity":
            raise


async def set_policies(to: Context, kind: str, old: Json, new: Json) -> None:
    """Attach managed policies and put inline ones; take away those that are gone. kind: Role or User."""
    named = {f"{kind}Name": to.physical_id}
    before, after = old.get("ManagedPolicyArns") or [], new.get("ManagedPolicyArns") or []
    for arn in before:
        if arn not in after:
            await gone_already(to.call(f"Detach{kind}Policy", PolicyArn=arn, **named))
    for arn in after:
        if arn not in before:
            await to.call(f"Attach{kind}Policy", PolicyArn=arn, **named)
    there, wanted = inline(old), inline(new)
    for name in there.keys() - wanted.keys():
        await gone_already(to.call(f"Delete{kind}Policy", PolicyName=name, **named))
    for name, policy in wanted.items():
        if there.get(name) != policy:
            await to.call(f"Put{kind}Policy", PolicyName=name, PolicyDocument=document(policy), **named)


async def remove_policies(to: Context, kind: str, properties: Json, attached: list[Json]) -> None:
    """Take away the policies of the template, so that the role or user can be deleted."""
    named = {f"{kind}Name": to.physical_id}
    ours = properties.get("ManagedPolicyArns") or ()
    for one in attached:
        if one["PolicyArn"] in ours:
            await to.call(f"Detach{kind}Policy", PolicyArn=one["PolicyArn"], **named)
    for one in properties.get("Policies") or ():
        await gone_already(to.call(f"Delete{kind}Policy", PolicyName=one["PolicyName"], **named))


async def set_tags(to: Context, kind: str) -> None:
    """Let the role or user have the template's tags and no others."""
    named = {f"{kind}Name": to.physical_id}
    listed = (await to.call(f"List{kind}Tags", **named)).get("Tags") or []
    gone = [one["Key"] for one in listed if one["Key"] not in to.tags]
    if gone:
        await to.call(f"Untag{kind}", TagKeys=gone, **named)
    if to.tags:
        await to.call(f"Tag{kind}", Tags=tag_list(to.tags), **named)
