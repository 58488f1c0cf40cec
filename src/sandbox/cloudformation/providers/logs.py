"""AWS::Logs::LogGroup."""

from __future__ import annotations

from sandbox.cloudformation.providers.base import Context, Json, Provider
from sandbox.errors import AwsError


class LogGroup(Provider):
    type = "AWS::Logs::LogGroup"
    service = "logs"
    service_title = "CloudWatchLogs"
    name_property = "LogGroupName"
    exists_codes = frozenset(("ResourceAlreadyExistsException",))
    modelled = frozenset(("LogGroupName", "RetentionInDays", "Tags"))

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
        there = (await to.call("ListTagsLogGroup", logGroupName=to.physical_id)).get("tags") or {}
        gone = [key for key in there if key not in to.tags]
        if gone:
            await to.call("UntagLogGroup", logGroupName=to.physical_id, tags=gone)
        if to.tags:
            await to.call("TagLogGroup", logGroupName=to.physical_id, tags=to.tags)

    async def delete(self, to: Context, properties: Json) -> None:
        try:
            await to.call("DeleteLogGroup", logGroupName=to.physical_id)
        except AwsError as error:
            if error.code != "ResourceNotFoundException":
                raise

    async def attributes(self, to: Context, properties: Json) -> Json:
        stack = to.stack
        return {"Arn": f"arn:aws:logs:{stack.region}:{stack.account}:log-group:{to.physical_id}:*"}

    async def _retain(self, to: Context, days: int) -> None:
        await to.call("PutRetentionPolicy", logGroupName=to.physical_id, retentionInDays=days)
