"""AWS::SSM::Parameter.

Names that CloudFormation makes, and that it makes no SecureString: AWS's handler of the type
(aws-cloudformation/aws-cloudformation-resource-providers-ssm, aws-ssm-parameter, CreateHandler).
"""

from __future__ import annotations

import re

from sandbox.cloudformation.providers.base import (
    Context,
    Json,
    Provider,
    Refused,
    handler_message,
    tag_list,
)
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
        if str(properties["Type"]).lower() == "securestring":
            text = "SSM Parameters of type SecureString cannot be created using CloudFormation"
            raise Refused(handler_message(text, "InvalidRequest"))

    async def create(self, to: Context, properties: Json) -> None:
        name = properties.get("Name") or f"CFN-{to.own_name()}"
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
        place = f"arn:aws:ssm:{to.stack.region}:{to.stack.account}:parameter"
        told = {"Type": properties["Type"], "Value": properties["Value"]}
        return {**told, "Arn": f"{place}/{to.physical_id.removeprefix('/')}"}

    async def _put(self, to: Context, name: str, properties: Json, *, overwrite: bool) -> None:
        _check_pattern(properties)
        given = {key: properties[key] for key in _PUT if key in properties}
        await to.call("PutParameter", Name=name, Overwrite=overwrite, **given)


def _check_pattern(properties: Json) -> None:
    """What PutParameter itself checks (Systems Manager User Guide, *Create a parameter*)."""
    pattern = properties.get("AllowedPattern")
    if pattern and re.search(str(pattern), str(properties["Value"])) is None:
        text = f"Parameter value, cannot be validated against allowedPattern: {pattern}"
        raise AwsError("ParameterPatternMismatchException", text, 400)
