"""TransactGetItems and TransactWriteItems: all of it or nothing, and which action it failed at.

Sources: API Reference *TransactWriteItems* and *TransactGetItems*; Developer Guide *Amazon DynamoDB
Transactions: How it works*; cases ddb-transact-cancelled, ddb-transact-dup.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sandbox.dynamodb.consumed import Consumed, read_units
from sandbox.dynamodb.expressions import Projection
from sandbox.dynamodb.items import checks, compiling
from sandbox.dynamodb.items.answering import body, noted, refused
from sandbox.dynamodb.items.batches import Find
from sandbox.dynamodb.items.cancelled import CONFLICT, NONE, Reason, cancelled, reason_of
from sandbox.dynamodb.items.reads import projected
from sandbox.dynamodb.items.single_writes import collection_metrics
from sandbox.dynamodb.items.table import ItemTable
from sandbox.dynamodb.items.tokens import Tokens
from sandbox.dynamodb.items.writes import ConditionCheck, Delete, Put, Update, Write, Writing
from sandbox.dynamodb.records import Record
from sandbox.dynamodb.requests.keys import check_key
from sandbox.dynamodb.requests.words import invalid
from sandbox.errors import AwsError

LARGEST = 4 * 1024 * 1024
"""Bytes of all items of a transaction."""

_KINDS: dict[str, Callable[[dict[str, Any]], Writing]] = {
    "Put": Put,
    "Update": Update,
    "Delete": Delete,
    "ConditionCheck": ConditionCheck,
}


class Action:
    """One action of a TransactWriteItems, and what is known of it so far."""

    def __init__(self, kind: str, given: dict[str, Any]) -> None:
        self.given = given
        self.name: str = given["TableName"]
        self.writing = _KINDS[kind](given)
        self.table: ItemTable
        self.place: bytes | None = None
        self.write: Write | None = None
        self.reason: Reason = NONE

    def locate(self, find: Find) -> None:
        """Find the table, and the item's place in it; `reason` says why there is none."""
        self.table = find(self.name)
        try:
            self.writing.check(self.table)
        except AwsError as error:
            self.reason = reason_of(error)
        else:
            self.place = self.table.contents.place(self.writing.key)

    def plan(self) -> None:
        """Decide the write; `reason` says why it cannot be done."""
        if self.reason is not NONE:
            return
        try:
            self.write = write = self.writing.plan(self.table)
        except AwsError as error:
            self.reason = reason_of(error)
            return
        if not write.holds:
            self.reason = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
            if self.given.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and write.old:
                self.reason["Item"] = write.old.item

    def admit(self) -> None:
        """Ask for capacity; `reason` says if there is none."""
        if self.write is None or self.reason is not NONE:
            return
        try:
            with refused(self.table):
                self.table.capacity.admit_write(self.write.touched(self.table.definition))
        except AwsError as throttle:
            self.reason = reason_of(throttle)

    def cost(self) -> Consumed:
        """Its units; an action that could not be looked at costs nothing."""
        if self.write is None:
            return Consumed(self.name)
        return self.write.cost(self.name, self.table.definition, transactional=True)


