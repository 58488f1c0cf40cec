"""AWS::Logs::LogGroup."""

from __future__ import annotations

from sandbox.cloudformation import schemas
from sandbox.cloudformation.providers.base import Context, Json, Provider, Refused, handler_message
from sandbox.errors import AwsError


class LogGroup(Provider):
    type = "AWS::Logs::LogGroup"
    service = "logs"
    service_title = "CloudWatchLogs"
    name_property = "LogGroupName"
    exists_codes = frozenset(("ResourceAlreadyExistsException",))
    modelled = frozenset(("LogGroupName", "RetentionInDays", "Tags"))

    def check(self, logical_id: str, properties: Json) -> None:
        """The words: aws-cloudformation/aws-cloudformation-resource-providers-logs#94."""
        super().check(logical_id, properties)
        days = schemas.schema_of(self.type)["properties"]["RetentionInDays"]["enum"]
        if properties.get("RetentionInDays", days[0]) not in days:
            text = (
                "Model validation failed (#/RetentionInDays: #: only 1 subschema matches out of 2)\n"
                "#/RetentionInDays: failed validation constraint for keyword [enum] (#/RetentionInDays)"
            )
            raise Refused(handler_message(text, "InvalidRequest"))

    async def create(self, to: Context, properties: Json) -> None:
        name = properties.get("LogGroupName") or to.name(512)
        await to.call("CreateLogGroup", logGroupName=name, tags=to.tags or None)
        to.made(name)
        if "RetentionInDays" in properties:
            await self._retain(to, properties["RetentionInDays"])

    async def update(self, to: Context, old: Json, new: Json) -> None:
        if old.get("RetentionInDays") != new.get("RetentionInDays"):
            if "RetentionInDays" in new:
                await self._retain(to, new["RetentionInDays"])
            else:
                await to.call("DeleteRetentionPolicy", logGroupName=to.physical_id)
        arn = _arn(to)
        there = (await to.call("ListTagsForResource", resourceArn=arn)).get("tags") or {}
        gone = [key for key in there if key not in to.tags]
        if gone:
            await to.call("UntagResource", resourceArn=arn, tagKeys=gone)
        if to.tags:
            await to.call("TagResource", resourceArn=arn, tags=to.tags)

    async def delete(self, to: Context, properties: Json) -> None:
        try:
            await to.call("DeleteLogGroup", logGroupName=to.physical_id)
        except AwsError as error:
            if error.code != "ResourceNotFoundException":
                raise

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"Arn": f"{_arn(to)}:*"}

    async def _retain(self, to: Context, days: int) -> None:
        await to.call("PutRetentionPolicy", logGroupName=to.physical_id, retentionInDays=days)


def _arn(to: Context) -> str:
    return f"arn:aws:logs:{to.stack.region}:{to.stack.account}:log-group:{to.physical_id}"
