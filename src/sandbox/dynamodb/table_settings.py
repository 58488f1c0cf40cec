"""Tags and time to live of tables, kept by moto, refused in DynamoDB's words.

Sources: API Reference *UpdateTimeToLive*, *TagResource*; what was measured on AWS in October 2026 by the ACK
API-quirks lab (DDB-TABLE-104 to 110, 442, 446).
"""

from __future__ import annotations

from typing import Any

from sandbox.api_call import ApiCall
from sandbox.dynamodb.answers import reply
from sandbox.dynamodb.control import Control, Operation
from sandbox.dynamodb.tables import Table, Tables
from sandbox.dynamodb.update_indexes import invalid
from sandbox.errors import AwsError
from sandbox.messages import Reply

Json = dict[str, Any]

MOST_TAGS = 50
_PAGE = 10
_INVALID = "One or more parameter values were invalid: "


class TableSettings:
    """The operations on tags and time to live, by name in `operations`."""

    def __init__(self, control: Control, tables: Tables) -> None:
        self._control = control
        self._tables = tables
        self.operations: dict[str, Operation] = {
            "UpdateTimeToLive": self._set_expiry,
            "DescribeTimeToLive": self._describe_expiry,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsOfResource": self._list_tags,
        }

    async def _set_expiry(self, call: ApiCall, account: str, given: Json) -> Reply:
        table = self._control.table(call, account, given)
        if table.progress.status == "CREATING":
            text = f"Requested resource not found: Table: {table.name} not found"
            raise AwsError("ResourceNotFoundException", text, 400)
        wanted: Json = given["TimeToLiveSpecification"]
        name, current = str(wanted["AttributeName"]), table.handle.table.ttl
        there = current.get("AttributeName") if current["TimeToLiveStatus"] == "ENABLED" else None
        if there is not None and there != name:
            text = "TimeToLive is active on a different AttributeName: current AttributeName is"
            raise invalid(f"{text} {there}")
        if bool(wanted["Enabled"]) == (there is not None):
            raise invalid(f"TimeToLive is already {'enabled' if there is not None else 'disabled'}")
        if wanted["Enabled"]:
            table.handle.table.ttl = {"TimeToLiveStatus": "ENABLED", "AttributeName": name}
        else:
            table.handle.table.ttl = {"TimeToLiveStatus": "DISABLED"}
        return reply({"TimeToLiveSpecification": wanted})

    async def _describe_expiry(self, call: ApiCall, account: str, given: Json) -> Reply:
        table = self._control.table(call, account, given)
        status = table.progress.status
        if status in ("CREATING", "DELETING"):
            raise invalid(
                f"Cannot describe time to live while table is in {status} state: "
                f"Current table state is {status}"
            )
        return reply({"TimeToLiveDescription": table.handle.table.ttl})

    async def _tag(self, call: ApiCall, account: str, given: Json) -> Reply:
        table = self._of_arn(call, account, given)
        tags = {one["Key"]: one["Value"] for one in table.handle.table.tags}
        tags |= {one["Key"]: one["Value"] for one in given["Tags"]}
        if len(tags) > MOST_TAGS:
            raise invalid("Number of Tags exceed the current limit for the provided ResourceArn")
        table.handle.table.tags = [{"Key": key, "Value": value} for key, value in tags.items()]
        return reply({})

    async def _untag(self, call: ApiCall, account: str, given: Json) -> Reply:
        table = self._of_arn(call, account, given)
        kept = [one for one in table.handle.table.tags if one["Key"] not in given["TagKeys"]]
        table.handle.table.tags = kept
        return reply({})

    async def _list_tags(self, call: ApiCall, account: str, given: Json) -> Reply:
        """Ten a page; a token that says nothing gives the first one (DDB-TABLE-073)."""
        tags: list[Json] = self._of_arn(call, account, given).handle.table.tags
        token = str(given.get("NextToken") or "")
        start = int(token) if token.isdigit() else 0
        result: Json = {"Tags": tags[start : start + _PAGE]}
        if len(tags) > start + _PAGE:
            result["NextToken"] = str(start + _PAGE)
        return reply(result)

    def _of_arn(self, call: ApiCall, account: str, given: Json) -> Table:
        arn = str(given.get("ResourceArn"))
        if not arn.startswith("arn:"):
            raise invalid(f"{_INVALID}ARNs must start with 'arn:': {arn}")
        parts = arn.split(":", 5)
        if len(parts) < 6 or parts[2] != "dynamodb":
            raise invalid(f"{_INVALID}Provided Arn is not a DynamoDB resource arn: {arn}")
        if not parts[5].startswith("table/") or "/index/" in arn:
            text = "Invalid resource arn provided, only table or stream is accepted. Provided resource arn:"
            raise invalid(f"{_INVALID}{text} {arn}")
        if parts[4] != account:
            action = f"dynamodb:{call.operation}"
            raise AwsError(
                "AccessDeniedException",
                f"User: arn:aws:iam::{account}:root is not authorized to perform: {action} on resource: "
                f"{arn} because no resource-based policy allows the {action} action",
                400,
            )
        if parts[3] != call.region:
            raise invalid(f"Invalid TableArn: Invalid ResourceArn provided as input {arn}")
        table = self._tables.look(account, call.region, arn)
        if table is None or table.progress.status in ("CREATING", "DELETING"):
            text = f"Requested resource not found: ResourceArn: {arn} not found"
            raise AwsError("ResourceNotFoundException", text, 400)
        return table
