"""Pages of Query and Scan: what is read, in order, until 1 MB, a limit or the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.dynamodb import keys
from sandbox.dynamodb.contents import Contents
from sandbox.dynamodb.model import Item
from sandbox.dynamodb.records import Record
from sandbox.dynamodb.replicas import LEADER
from sandbox.dynamodb.sizes import PAGE_BYTES


@dataclass(frozen=True)
class Reading:
    """What a page is read from.

    within: the places that are read, of the table or of `index`; after: the exclusive start key, whose item
    need not be there any more; limit: of items, before any filter.
    """

    within: keys.Range
    index: str | None = None
    after: Item | None = None
    forward: bool = True
    limit: int | None = None
    replica: int = LEADER


@dataclass(frozen=True)
class Page:
    """What was read. size: its bytes, those of the index's lines where an index was read.

    more: whether the page ended at its limit or at 1 MB; there may still be nothing behind it.
    """

    records: list[Record]
    size: int
    more: bool


def read(contents: Contents, reading: Reading) -> Page:
    """One page. Raises KeyError for an index that is not there."""
    records: list[Record] = []
    size = 0
    for record, bytes_read in _walk(contents, reading):
        records.append(record)
        size += bytes_read
        if size >= PAGE_BYTES or len(records) == reading.limit:
            return Page(records, size, True)
    return Page(records, size, False)


def _walk(contents: Contents, reading: Reading) -> Iterator[tuple[Record, int]]:
    return _walk_table(contents, reading) if reading.index is None else _walk_index(contents, reading)


def _walk_table(contents: Contents, reading: Reading) -> Iterator[tuple[Record, int]]:
    contents.settle()
    replica = reading.replica
    after = None if reading.after is None else contents.place(reading.after)
    for place in _range(contents.places, reading.within, after, reading.forward):
        record = contents.shown(place, replica)
        if record is not None:
            yield record, record.size


def _walk_index(contents: Contents, reading: Reading) -> Iterator[tuple[Record, int]]:
    """A line counts if the replica that is read shows its item with just that index key."""
    name = str(reading.index)
    index = contents.indexes[name]
    at = list(contents.indexes).index(name)
    contents.settle()
    replica = reading.replica
    low, high = reading.within
    after = None
    if reading.after is not None:
        after = keys.place(index.definition.schema, reading.after), contents.place(reading.after)
    within = (low,), None if high is None else (high,)
    for line, place in _range(index.positions, within, after, reading.forward):
        record = contents.shown(place, replica)
        entry = None if record is None else record.entries[at]
        if record is not None and entry is not None and entry.place == line:
            yield record, entry.size


def _range(ordered: Any, within: tuple[Any, Any], after: Any, forward: bool) -> Iterator[Any]:
    """What lies within, from behind `after` on."""
    low, high = within
    with_low = True
    if after is not None:
        if forward and after >= low:
            low, with_low = after, False
        elif not forward and (high is None or after < high):
            high = after
    if high is not None and high <= low:
        return iter(())
    found: Iterator[Any] = ordered.irange(low, high, inclusive=(with_low, False), reverse=not forward)
    return found
