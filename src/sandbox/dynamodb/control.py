"""The control plane: CreateTable, DescribeTable, DeleteTable, ListTables, DescribeLimits.

A state lasts a moment (`Options.table_state_seconds`), and DescribeTable is held back until it is over, for a
second at most: so the answers of CreateTable, UpdateTable and DeleteTable show every state, and a waiter
returns at its first look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend.moto_backend import MotoBackend
from sandbox.dynamodb import states
from sandbox.dynamodb.answers import reply
from sandbox.dynamodb.describe import describe
from sandbox.dynamodb.effects import Remove
from sandbox.dynamodb.states import Step
from sandbox.dynamodb.tables import Table, Tables
from sandbox.dynamodb.update import Update
from sandbox.errors import AwsError, NotModelled
from sandbox.messages import Reply

Json = dict[str, Any]

Operation = Callable[[ApiCall, str, Json], Awaitable[Reply]]
"""Takes a call, its account, and its parameters as `requests.check` gives them."""

LONGEST_HOLD = 1.0
"""Seconds for which a description is held back while a state is not final."""

MOST_NAMES = 100

_SHOWN_AT_THE_END = frozenset(
    (
        *("BillingModeSummary", "DeletionProtectionEnabled", "ItemCount", "LatestStreamArn", "TableArn"),
        *(
            "LatestStreamLabel",
            "ProvisionedThroughput",
            "TableId",
            "TableName",
            "TableSizeBytes",
            "TableStatus",
        ),
    )
)
"""What DeleteTable says of a table."""

_NOT_MODELLED_AT_CREATION = ("GlobalTableSourceArn", "OnDemandThroughput", "ResourcePolicy", "VectorIndexes")


class Control:
    """The operations on tables, by name in `operations`."""

    def __init__(self, tables: Tables, backend: MotoBackend) -> None:
        self._tables = tables
        self._backend = backend
        self.operations: dict[str, Operation] = {
            "CreateTable": self._create,
            "DescribeTable": self._describe,
            "UpdateTable": self._update,
            "DeleteTable": self._delete,
            "ListTables": self._list,
            "DescribeLimits": self._limits,
        }

    def table(self, call: ApiCall, account: str, given: Json) -> Table:
        """The table that a request names, in whatever state. Raises ResourceNotFoundException."""
        name = str(given.get("TableName"))
        table = self._tables.look(account, call.region, name)
        if table is None:
            raise not_found(name)
        return table

    async def _create(self, call: ApiCall, account: str, given: Json) -> Reply:
        name = str(given["TableName"]).rpartition("/")[2]
        async with self._backend.gate.together():
            there = self._tables.look(account, call.region, name)
        if there is not None:
            raise states.refusal_of_create(there.progress, name)
        refuse_members(given, _NOT_MODELLED_AT_CREATION, call.operation)
        for index in given.get("GlobalSecondaryIndexes") or ():
            refuse_index_members(index)
        await self._backend.call(call, account)
        table = self.table(call, account, given)
        table.table_class = str(given.get("TableClass") or "")
        if table.table_class == "STANDARD":
            table.table_class = ""
        return reply({"TableDescription": self.created(table, "WarmThroughput" not in given)})

    def created(self, table: Table, without_warm: bool = True) -> Json:
        """Let a table that was just made be CREATING for its while; its description.

        CreateTable does not say the warm throughput that it was not given (DDB-TABLE-033).
        """
        table.begin(Step("create", table.until(), table="CREATING"))
        described = describe(table)
        if without_warm:
            described.pop("WarmThroughput")
            for index in described.get("GlobalSecondaryIndexes", ()):
                index.pop("WarmThroughput")
        return described

    async def _describe(self, call: ApiCall, account: str, given: Json) -> Reply:
        table = self.table(call, account, given)
        if table.progress.last:
            await self.settled(table)
            table = self.table(call, account, given)
        return reply({"Table": describe(table)})

    async def settled(self, table: Table) -> None:
        """Wait until nothing of a table is under way, for `LONGEST_HOLD` at most."""
        left = table.progress.last - table.options.clock()
        # uvloop's clock ticks in milliseconds, so its timers may be one early.
        await asyncio.sleep(min(max(left, 0.0) + 0.002, LONGEST_HOLD))
        table.settle()

    async def _update(self, call: ApiCall, account: str, given: Json) -> Reply:
        table = self.table(call, account, given)
        return reply({"TableDescription": Update(table, given).make()})

    async def _delete(self, call: ApiCall, account: str, given: Json) -> Reply:
        table = self.table(call, account, given)
        refused = states.refusal_of_delete(table.progress, table.name)
        if refused is not None:
            raise refused
        if table.handle.table.deletion_protection_enabled:
            text = "Resource cannot be deleted as it is currently protected against deletion. "
            raise AwsError("ValidationException", text + "Disable deletion protection first.", 400)
        if table.stream is not None:
            table.stream.close()
        table.begin(Step("delete", table.until(), Remove(), table="DELETING"))
        described = describe(table)
        return reply({"TableDescription": {k: v for k, v in described.items() if k in _SHOWN_AT_THE_END}})

    async def _list(self, call: ApiCall, account: str, given: Json) -> Reply:
        limit = int(given.get("Limit") or MOST_NAMES)
        after = str(given.get("ExclusiveStartTableName") or "").encode()
        names = [one for one in self._tables.names(account, call.region) if one.encode() > after]
        result: Json = {"TableNames": names[:limit]}
        if len(names) > limit:
            result["LastEvaluatedTableName"] = names[limit - 1]
        return reply(result)

    async def _limits(self, call: ApiCall, account: str, given: Json) -> Reply:
        """The default quotas (DDB-TABLE-131; *Quotas in Amazon DynamoDB*)."""
        return reply(
            {
                "AccountMaxReadCapacityUnits": 80000,
                "AccountMaxWriteCapacityUnits": 80000,
                "TableMaxReadCapacityUnits": 40000,
                "TableMaxWriteCapacityUnits": 40000,
            }
        )


def not_found(name_or_arn: str) -> AwsError:
    """The control plane's word for a table that is not there (case ddb-404-control)."""
    name = name_or_arn.rpartition("/")[2]
    return AwsError(
        "ResourceNotFoundException", f"Requested resource not found: Table: {name} not found", 400
    )


def refuse_members(given: Json, names: tuple[str, ...], operation: str) -> None:
    """Name what is asked for and not modelled."""
    for name in names:
        if given.get(name):
            raise NotModelled(f"{name} of {operation}")


def refuse_index_members(index: Json) -> None:
    """Name what is asked of a global index and not modelled."""
    refuse_members(index, ("OnDemandThroughput",), "a global secondary index")
    kinds = [key.get("KeyType") for key in index.get("KeySchema") or () if isinstance(key, dict)]
    if kinds.count("HASH") > 1 or kinds.count("RANGE") > 1:
        raise NotModelled("global secondary indexes with several attributes in a key")
