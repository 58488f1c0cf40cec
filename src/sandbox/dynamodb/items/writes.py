"""Writes of one item, in two steps: `plan` looks and decides, `apply` does it. Transactions plan all first.

put = Put(given)                 # reads its expressions
write = put.plan(table)          # checks it against the table and the item that is there; no effect
if write.holds:
    write.apply(table)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.dynamodb.consumed import Consumed, Units, index_write_units, write_units
from sandbox.dynamodb.expressions import Placeholders, Updated
from sandbox.dynamodb.items import checks, compiling
from sandbox.dynamodb.items.table import ItemTable
from sandbox.dynamodb.model import Definition, Item
from sandbox.dynamodb.records import Record
from sandbox.dynamodb.requests.keys import check_index_keys, check_item_keys, check_key
from sandbox.dynamodb.requests.words import invalid
from sandbox.dynamodb.secondary import IndexChange
from sandbox.dynamodb.sizes import LARGEST_ITEM
from sandbox.dynamodb.values import stored


@dataclass(frozen=True, slots=True)
class Write:
    """A write that is decided. It stays right as long as nothing else is written.

    holds: whether its condition does; if not, `new` is `old`. old, new: None where there was or will be no
    item. indexes: what it does to them. updated: of an UpdateItem with an update.
    """

    place: bytes
    holds: bool
    old: Record | None
    new: Record | None
    indexes: Mapping[str, IndexChange]
    updated: Updated | None = None

    def apply(self, table: ItemTable) -> None:
        """Do it."""
        table.contents.store(self.place, self.new)

    def touched(self, definition: Definition) -> list[str]:
        """The global indexes that it writes to."""
        return [
            name for name, one in self.indexes.items() if one.changed and definition.indexes[name].is_global
        ]

    def cost(self, table_name: str, definition: Definition, transactional: bool = False) -> Consumed:
        """Its capacity units. table_name: as the request has it."""
        sizes = [record.size for record in (self.old, self.new) if record is not None]
        units = write_units(max(sizes, default=0), transactional)
        if not self.indexes:
            return Consumed(table_name, write=units)
        of_indexes: dict[bool, dict[str, Units]] = {True: {}, False: {}}
        for name, change in self.indexes.items():
            written = index_write_units(
                change.old_size, change.new_size, moved=change.moved, changed=change.changed
            )
            if written:
                of_indexes[definition.indexes[name].is_global][name] = (0.0, written)
        return Consumed(table_name, 0.0, units, of_indexes[True], of_indexes[False])


class Writing(ABC):
    """A PutItem, UpdateItem or DeleteItem, or such a part of a batch or transaction.

    given: its parameters, whose values are as they are stored.
    """

    def __init__(self, given: dict[str, Any], key: Item) -> None:
        """Raises AwsError(ValidationException), without a prefix, where an expression is wrong."""
        self.key = key
        known = compiling.placeholders(given)
        self.read_expressions(given, known)
        known.check_all_used()

    def read_expressions(self, given: dict[str, Any], known: Placeholders) -> None:
        """Read the expressions of the request."""
        self.condition = compiling.condition(given, known)

    def plan(self, table: ItemTable) -> Write:
        """Decide the write by what the leader has. Raises AwsError(ValidationException)."""
        whole = self.check(table)
        contents = table.contents
        place = contents.place(self.key)
        old = contents.find(place)
        if self.condition is not None and not self.condition(old.item if old else None):
            return Write(place, False, old, old, {})
        new, updated = self.outcome(table, old, whole)
        return Write(place, True, old, new, contents.compare(old, new), updated)

    @abstractmethod
    def check(self, table: ItemTable) -> Record | None:
        """Pass what fits the table; the answer is the new item where the old one does not matter.

        Raises AwsError(ValidationException).
        """

    def outcome(
        self, table: ItemTable, old: Record | None, whole: Record | None
    ) -> tuple[Record | None, Updated | None]:
        """The item that will be there. whole: what `check` gave. Raises AwsError(ValidationException)."""
        return whole, None


class Put(Writing):
    """A whole item."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.item: Item = given["Item"]
        super().__init__(given, self.item)

    def check(self, table: ItemTable) -> Record:
        check_item_keys(self.item, table.definition)
        record = table.contents.record(self.item)
        if record.size > LARGEST_ITEM:
            raise invalid("Item size has exceeded the maximum allowed size")
        return record


class Delete(Writing):
    """No item any more."""

    def __init__(self, given: dict[str, Any]) -> None:
        super().__init__(given, given["Key"])

    def check(self, table: ItemTable) -> None:
        check_key(self.key, table.definition.schema)


class ConditionCheck(Delete):
    """A condition of a transaction, on an item that stays as it is."""

    def outcome(
        self, table: ItemTable, old: Record | None, whole: Record | None
    ) -> tuple[Record | None, Updated | None]:
        return old, None


class Update(Writing):
    """An item with some attributes changed; where there is none, a new one."""

    def __init__(self, given: dict[str, Any]) -> None:
        super().__init__(given, given["Key"])

    def read_expressions(self, given: dict[str, Any], known: Placeholders) -> None:
        self.update = compiling.update(given, known)
        super().read_expressions(given, known)

    def check(self, table: ItemTable) -> None:
        definition = table.definition
        check_key(self.key, definition.schema)
        if self.update is not None:
            checks.check_updated_names(self.update.attributes, definition.schema)
            checks.check_updated_kinds(self.update.kinds, definition)
            checks.check_nested(self.update.nested, definition)

    def outcome(
        self, table: ItemTable, old: Record | None, whole: Record | None
    ) -> tuple[Record | None, Updated | None]:
        before = old.item if old else dict(self.key)
        if self.update is None:
            return old or table.contents.record(before), None
        updated = self.update.apply(before, exists=old is not None)
        if old is None and not self.update.creates_item:
            return None, updated
        for name in self.update.nested & updated.item.keys():
            stored(updated.item[name])  # what was put into a map or list may lie too deep
        checks.check_computed_kinds(updated.item, before, table.definition)
        check_index_keys(updated.item, table.definition, before)
        new = table.contents.record(updated.item)
        if new.size > LARGEST_ITEM:
            raise invalid("Item size to update has exceeded the maximum allowed size")
        return new, updated
