"""AWS::SSM::Parameter."""

from __future__ import annotations

from sandbox.cloudformation.providers.base import Context, Json, Provider, Refused, tag_list
from sandbox.errors import AwsError

_PUT = ("Type", "Value", "Description", "AllowedPattern", "Tier", "DataType")


class Parameter(Provider):
    type = "AWS::SSM::Parameter"
    service = "ssm"
    service_title = "AWSSimpleSystemsManagement"
    name_property = "Name"
    modelled = frozenset((*_PUT, "Name", "Tags"))
    getatt = frozenset(("Type", "Value"))

    def check(self, logical_id: str, properties: Json) -> None:
        # This type's handler is older than AWS's schema validator (case cfn-create-failed-event).
        for name in ("Type", "Value"):
            if name not in properties:
                raise Refused(f"Property validation failure: [The property {{/{name}}} is required]")
        super().check(logical_id, properties)

    async def create(self, to: Context, properties: Json) -> None:
        name = properties.get("Name") or f"CFN-{properties['Type']}-{to.name(200)}"
        try:
            await self._put(to, name, properties, overwrite=False)
        except AwsError as error:
            if error.code == "ParameterAlreadyExists":
                raise Refused(f"{name} already exists") from error
            raise
        to.made(name)
        if to.tags:
            await to.call(
                "AddTagsToResource", ResourceType="Parameter", ResourceId=name, Tags=tag_list(to.tags)
            )

    async def update(self, to: Context, old: Json, new: Json) -> None:
        await self._put(to, to.physical_id, new, overwrite=True)
        of = {"ResourceType": "Parameter", "ResourceId": to.physical_id}
        listed = (await to.call("ListTagsForResource", **of)).get("TagList") or []
        gone = [one["Key"] for one in listed if one["Key"] not in to.tags]
        if gone:
            await to.call("RemoveTagsFromResource", TagKeys=gone, **of)
        if to.tags:
            await to.call("AddTagsToResource", Tags=tag_list(to.tags), **of)

    async def delete(self, to: Context, properties: Json) -> None:
        try:
            await to.call("DeleteParameter", Name=to.physical_id)
        except AwsError as error:
            if error.code != "ParameterNotFound":
                raise

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"Type": properties["Type"], "Value": properties["Value"]}

    async def _put(self, to: Context, name: str, properties: Json, *, overwrite: bool) -> None:
        given = {key: properties[key] for key in _PUT if key in properties}
        await to.call("PutParameter", Name=name, Overwrite=overwrite, **given)
