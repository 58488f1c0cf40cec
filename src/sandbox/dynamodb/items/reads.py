"""GetItem, and one read of one item as batches do it."""

from __future__ import annotations

from typing import Any

from sandbox.dynamodb.consumed import Consumed, read_units
from sandbox.dynamodb.expressions import Projection
from sandbox.dynamodb.items import checks, compiling
from sandbox.dynamodb.items.answering import body, noted, refused
from sandbox.dynamodb.items.table import ItemTable
from sandbox.dynamodb.model import Item
from sandbox.dynamodb.records import Record, compact
from sandbox.dynamodb.replicas import LEADER
from sandbox.dynamodb.requests.keys import check_key


class Get:
    """A GetItem whose expressions are read."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._given = given
        self._key: Item = given["Key"]
        self._consistent = bool(given.get("ConsistentRead"))
        known = compiling.placeholders(given)
        self._projection = compiling.projection(given, known)
        known.check_all_used()

    async def answer(self, table: ItemTable) -> bytes:
        return self.perform(table)

    def perform(self, table: ItemTable) -> bytes:
        """Read, without waiting. Raises AwsError where it is refused."""
        check_key(self._key, table.definition.schema)
        if self._projection is not None:
            checks.check_nested(self._projection.nested, table.definition)
        with refused(table):
            table.capacity.admit_read()
        replica = replica_for(table, self._consistent)
        record = table.contents.read(self._key, replica)
        units = read_units(record.size if record else 0, self._consistent)
        cost = Consumed(self._given["TableName"], read=units)
        table.capacity.charge(cost)
        noted(table, cost, replica=replica)
        return body(
            Item=projected(record, self._projection),
            ConsumedCapacity=cost.report(self._given.get("ReturnConsumedCapacity")),
        )


def replica_for(table: ItemTable, consistent: bool) -> int:
    """Which replica a read asks: the leader, or for eventually consistent reads each in turn."""
    return LEADER if consistent else table.contents.replicas.next_replica()


def projected(record: Record | None, projection: Projection | None) -> bytes | None:
    """What is asked for of an item, as JSON; None where there is no item."""
    if record is None or projection is None:
        return record and record.raw
    return compact(projection(record.item))
