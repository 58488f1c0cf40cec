"""The sandbox's items, seen by what is still moto's of DynamoDB.

Replaced in moto, and why:
- `Table.items`, a dict of dicts that all of moto's item code reads and writes: a view of the sandbox's own
  storage, so that exports and imports work on the items there are;
- copying a `Table`: the copy, a backup, keeps the items as they are;
- what a restored table takes over of its source: moto forgets the billing mode;
- exports and imports run in threads of their own: they run in their call, for items are not locked.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, Protocol

from sandbox.dynamodb.model import Item


class ItemStore(Protocol):
    """The items of one table."""

    def items(self) -> Iterator[Item]:
        """All items."""

    def get(self, key: Item) -> Item | None:
        """The item of a key."""

    def put(self, item: Item) -> None:
        """Store an item in place of what was there."""

    def delete(self, key: Item) -> None:
        """Delete the item of a key, if there is one."""


Opener = Callable[[Any], ItemStore | None]
"""moto's table → its items; None for a copy, which is no table that there is."""

_KEPT = "sandbox_items"
"""The attribute of a copy of moto's table with the items it had."""
OURS = "sandbox"
"""The attribute of moto's table on which the sandbox's own hangs; copies do not have it."""
TABLE_ID = "sandbox_table_id"
"""The attribute of moto's table with its id, by which its items are kept; copies do not have it."""

_opener: list[Opener] = []


def open_stores_by(opener: Opener) -> None:
    """Say where items are from now on: moto's state is one for the whole process."""
    _opener[:] = [opener]


def take_kept(table: Any) -> Iterable[Item]:
    """The items that came with a table of moto's (restored, or put back); a second call gives none."""
    kept: list[Item] = vars(table).pop(_KEPT, [])
    return kept


@cache
def install() -> None:
    """Put the replacements in place, once moto's DynamoDB has been imported."""
    from moto.dynamodb.models.table import RestoredPITTable, RestoredTable, Table
    from moto.dynamodb.models.table_export import TableExport
    from moto.dynamodb.models.table_import import TableImport

    Table.items = property(_items_of, _set_items)  # type: ignore[assignment]
    Table.__deepcopy__ = _copy_of  # type: ignore[attr-defined]
    for kind, source in ((RestoredTable, "backup"), (RestoredPITTable, "source")):
        kind.__init__ = _with_billing_mode(kind.__init__, source)  # type: ignore[method-assign]
    jobs: tuple[Any, ...] = (TableExport, TableImport)
    for job in jobs:
        job.start = job.run


def _items_of(table: Any) -> _Items:
    return _Items(table, _opener[0](table) if _opener else None)


def _set_items(table: Any, value: Any) -> None:
    if isinstance(value, _Items):
        vars(table)[_KEPT] = value.all()


def _copy_of(table: Any, memo: dict[int, Any]) -> Any:
    made = object.__new__(type(table))
    memo[id(table)] = made
    kept = table.items.all()
    for name, value in vars(table).items():
        if name not in (OURS, TABLE_ID, _KEPT):
            vars(made)[name] = copy.deepcopy(value, memo)
    vars(made)[_KEPT] = kept
    return made


def _with_billing_mode(original: Any, source: str) -> Any:
    def __init__(self: Any, *arguments: Any, **options: Any) -> None:
        original(self, *arguments, **options)
        given = options[source]
        self.billing_mode = getattr(given, "table", given).billing_mode

    return __init__


class _Items:
    """A table's items by partition key, and below it by sort key, as moto addresses them.

    store: where they are; None where the table is a copy, with items that do not change.
    """

    def __init__(self, table: Any, store: ItemStore | None) -> None:
        self._table = table
        self._store = store

    def all(self) -> list[Item]:
        """All items, plain."""
        if self._store is None:
            return list(vars(self._table).get(_KEPT, ()))
        return list(self._store.items())

    def get(self, hash_key: Any, range_key: Any = None) -> Any:
        """moto's object of one item. Raises KeyError."""
        found = self._writable().get(self._key(hash_key, range_key))
        if found is None:
            raise KeyError(hash_key)
        return self._of_moto(found)

    def put(self, item: Any) -> None:
        """Store moto's object of an item."""
        from moto.dynamodb.models.utilities import dynamo_json_dump

        self._writable().put(json.loads(dynamo_json_dump(item.attrs)))

    def take(self, hash_key: Any, range_key: Any = None) -> Any:
        """Delete an item: what it was. Raises KeyError."""
        found = self.get(hash_key, range_key)
        self._writable().delete(self._key(hash_key, range_key))
        return found

    def __contains__(self, hash_key: Any) -> bool:
        return self._writable().get(self._key(hash_key, None)) is not None

    def __getitem__(self, hash_key: Any) -> Any:
        return _Partition(self, hash_key) if self._table.range_key_attr else self.get(hash_key)

    def __setitem__(self, hash_key: Any, item: Any) -> None:
        self.put(item)

    def pop(self, hash_key: Any) -> Any:
        return self.take(hash_key)

    def values(self) -> list[Any]:
        """moto's objects; those of a table with a sort key in a dict for each partition."""
        found = [self._of_moto(item) for item in self.all()]
        if not self._table.range_key_attr:
            return found
        partitions: dict[Any, dict[Any, Any]] = {}
        for item in found:
            partitions.setdefault(item.hash_key, {})[item.range_key] = item
        return list(partitions.values())

    def __deepcopy__(self, memo: dict[int, Any]) -> _Items:
        return self

    def _writable(self) -> ItemStore:
        if self._store is None:
            raise TypeError(f"The copy of table {self._table.name} is not for item operations.")
        return self._store

    def _key(self, hash_key: Any, range_key: Any) -> Item:
        key: Item = {self._table.hash_key_attr: hash_key.to_json()}
        if range_key is not None:
            key[self._table.range_key_attr] = range_key.to_json()
        return key

    def _of_moto(self, item: Item) -> Any:
        from moto.dynamodb.models.dynamo_type import DynamoType
        from moto.dynamodb.models.dynamo_type import Item as MotoItem

        table = self._table
        range_key = DynamoType(item[table.range_key_attr]) if table.range_key_attr else None
        return MotoItem(DynamoType(item[table.hash_key_attr]), range_key, item)


class _Partition:
    """The items of one partition, by their sort keys."""

    def __init__(self, items: _Items, hash_key: Any) -> None:
        self._items = items
        self._hash_key = hash_key

    def __getitem__(self, range_key: Any) -> Any:
        return self._items.get(self._hash_key, range_key)

    def __setitem__(self, range_key: Any, item: Any) -> None:
        self._items.put(item)

    def pop(self, range_key: Any) -> Any:
        return self._items.take(self._hash_key, range_key)
