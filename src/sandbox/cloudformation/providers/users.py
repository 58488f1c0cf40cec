"""AWS::IAM::User and AWS::IAM::AccessKey."""

from __future__ import annotations

from sandbox.cloudformation.providers.base import Context, Json, Provider, tag_list
from sandbox.cloudformation.providers.iam import gone_already, remove_policies, set_policies, set_tags
from sandbox.errors import AwsError


class User(Provider):
    type = "AWS::IAM::User"
    service = "iam"
    service_title = "Iam"
    name_property = "UserName"
    exists_codes = frozenset(("EntityAlreadyExists",))
    modelled = frozenset(
        ("Groups", "ManagedPolicyArns", "Path", "PermissionsBoundary", "Policies", "Tags", "UserName")
    )

    async def create(self, to: Context, properties: Json) -> None:
        name = properties.get("UserName") or to.name(64)
        await to.call(
            "CreateUser",
            UserName=name,
            Path=properties.get("Path"),
            PermissionsBoundary=properties.get("PermissionsBoundary"),
            Tags=tag_list(to.tags) or None,
        )
        to.made(name)
        await set_policies(to, "User", {}, properties)
        await _set_groups(to, {}, properties)

    async def update(self, to: Context, old: Json, new: Json) -> None:
        user = {"UserName": to.physical_id}
        if old.get("Path") != new.get("Path"):
            await to.call("UpdateUser", NewPath=new.get("Path", "/"), **user)
        boundary = new.get("PermissionsBoundary")
        if old.get("PermissionsBoundary") != boundary:
            if boundary:
                await to.call("PutUserPermissionsBoundary", PermissionsBoundary=boundary, **user)
            else:
                await to.call("DeleteUserPermissionsBoundary", **user)
        await set_policies(to, "User", old, new)
        await _set_groups(to, old, new)
        await set_tags(to, "User")

    async def delete(self, to: Context, properties: Json) -> None:
        user = {"UserName": to.physical_id}
        try:
            attached = (await to.call("ListAttachedUserPolicies", **user))["AttachedPolicies"]
        except AwsError as error:
            if error.code == "NoSuchEntity":
                return
            raise
        await remove_policies(to, "User", properties, attached)
        await _set_groups(to, properties, {})
        await to.call("DeleteUser", **user)

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"Arn": (await to.call("GetUser", UserName=to.physical_id))["User"]["Arn"]}


class AccessKey(Provider):
    """A key of a user. Its secret is told once, when it is made, so the stack keeps it."""

    type = "AWS::IAM::AccessKey"
    service = "iam"
    service_title = "Iam"
    modelled = frozenset(("Serial", "Status", "UserName"))

    async def create(self, to: Context, properties: Json) -> None:
        key = (await to.call("CreateAccessKey", UserName=properties["UserName"]))["AccessKey"]
        to.known = {"Id": key["AccessKeyId"], "SecretAccessKey": key["SecretAccessKey"]}
        to.made(key["AccessKeyId"])
        if properties.get("Status", "Active") != "Active":
            await self._set_status(to, properties)

    async def update(self, to: Context, old: Json, new: Json) -> None:
        if old.get("Status", "Active") != new.get("Status", "Active"):
            await self._set_status(to, new)

    async def delete(self, to: Context, properties: Json) -> None:
        call = to.call("DeleteAccessKey", UserName=properties["UserName"], AccessKeyId=to.physical_id)
        await gone_already(call)

    async def attributes(self, to: Context, properties: Json) -> Json:
        return to.known

    async def _set_status(self, to: Context, properties: Json) -> None:
        await to.call(
            "UpdateAccessKey",
            UserName=properties["UserName"],
            AccessKeyId=to.physical_id,
            Status=properties.get("Status", "Active"),
        )


async def _set_groups(to: Context, old: Json, new: Json) -> None:
    before, after = old.get("Groups") or [], new.get("Groups") or []
    for group in before:
        if group not in after:
            await gone_already(to.call("RemoveUserFromGroup", GroupName=group, UserName=to.physical_id))
    for group in after:
        if group not in before:
            await to.call("AddUserToGroup", GroupName=group, UserName=to.physical_id)
