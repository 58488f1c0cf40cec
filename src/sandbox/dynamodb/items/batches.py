"""BatchGetItem and BatchWriteItem: many reads or writes, each by itself.

Sources: API Reference *BatchGetItem*, *BatchWriteItem*: what is throttled comes back as unprocessed, and
only if nothing could be processed is the throttle the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.dynamodb.consumed import Consumed, read_units
from sandbox.dynamodb.expressions import Projection
from sandbox.dynamodb.items import checks, compiling
from sandbox.dynamodb.items.answering import body, noted, refused
from sandbox.dynamodb.items.reads import projected, replica_for
from sandbox.dynamodb.items.single_writes import collection_metrics
from sandbox.dynamodb.items.table import ItemTable
from sandbox.dynamodb.items.writes import Delete, Put, Write, Writing
from sandbox.dynamodb.model import Item
from sandbox.dynamodb.records import compact
from sandbox.dynamodb.requests.keys import check_key
from sandbox.dynamodb.requests.words import duplicate_keys
from sandbox.errors import AwsError

LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes of items after which the keys that are left are unprocessed."""

Find = Callable[[str], ItemTable]


class _Reads:
    """The keys that are asked of one table."""

    def __init__(self, name: str, given: dict[str, Any]) -> None:
        self.name = name
        self.given = given
        known = compiling.placeholders(given)
        self.projection: Projection | None = compiling.projection(given, known)
        known.check_all_used()
        self.consistent = bool(given.get("ConsistentRead"))
        self.found: list[bytes] = []
        self.left: list[Item] = []
        self.cost = Consumed(name)

    def check(self, table: ItemTable) -> None:
        for key in self.given["Keys"]:
            check_key(key, table.definition.schema)
        if self.projection is not None:
            checks.check_nested(self.projection.nested, table.definition)


class BatchGet:
    """A BatchGetItem whose expressions are read."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._mode = given.get("ReturnConsumedCapacity")
        self._tables = [_Reads(name, wanted) for name, wanted in given["RequestItems"].items()]
        self._bytes = 0
        self._throttle: AwsError | None = None

    async def answer(self, find: Find) -> bytes:
        """Read, without waiting. find: a table by its name or ARN. Raises AwsError where it is refused."""
        pairs = [(reads, find(reads.name)) for reads in self._tables]
        for reads, table in pairs:
            reads.check(table)
        for reads, table in pairs:
            for key in reads.given["Keys"]:
                self._read(reads, table, key)
            noted(table, reads.cost, keys=len(reads.given["Keys"]), unprocessed=len(reads.left) or None)
        if self._throttle is not None and not any(reads.cost.read for reads in self._tables):
            raise self._throttle
        found = [b"%s:[%s]" % (compact(reads.name), b",".join(reads.found)) for reads in self._tables]
        left = {reads.name: {**reads.given, "Keys": reads.left} for reads in self._tables if reads.left}
        return body(
            Responses=b"{%s}" % b",".join(found),
            UnprocessedKeys=left,
            ConsumedCapacity=_reports([reads.cost for reads in self._tables], self._mode),
        )

    def _read(self, reads: _Reads, table: ItemTable, key: Item) -> None:
        if self._bytes >= LARGEST_ANSWER:
            reads.left.append(key)
            return
        try:
            with refused(table):
                table.capacity.admit_read()
        except AwsError as throttle:
            self._throttle = throttle
            reads.left.append(key)
            return
        record = table.contents.read(key, replica_for(table, reads.consistent))
        cost = Consumed(reads.name, read=read_units(record.size if record else 0, reads.consistent))
        table.capacity.charge(cost)
        reads.cost += cost
        if record is not None:
            self._bytes += record.size
            reads.found.append(projected(record, reads.projection) or b"{}")


class _Writes:
    """The writes that are asked of one table, with what each was asked by."""

    def __init__(self, name: str, requests: list[dict[str, Any]]) -> None:
        self.name = name
        self.pairs = [(request, _writing(request)) for request in requests]
        self.left: list[dict[str, Any]] = []
        self.metrics: list[dict[str, Any]] = []
        self.cost = Consumed(name)

    def check(self, table: ItemTable) -> None:
        """Pass writes that fit the table, each to an item of its own (case ddb-batch-dup)."""
        for _, writing in self.pairs:
            writing.check(table)
        places = {table.contents.place(writing.key) for _, writing in self.pairs}
        if len(places) != len(self.pairs):
            raise duplicate_keys()


class BatchWrite:
    """A BatchWriteItem."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._mode = given.get("ReturnConsumedCapacity")
        self._wants_metrics = given.get("ReturnItemCollectionMetrics") == "SIZE"
        self._tables = [_Writes(name, requests) for name, requests in given["RequestItems"].items()]
        self._throttle: AwsError | None = None

    async def answer(self, find: Find) -> bytes:
        """Write, without waiting. find: a table by its name or ARN. Raises AwsError where it is refused."""
        pairs = [(writes, find(writes.name)) for writes in self._tables]
        for writes, table in pairs:
            writes.check(table)
        for writes, table in pairs:
            for request, writing in writes.pairs:
                self._write(writes, table, request, writing)
            noted(table, writes.cost, writes=len(writes.pairs), unprocessed=len(writes.left) or None)
        if self._throttle is not None and not any(writes.cost.write for writes in self._tables):
            raise self._throttle
        metrics = {writes.name: writes.metrics for writes in self._tables if writes.metrics}
        return body(
            UnprocessedItems={writes.name: writes.left for writes in self._tables if writes.left},
            ItemCollectionMetrics=metrics or None,
            ConsumedCapacity=_reports([writes.cost for writes in self._tables], self._mode),
        )

    def _write(self, writes: _Writes, table: ItemTable, request: dict[str, Any], writing: Writing) -> None:
        write = writing.plan(table)
        if not self._admitted(write, table):
            writes.left.append(request)
            return
        write.apply(table)
        cost = write.cost(writes.name, table.definition)
        table.capacity.charge(cost)
        writes.cost += cost
        metrics = collection_metrics(writing.key, table.definition) if self._wants_metrics else None
        if metrics is not None:
            writes.metrics.append(metrics)

    def _admitted(self, write: Write, table: ItemTable) -> bool:
        """Whether the write may be done: the table takes it, and no transaction is at work on the item."""
        if table.contents.is_held(write.place):
            return False
        try:
            with refused(table):
                table.capacity.admit_write(write.touched(table.definition))
        except AwsError as throttle:
            self._throttle = throttle
            return False
        return True


def _writing(request: dict[str, Any]) -> Writing:
    if "PutRequest" in request:
        return Put(request["PutRequest"])
    return Delete(request["DeleteRequest"])


def _reports(costs: list[Consumed], mode: str | None) -> list[dict[str, Any]] | None:
    """The ConsumedCapacity of all tables; None where it is not asked for."""
    reports = [report for cost in costs if (report := cost.report(mode)) is not None]
    return reports or None