class TransactWrite:
    """A TransactWriteItems whose expressions are read. seconds: how long its two phases are apart."""

    def __init__(self, given: dict[str, Any], tokens: Tokens, seconds: float) -> None:
        self._given = given
        self._tokens = tokens
        self._seconds = seconds
        pairs = [next(iter(entry.items())) for entry in given["TransactItems"]]
        self.actions = [Action(kind, action) for kind, action in pairs]

    async def answer(self, find: Find) -> bytes:
        """Do all actions or none. find: a table by its name or ARN.

        Between its two phases a transaction holds its items: other writes of them are refused as on AWS.
        Raises AwsError(TransactionCanceledException) with a reason for each action, and for what is wrong
        with the request as a whole AwsError(ValidationException, ResourceNotFoundException,
        IdempotentParameterMismatchException, TransactionInProgressException).
        """
        for action in self.actions:
            action.locate(find)
        _check_once((id(action.table.contents), action.place) for action in self.actions)
        with self._tokens.used(self._given) as done_before:
            if done_before:
                return self._told(self._read_again())
            with self._held():
                self._decide()
                await asyncio.sleep(self._seconds)
                self._apply()
        return self._told([action.cost() for action in self.actions])

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the items while the transaction is under way. Raises AwsError where another one does."""
        for action in self.actions:
            if action.place is not None and action.table.contents.is_held(action.place):
                action.reason = CONFLICT
        self._cancel_if_refused()
        held = [(action.table.contents, action.place) for action in self.actions if action.place is not None]
        for contents, place in held:
            contents.hold(place)
        try:
            yield
        finally:
            for contents, place in held:
                contents.let_go(place)

    def _decide(self) -> None:
        """The first phase: every action is planned, and has its capacity. Raises AwsError if one has not."""
        for action in self.actions:
            action.plan()
        _check_size(action.write.new or action.write.old for action in self.actions if action.write)
        for action in self.actions:
            action.admit()
        for action in self.actions:
            cost = action.cost()
            action.table.capacity.charge(cost)
            noted(action.table, cost, transaction=True, reason=action.reason["Code"])
        self._cancel_if_refused()

    def _apply(self) -> None:
        """The second phase. A table may have got or lost an index meanwhile, so the plans are made anew."""
        for action in self.actions:
            action.plan()
        for action in self.actions:
            if action.write is not None and not isinstance(action.writing, ConditionCheck):
                action.write.apply(action.table)

    def _cancel_if_refused(self) -> None:
        if any(action.reason is not NONE for action in self.actions):
            raise cancelled([action.reason for action in self.actions])

    def _read_again(self) -> list[Consumed]:
        """What a repeated call costs: reading the items."""
        costs = []
        for action in self.actions:
            record = action.table.contents.find(action.place) if action.place is not None else None
            units = read_units(record.size if record else 0, consistent=True, transactional=True)
            costs.append(Consumed(action.name, read=units))
            action.table.capacity.charge(costs[-1])
        return costs

    def _told(self, costs: list[Consumed]) -> bytes:
        metrics: dict[str, list[dict[str, Any]]] = {}
        if self._given.get("ReturnItemCollectionMetrics") == "SIZE":
            for action in self.actions:
                found = collection_metrics(action.writing.key, action.table.definition)
                if found is not None:
                    metrics.setdefault(action.name, []).append(found)
        return body(
            ConsumedCapacity=_reports(costs, self._given.get("ReturnConsumedCapacity")),
            ItemCollectionMetrics=metrics or None,
        )


class TransactGet:
    """A TransactGetItems whose expressions are read."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._mode = given.get("ReturnConsumedCapacity")
        self._gets = [entry["Get"] for entry in given["TransactItems"]]
        self._projections = [_projection(get) for get in self._gets]

    async def answer(self, find: Find) -> bytes:
        """Read all items as they are at one moment. Raises AwsError as `TransactWrite.answer` does."""
        tables = [find(get["TableName"]) for get in self._gets]
        reasons = [self._reason(number, table) for number, table in enumerate(tables)]
        if any(reason is not NONE for reason in reasons):
            raise cancelled(reasons)
        contents = [table.contents for table in tables]
        places = [one.place(get["Key"]) for one, get in zip(contents, self._gets, strict=True)]
        _check_once(zip(map(id, contents), places, strict=True))
        reasons = [CONFLICT if c.is_held(p) else NONE for c, p in zip(contents, places, strict=True)]
        if CONFLICT in reasons:
            raise cancelled(reasons)
        records = [one.find(place) for one, place in zip(contents, places, strict=True)]
        _check_size(records)
        costs = [self._charged(*one) for one in zip(self._gets, tables, records, strict=True)]
        found = [
            b"{}" if item is None else b'{"Item":%s}' % item
            for item in map(projected, records, self._projections)
        ]
        return body(Responses=b"[%s]" % b",".join(found), ConsumedCapacity=_reports(costs, self._mode))

    def _reason(self, number: int, table: ItemTable) -> Reason:
        try:
            check_key(self._gets[number]["Key"], table.definition.schema)
            projection = self._projections[number]
            if projection is not None:
                checks.check_nested(projection.nested, table.definition)
            with refused(table):
                table.capacity.admit_read()
        except AwsError as error:
            return reason_of(error)
        return NONE

    def _charged(self, get: dict[str, Any], table: ItemTable, record: Record | None) -> Consumed:
        units = read_units(record.size if record else 0, consistent=True, transactional=True)
        cost = Consumed(get["TableName"], read=units)
        table.capacity.charge(cost)
        noted(table, cost, replica=0, transaction=True)
        return cost


def _projection(get: dict[str, Any]) -> Projection | None:
    known = compiling.placeholders(get)
    projection = compiling.projection(get, known)
    known.check_all_used()
    return projection


def _check_once(targets: Iterable[tuple[int, bytes | None]]) -> None:
    """Pass actions on items of their own (case ddb-transact-dup)."""
    known = [target for target in targets if target[1] is not None]
    if len(set(known)) != len(known):
        raise invalid("Transaction request cannot include multiple operations on one item")


def _check_size(records: Iterable[Record | None]) -> None:
    """Pass at most 4 MB; AWS's words for more are not recorded."""
    size = sum(record.size for record in records if record is not None)
    if size > LARGEST:
        raise invalid(f"The aggregate size of the items in the transaction exceeds 4 MB: {size} bytes")


def _reports(costs: list[Consumed], mode: str | None) -> list[dict[str, Any]] | None:
    """The units of each table; None where they are not asked for."""
    tables: dict[str, Consumed] = {}
    for cost in costs:
        tables[cost.table_name] = tables[cost.table_name] + cost if cost.table_name in tables else cost
    reports = [cost.report(mode, transactional=True) for cost in tables.values()]
    return [report for report in reports if report is not None] or None
