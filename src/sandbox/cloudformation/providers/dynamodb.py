"""AWS::DynamoDB::Table.

Which change makes a new table: CloudFormation Template Reference, *AWS::DynamoDB::Table*, "Update requires".
"""

from __future__ import annotations

import asyncio
from typing import Any

from sandbox.cloudformation.providers.base import Context, Json, Provider, Refused, changed, tag_list
from sandbox.errors import AwsError, NotModelled

_CREATED_WITH = (
    *("AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexes"),
    *("LocalSecondaryIndexes", "DeletionProtectionEnabled"),
)
_LEAST_POLL, _POLLS = 0.02, 500
"""Seconds between two looks at a table that is being made, and how many before it is given up."""


class Table(Provider):
    type = "AWS::DynamoDB::Table"
    service = "dynamodb"
    service_title = "DynamoDb"
    name_property = "TableName"
    modelled = frozenset(
        (
            *_CREATED_WITH,
            *("TableName", "SSESpecification", "StreamSpecification", "Tags", "TimeToLiveSpecification"),
            "PointInTimeRecoverySpecification",
        )
    )
    replaces = frozenset(("KeySchema", "LocalSecondaryIndexes"))
    exists_codes = frozenset(("ResourceInUseException",))

    def replaced_by(self, old: Json, new: Json) -> set[str]:
        found = super().replaced_by(old, new)
        before, after = _types(old), _types(new)
        if any(after.get(name, kind) != kind for name, kind in before.items()):
            found.add("AttributeDefinitions")
        return found

    def check(self, logical_id: str, properties: Json) -> None:
        super().check(logical_id, properties)
        if _types(properties).keys() != _keys(properties):
            raise Refused(
                "Property AttributeDefinitions is inconsistent with the KeySchema of the table and the "
                "secondary indexes"
            )

    def check_update(self, old: Json, new: Json) -> None:
        differ = changed(old, new)
        if "SSESpecification" in differ:
            raise NotModelled(f"a change of SSESpecification of {self.type}")
        if "StreamSpecification" in differ and _stream(old) and _stream(new):
            raise NotModelled(f"another StreamViewType of {self.type}")
        _check_indexes(_indexes(old), _indexes(new))

    async def create(self, to: Context, properties: Json) -> None:
        name = properties.get("TableName") or to.name()
        given = {key: properties[key] for key in _CREATED_WITH if key in properties}
        await to.call(
            "CreateTable",
            TableName=name,
            StreamSpecification=_stream(properties),
            SSESpecification=_encryption(properties),
            Tags=tag_list(to.tags) or None,
            **given,
        )
        to.made(name)
        await _active(to)
        await _set_expiry(to, {}, properties)
        await _set_recovery(to, {}, properties)

    async def update(self, to: Context, old: Json, new: Json) -> None:
        table = (await to.call("DescribeTable", TableName=to.physical_id))["Table"]
        indexes = {one["IndexName"] for one in table.get("GlobalSecondaryIndexes") or ()}
        for step in _updates(old, new, indexes):
            if _is_done(step, table):
                continue
            await to.call("UpdateTable", TableName=to.physical_id, **step)
            await _active(to)
        await _set_expiry(to, old, new)
        await _set_recovery(to, old, new)
        await _set_tags(to)

    async def delete(self, to: Context, properties: Json) -> None:
        try:
            await _active(to)
            await to.call("DeleteTable", TableName=to.physical_id)
            await _active(to)
        except AwsError as error:
            if error.code != "ResourceNotFoundException":
                raise

    async def attributes(self, to: Context, properties: Json) -> Json:
        table = (await to.call("DescribeTable", TableName=to.physical_id))["Table"]
        found = {"Arn": table["TableArn"]}
        if table.get("LatestStreamArn"):
            found["StreamArn"] = table["LatestStreamArn"]
        return found


def _types(properties: Json) -> dict[str, str]:
    return {
        one["AttributeName"]: one["AttributeType"] for one in properties.get("AttributeDefinitions") or ()
    }


def _keys(properties: Json) -> set[str]:
    """The names of all key attributes of the table and its indexes."""
    schemas = [properties.get("KeySchema") or []]
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        schemas += [index["KeySchema"] for index in properties.get(kind) or ()]
    return {key["AttributeName"] for schema in schemas for key in schema}


def _stream(properties: Json) -> Json | None:
    given = properties.get("StreamSpecification")
    if not given:
        return None
    return {"StreamEnabled": True, "StreamViewType": given["StreamViewType"]}


def _encryption(properties: Json) -> Json | None:
    given = properties.get("SSESpecification")
    if not given:
        return None
    return {"Enabled": given["SSEEnabled"], **{k: v for k, v in given.items() if k != "SSEEnabled"}}


async def _active(to: Context) -> None:
    """Wait until the table and its indexes can be used. Raises AwsError where it is gone, or goes."""
    for _ in range(_POLLS):
        table = (await to.call("DescribeTable", TableName=to.physical_id))["Table"]
        indexes = table.get("GlobalSecondaryIndexes") or ()
        if table["TableStatus"] == "ACTIVE" and all(i["IndexStatus"] == "ACTIVE" for i in indexes):
            return
        await asyncio.sleep(_LEAST_POLL)
    raise Refused(f"Exceeded attempts to wait: {to.physical_id} did not become ACTIVE")


