"""PutItem, UpdateItem and DeleteItem: one write, and what is told of it."""

from __future__ import annotations

from typing import Any

from sandbox.dynamodb.consumed import Consumed
from sandbox.dynamodb.items.answering import body, noted, refused
from sandbox.dynamodb.items.cancelled import conflict
from sandbox.dynamodb.items.table import ItemTable
from sandbox.dynamodb.items.writes import Write, Writing
from sandbox.dynamodb.model import Definition, Item
from sandbox.dynamodb.records import compact
from sandbox.errors import AwsError


class SingleWrite:
    """A write with a request of its own."""

    def __init__(self, given: dict[str, Any], writing: Writing) -> None:
        self._given = given
        self._writing = writing

    async def answer(self, table: ItemTable) -> bytes:
        return self.perform(table)

    def perform(self, table: ItemTable) -> bytes:
        """Do it, without waiting. Raises AwsError where it is refused, or its condition failed."""
        definition = table.definition
        write = self._writing.plan(table)
        if table.contents.is_held(write.place):
            raise conflict()
        with refused(table):
            table.capacity.admit_write(write.touched(definition))
        cost = write.cost(self._given["TableName"], definition)
        if write.holds:
            write.apply(table)
        table.capacity.charge(cost)
        noted(table, cost, replica=0, condition=None if self._writing.condition is None else write.holds)
        if not write.holds:
            wanted = self._given.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
            raise condition_failed(write.old.item if wanted and write.old else None)
        return self._told(write, cost, definition)

    def _told(self, write: Write, cost: Consumed, definition: Definition) -> bytes:
        metrics = None
        if self._given.get("ReturnItemCollectionMetrics") == "SIZE":
            metrics = collection_metrics(self._writing.key, definition)
        return body(
            Attributes=attributes(self._given.get("ReturnValues", "NONE"), write),
            ConsumedCapacity=cost.report(self._given.get("ReturnConsumedCapacity")),
            ItemCollectionMetrics=metrics,
        )


def condition_failed(item: Item | None) -> AwsError:
    """The refusal of a write whose condition does not hold (case ddb-cond-failed). item: to tell, if any."""
    error = AwsError("ConditionalCheckFailedException", "The conditional request failed", 400)
    if item is not None:
        error.fields["Item"] = item
    return error


def attributes(wanted: str, write: Write) -> bytes | None:
    """What ReturnValues answers, as JSON; None where there is nothing to tell."""
    if wanted == "ALL_OLD":
        return write.old.raw if write.old else None
    if wanted == "ALL_NEW":
        return write.new.raw if write.new else None
    if write.updated is None or wanted == "NONE":
        return None
    parts = write.updated.new_parts if wanted == "UPDATED_NEW" else write.updated.old_parts
    return compact(parts) if parts else None


def collection_metrics(key: Item, definition: Definition) -> dict[str, Any] | None:
    """The ItemCollectionMetrics of a table with local indexes, None of others.

    The estimate is between 0 and 1 GB: no collection here comes near the 10 GB that AWS allows.
    """
    if all(index.is_global for index in definition.indexes.values()):
        return None
    name = definition.schema.hash_key
    return {"ItemCollectionKey": {name: key[name]}, "SizeEstimateRangeGB": [0.0, 1.0]}
