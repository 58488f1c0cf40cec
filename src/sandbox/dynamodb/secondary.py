"""A secondary index: the table's items in another order, as far as they have the index's key."""

from __future__ import annotations

from sortedcontainers import SortedList

from sandbox.dynamodb import keys
from sandbox.dynamodb.model import Index, Item
from sandbox.dynamodb.records import Entry, Record
from sandbox.dynamodb.sizes import item_size

Position = tuple[bytes, bytes]
"""Where a line lies: by the index's key, then by the table's."""


class SecondaryIndex:
    """The order of one index. Lines stay as long as any replica shows the item with that index key.

    count, size_in_bytes: of the lines that the leader shows.
    """

    def __init__(self, index: Index, table_key: tuple[str, ...]) -> None:
        self.definition = index
        self.positions: SortedList[Position] = SortedList()
        self.count = 0
        self.size_in_bytes = 0
        projected = index.projected
        self._held = None if projected is None else projected | {*index.schema.names, *table_key}

    def entry(self, item: Item, size: int) -> Entry | None:
        """The line of an item of `size` bytes; None where it lacks the index's key."""
        place = keys.index_place(self.definition.schema, item)
        if place is None:
            return None
        return Entry(place, size if self._held is None else item_size(self.project(item)))

    def project(self, item: Item) -> Item:
        """What the index holds of an item."""
        if self._held is None:
            return item
        return {name: value for name, value in item.items() if name in self._held}

    def holds(self, names: frozenset[str]) -> bool:
        """Whether all these top-level attributes are projected."""
        return self._held is None or names <= self._held

    def add(self, position: Position) -> None:
        if position not in self.positions:
            self.positions.add(position)

    def remove(self, position: Position) -> None:
        self.positions.discard(position)

    def tally(self, old: Entry | None, new: Entry | None) -> None:
        """Keep the counts when the leader's line of an item changes."""
        self.count += (new is not None) - (old is not None)
        self.size_in_bytes += (new.size if new else 0) - (old.size if old else 0)


class IndexChange:
    """What a write did to the line of one index: sizes in bytes, None where there is or was no line.

    changed: whether the index has anything to write; moved: whether the line has another key than before,
    which costs a deletion and an insertion.
    """

    __slots__ = ("changed", "moved", "new_size", "old_size")

    def __init__(self, index: SecondaryIndex, at: int, old: Record | None, new: Record | None) -> None:
        before = old.entries[at] if old else None
        after = new.entries[at] if new else None
        self.old_size = before.size if before else None
        self.new_size = after.size if after else None
        self.moved = before is not None and after is not None and before.place != after.place
        self.changed = before != after or (
            before is not None and old is not None and new is not None and self._differs(index, old, new)
        )

    @staticmethod
    def _differs(index: SecondaryIndex, old: Record, new: Record) -> bool:
        return old.raw != new.raw and index.project(old.item) != index.project(new.item)