def _updates(old: Json, new: Json, indexes: set[str]) -> list[Json]:
    """The UpdateTable calls that lead from `old` to `new`: DynamoDB takes one kind of change a call.

    indexes: those that the table has, which an update that failed halfway may have changed.
    """
    differ = changed(old, new)
    steps: list[Json] = []
    if differ & {"BillingMode", "ProvisionedThroughput"}:
        steps.append(_capacity(new))
    definitions = {"AttributeDefinitions": new["AttributeDefinitions"]}
    steps += [{**step, **definitions} for step in _index_updates(old, new, indexes)]
    if "StreamSpecification" in differ:
        steps.append({"StreamSpecification": _stream(new) or {"StreamEnabled": False}})
    if "DeletionProtectionEnabled" in differ:
        steps.append({"DeletionProtectionEnabled": new.get("DeletionProtectionEnabled", False)})
    return steps


def _is_done(step: Json, table: Json) -> bool:
    """Whether the table is so already, as where a refused step is taken back: DynamoDB would refuse it."""
    if "StreamSpecification" in step:
        there = table.get("StreamSpecification") or {"StreamEnabled": False}
        return bool(step["StreamSpecification"] == there)
    mode = (table.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED")
    if "BillingMode" in step:
        return step["BillingMode"] == mode and _holds(step.get("ProvisionedThroughput"), table)
    for update in step.get("GlobalSecondaryIndexUpdates") or ():
        wanted = update.get("Update") or {}
        of_name = (
            i for i in table.get("GlobalSecondaryIndexes") or () if i["IndexName"] == wanted.get("IndexName")
        )
        return any(_holds(wanted["ProvisionedThroughput"], index) for index in of_name)
    return False


def _holds(throughput: Json | None, there: Json) -> bool:
    """Whether a table or index has the units already; on demand there are none to compare."""
    units = there.get("ProvisionedThroughput") or {}
    return all(units.get(name) == value for name, value in (throughput or {}).items())


def _capacity(new: Json) -> Json:
    mode = new.get("BillingMode", "PROVISIONED")
    if mode == "PAY_PER_REQUEST":
        return {"BillingMode": mode}
    return {"BillingMode": mode, "ProvisionedThroughput": new.get("ProvisionedThroughput")}


def _indexes(properties: Json) -> dict[str, Json]:
    return {one["IndexName"]: one for one in properties.get("GlobalSecondaryIndexes") or ()}


def _check_indexes(before: dict[str, Json], after: dict[str, Json]) -> None:
    """Raise Refused for changes of indexes that CloudFormation does not make."""
    if len(before.keys() ^ after.keys()) > 1:
        raise Refused("Cannot perform more than one GSI creation or deletion in a single update")
    for name in before.keys() & after.keys():
        if changed(before[name], after[name]) - {"ProvisionedThroughput"}:
            raise Refused(
                "Cannot update GSI's properties other than Provisioned Throughput and Contributor Insights "
                "Specification. You can create a new GSI with a different name."
            )


def _index_updates(old: Json, new: Json, there: set[str]) -> list[Json]:
    before, after = _indexes(old), _indexes(new)
    updates: list[Json] = []
    for name in sorted(before.keys() & after.keys()):
        throughput = after[name].get("ProvisionedThroughput")
        if throughput and throughput != before[name].get("ProvisionedThroughput"):
            updates.append({"Update": {"IndexName": name, "ProvisionedThroughput": throughput}})
    updates += [{"Delete": {"IndexName": name}} for name in before.keys() - after.keys() if name in there]
    updates += [{"Create": after[name]} for name in after.keys() - before.keys() if name not in there]
    return [{"GlobalSecondaryIndexUpdates": [one]} for one in updates]


async def _set_expiry(to: Context, old: Json, new: Json) -> None:
    before, after = old.get("TimeToLiveSpecification"), new.get("TimeToLiveSpecification")
    if before == after:
        return
    wanted = {**(before or {}), "Enabled": False, **(after or {})}
    told = await to.call("DescribeTimeToLive", TableName=to.physical_id)
    there = told["TimeToLiveDescription"]
    enabled = there["TimeToLiveStatus"] in ("ENABLED", "ENABLING")
    # DynamoDB refuses to disable what is not enabled, and to enable what is; templates may say either.
    if wanted["Enabled"] == enabled and (not enabled or wanted["AttributeName"] == there["AttributeName"]):
        return
    await to.call("UpdateTimeToLive", TableName=to.physical_id, TimeToLiveSpecification=wanted)


async def _set_recovery(to: Context, old: Json, new: Json) -> None:
    name = "PointInTimeRecoverySpecification"
    if old.get(name) == new.get(name):
        return
    wanted = new.get(name) or {"PointInTimeRecoveryEnabled": False}
    await to.call(
        "UpdateContinuousBackups", TableName=to.physical_id, PointInTimeRecoverySpecification=wanted
    )


async def _set_tags(to: Context) -> None:
    """Leave exactly the tags that the template and the stack say, besides those of AWS."""
    arn = (await to.call("DescribeTable", TableName=to.physical_id))["Table"]["TableArn"]
    listed: list[Any] = (await to.call("ListTagsOfResource", ResourceArn=arn)).get("Tags") or []
    there = {one["Key"]: one["Value"] for one in listed if not one["Key"].startswith("aws:")}
    gone = [key for key in there if key not in to.tags]
    if gone:
        await to.call("UntagResource", ResourceArn=arn, TagKeys=gone)
    if any(there.get(key) != value for key, value in to.tags.items()):
        await to.call("TagResource", ResourceArn=arn, Tags=tag_list(to.tags))
