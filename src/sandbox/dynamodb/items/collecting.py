"""A page of Query or Scan: read, charged, filtered, projected, written."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from sandbox.dynamodb import pages
from sandbox.dynamodb.consumed import Consumed, read_units
from sandbox.dynamodb.expressions import Condition, Projection
from sandbox.dynamodb.items.answering import body, noted, refused
from sandbox.dynamodb.items.reads import replica_for
from sandbox.dynamodb.items.table import ItemTable
from sandbox.dynamodb.keys import Range
from sandbox.dynamodb.model import Definition, Index, Item
from sandbox.dynamodb.pages import Page, Reading
from sandbox.dynamodb.records import Record, compact
from sandbox.dynamodb.secondary import SecondaryIndex

MOST_ON_THE_LOOP = 2000
"""A page with more items is filtered and projected in a thread."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a page. index: the one that is read, if any; within: the places that are read."""

    given: dict[str, Any]
    index: Index | None
    within: Range
    filter: Condition | None
    projection: Projection | None

    @property
    def consistent(self) -> bool:
        return bool(self.given.get("ConsistentRead"))

    @property
    def index_name(self) -> str | None:
        return None if self.index is None else self.index.name


async def collect(table: ItemTable, asked: Asked) -> bytes:
    """The answer of a page.

    Items are read in one go; what they become is worked out afterwards, from their bytes alone.
    Raises AwsError where the table is throttled or an expression does not suit an item.
    """
    with refused(table):
        table.capacity.admit_read(asked.index_name)
    replica = replica_for(table, asked.consistent)
    page = pages.read(table.contents, _reading(asked, replica))
    view = _View(asked, table)
    cost = _cost(asked, page, view.fetches)
    table.capacity.charge(cost)
    noted(table, cost, replica=replica, scanned=len(page.records))
    report = cost.report(asked.given.get("ReturnConsumedCapacity"))
    if view.plain or len(page.records) <= MOST_ON_THE_LOOP:
        return _written(page, view, report)
    return await asyncio.to_thread(_written, page, view, report)


def _reading(asked: Asked, replica: int) -> Reading:
    given = asked.given
    return Reading(
        asked.within,
        asked.index_name,
        given.get("ExclusiveStartKey"),
        given.get("ScanIndexForward", True),
        given.get("Limit"),
        replica,
    )


class _View:
    """How the items of a page are shown.

    fetches: whether each is read from the table, for what a local index lacks. plain: as they are stored.
    """

    def __init__(self, asked: Asked, table: ItemTable) -> None:
        self._asked = asked
        self.counts_only = asked.given.get("Select") == "COUNT"
        self.key_names = _key_names(table.definition, asked.index)
        self._index = self._read_index(table)
        self.fetches = self._index is not None and self._wants_more(self._index)
        if self.fetches:
            self._index = None
        self.plain = asked.filter is None and asked.projection is None and self._index is None

    def _read_index(self, table: ItemTable) -> SecondaryIndex | None:
        """The index that is read, if it holds only a part of the items."""
        index = self._asked.index
        return None if index is None or index.projected is None else table.contents.indexes[index.name]

    def _wants_more(self, index: SecondaryIndex) -> bool:
        if index.definition.is_global:
            return False
        projection = self._asked.projection
        if projection is not None:
            return not index.holds(projection.attributes)
        return self._asked.given.get("Select") == "ALL_ATTRIBUTES"

    def shown(self, record: Record) -> bytes | None:
        """An item as it is answered; None where the filter leaves it out."""
        if self.plain:
            return record.raw
        item = record.item if self._index is None else self._index.project(record.item)
        if self._asked.filter is not None and not self._asked.filter(item):
            return None
        if self.counts_only:
            return b""
        if self._asked.projection is not None:
            return compact(self._asked.projection(item))
        return record.raw if self._index is None else compact(item)


def _written(page: Page, view: _View, report: dict[str, Any] | None) -> bytes:
    shown = [item for record in page.records if (item := view.shown(record)) is not None]
    last: Item | None = None
    if page.more:
        read = page.records[-1].item
        last = {name: read[name] for name in view.key_names}
    return body(
        Items=None if view.counts_only else b"[%s]" % b",".join(shown),
        Count=len(shown),
        ScannedCount=len(page.records),
        LastEvaluatedKey=last,
        ConsumedCapacity=report,
    )


def _key_names(definition: Definition, index: Index | None) -> list[str]:
    """The attributes of a LastEvaluatedKey: the table's key, and the index's."""
    names = [*definition.schema.names, *(index.schema.names if index is not None else ())]
    return list(dict.fromkeys(names))


def _cost(asked: Asked, page: Page, fetches: bool) -> Consumed:
    """By what was read, before the filter; fetching counts each item by itself again."""
    name, index = asked.given["TableName"], asked.index
    units = read_units(page.size, asked.consistent)
    if index is None:
        return Consumed(name, read=units)
    if index.is_global:
        return Consumed(name, global_indexes={index.name: (units, 0.0)})
    fetched = sum(read_units(record.size, asked.consistent) for record in page.records) if fetches else 0.0
    return Consumed(name, read=fetched, local_indexes={index.name: (units, 0.0)})
