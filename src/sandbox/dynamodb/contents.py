"""The items of one table, on its three replicas, in the order in which Query and Scan give them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator

from sortedcontainers import SortedDict

from sandbox.dynamodb import keys
from sandbox.dynamodb.model import Definition, Index, Item
from sandbox.dynamodb.records import Late, Record, compact
from sandbox.dynamodb.replicas import LEADER, Replicas
from sandbox.dynamodb.secondary import IndexChange, SecondaryIndex
from sandbox.dynamodb.sizes import item_size

OnChange = Callable[[bytes, Record | None, Record | None], None]
"""Told of every change: the item's place, and the item before and after (None: no item)."""


class Change:
    """What a write did. old, new: None where there was, or is, no item; indexes: only those it concerns."""

    __slots__ = ("indexes", "new", "old")

    def __init__(self, old: Record | None, new: Record | None, indexes: dict[str, IndexChange]) -> None:
        self.old = old
        self.new = new
        self.indexes = indexes


class Contents:
    """The items of a table. All changes go through `store`; nothing here waits or takes a lock.

    count, size_in_bytes: of the leader's items. on_change: told of each change after it was made.
    """

    def __init__(self, definition: Definition, replicas: Replicas) -> None:
        self.schema = definition.schema
        self.replicas = replicas
        self.on_change: OnChange | None = None
        self.count = 0
        self.size_in_bytes = 0
        # A place stays, with None, while a follower still shows an item that was deleted.
        self.places: SortedDict[bytes, Record | None] = SortedDict()
        self.indexes: dict[str, SecondaryIndex] = {}
        self._late: dict[bytes, Late] = {}
        self._held: set[bytes] = set()
        self._due: list[tuple[float, bytes]] = []
        for index in definition.indexes.values():
            self.indexes[index.name] = SecondaryIndex(index, self.schema.names)

    # -- items -------------------------------------------------------------------------------------

    def place(self, key: Item) -> bytes:
        """Where the item of a key lies; `key` has at least the key's attributes, of the right types."""
        return keys.place(self.schema, key)

    def record(self, item: Item) -> Record:
        """`item` as it would be stored."""
        size = item_size(item)
        entries = tuple(index.entry(item, size) for index in self.indexes.values())
        return Record(compact(item), size, entries)

    def read(self, key: Item, replica: int = LEADER) -> Record | None:
        """The item of a key as a replica shows it."""
        return self.find(self.place(key), replica)

    def write(self, key: Item, item: Item | None) -> Change:
        """Put `item`, which has the attributes of `key`; None deletes."""
        record = None if item is None else self.record(item)
        old = self.store(self.place(key), record)
        return Change(old, record, self.compare(old, record))

    def find(self, place: bytes, replica: int = LEADER) -> Record | None:
        """As `read`, by the place."""
        self.settle()
        return self.shown(place, replica)

    def shown(self, place: bytes, replica: int) -> Record | None:
        """As `find`, at the time at which `settle` was called last."""
        current: Record | None = self.places.get(place)
        if replica == LEADER or not self._late:
            return current
        late = self._late.get(place)
        return late.shown if late is not None and late.follower == replica else current

    def compare(self, old: Record | None, new: Record | None) -> dict[str, IndexChange]:
        """What a write would do to the indexes; those that it does not concern are left out."""
        changes = {}
        for at, (name, index) in enumerate(self.indexes.items()):
            change = IndexChange(index, at, old, new)
            if change.old_size is not None or change.new_size is not None:
                changes[name] = change
        return changes

    def store(self, place: bytes, record: Record | None, at_once: bool = False) -> Record | None:
        """As `write`, of a record that `record` made; the answer is the one before.

        at_once: on all replicas.
        """
        now = self.settle()
        old: Record | None = self.places.get(place)
        if old is None and record is None:
            return None
        self.places[place] = record
        self.count += (record is not None) - (old is not None)
        self.size_in_bytes += (record.size if record else 0) - (old.size if old else 0)
        self._index(place, old, record)
        self._release(place, self._replicate(place, old, now, at_once))
        if self.on_change is not None:
            self.on_change(place, old, record)
        return old

    # -- transactions ------------------------------------------------------------------------------

    def hold(self, place: bytes) -> None:
        """Note that a transaction under way writes here."""
        self._held.add(place)

    def let_go(self, place: bytes) -> None:
        """The transaction is over."""
        self._held.discard(place)

    def is_held(self, place: bytes) -> bool:
        """Whether a transaction under way writes here."""
        return place in self._held

    # -- the whole table ---------------------------------------------------------------------------

    def items(self) -> Iterator[Item]:
        """All items as the leader has them, in the order of a Scan; the table must not change meanwhile."""
        return (record.item for record in self.places.values() if record is not None)

    def load(self, items: Iterable[Item]) -> None:
        """Put many items, on all replicas at once: a restored table."""
        for item in items:
            self.store(self.place(item), self.record(item), at_once=True)

    def take_up(self, kept: Iterable[tuple[bytes, bytes, int]]) -> None:
        """Take items that were kept, as (place, JSON, size) in the order of places; `on_change` is not told.

        They are parsed only where an index needs to know more of them.
        """
        found = {}
        for place, raw, size in kept:
            record = Record(raw, size)
            if self.indexes:
                item = record.item
                record = Record(raw, size, tuple(index.entry(item, size) for index in self.indexes.values()))
                self._index(place, None, record)
            found[place] = record
            self.size_in_bytes += size
        self.count += len(found)
        self.places.update(found)

    def clear(self) -> None:
        """Drop everything, the past that followers show too; `on_change` is not told."""
        self.places.clear()
        self._late.clear()
        self._due.clear()
        self.count = self.size_in_bytes = 0
        for name, index in self.indexes.items():
            self.indexes[name] = SecondaryIndex(index.definition, self.schema.names)

    @property
    def pending(self) -> int:
        """How many items some follower still shows as they were."""
        self.settle()
        return len(self._late)

    def add_index(self, definition: Index) -> None:
        """Build an index of the items that are there."""
        index = SecondaryIndex(definition, self.schema.names)

        def with_entry(record: Record) -> Record:
            return record._replace(entries=(*record.entries, index.entry(record.item, record.size)))

        self._reindex(with_entry)
        self.indexes[definition.name] = index
        for place, record in self.places.items():
            index.tally(None, record.entries[-1] if record else None)
            for state in self._states(place):
                if state is not None and state.entries[-1] is not None:
                    index.add((state.entries[-1].place, place))

    def drop_index(self, name: str) -> None:
        """Drop an index. Raises KeyError where there is none."""
        names = list(self.indexes)
        del self.indexes[name]
        at = names.index(name)
        self._reindex(lambda record: record._replace(entries=record.entries[:at] + record.entries[at + 1 :]))

    # -- what keeps replicas and indexes right -----------------------------------------------------

    def _replicate(self, place: bytes, old: Record | None, now: float, at_once: bool) -> list[Record | None]:
        """Note who has a write late; the answer are the states that nobody shows any more."""
        follower, lag = (0, 0.0) if at_once else self.replicas.next_write()
        late = self._late.get(place)
        gone: list[Record | None] = []
        if late is not None and (not lag or late.follower != follower):
            # The follower that lacked the earlier writes has this one, hence all.
            gone = late.states
            late = None
            del self._late[place]
        if not lag:
            return [*gone, old]
        if late is None:
            late = self._late[place] = Late(follower)
        late.add(now + lag, old)
        heapq.heappush(self._due, (now + lag, place))
        return gone

    def settle(self) -> float:
        """Give up what no follower shows any more; the answer is the time."""
        now = self.replicas.now()
        while self._due and self._due[0][0] <= now:
            _, place = heapq.heappop(self._due)
            late = self._late.get(place)
            if late is None:
                continue
            gone = late.forget(now)
            if not late:
                del self._late[place]
            self._release(place, gone)
        return now

    def _release(self, place: bytes, gone: list[Record | None]) -> None:
        """Take away what only the states that are gone had: lines of indexes, the place of a deleted item."""
        if self.indexes and gone:
            states = self._states(place)
            for at, index in enumerate(self.indexes.values()):
                shown = {entry.place for state in states if state and (entry := state.entries[at])}
                for state in gone:
                    entry = state.entries[at] if state else None
                    if entry is not None and entry.place not in shown:
                        index.remove((entry.place, place))
        if place not in self._late and place in self.places and self.places[place] is None:
            del self.places[place]

    def _states(self, place: bytes) -> list[Record | None]:
        """All that any replica shows at a place."""
        late = self._late.get(place)
        current = self.places.get(place)
        return [current] if late is None else [*late.states, current]

    def _index(self, place: bytes, old: Record | None, new: Record | None) -> None:
        for at, index in enumerate(self.indexes.values()):
            entry = new.entries[at] if new else None
            index.tally(old.entries[at] if old else None, entry)
            if entry is not None:
                index.add((entry.place, place))

    def _reindex(self, change: Callable[[Record], Record]) -> None:
        for place, record in self.places.items():
            if record is not None:
                self.places[place] = change(record)
        for late in self._late.values():
            late.reindex(change)
