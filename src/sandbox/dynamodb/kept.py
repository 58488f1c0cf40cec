"""What DynamoDB keeps beyond the sandbox's end, beside moto's objects of the tables.

Items and the records of streams lie with the store's items, by the table's id and by the stream's ARN. A
table is read when it is first looked for; followers then have all writes. What a table may take by burst
begins anew, and so do the tokens of transactions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.dynamodb.states import Step
from sandbox.store import StateStore

if TYPE_CHECKING:
    from sandbox.dynamodb.tables import Table

ROOM = "dynamodb.tables"


@dataclass
class TableState:
    """One table: see `Table`. stream: the ARN of its latest one, or ""."""

    created: float
    table_class: str = ""
    last_on_demand: float | None = None
    switches: list[float] = field(default_factory=list)
    class_changes: list[float] = field(default_factory=list)
    stream: str = ""
    steps: list[Step] = field(default_factory=list)


class KeptTables:
    """The states of tables. note: told of the account and region of tables whose object in moto changed."""

    def __init__(self, store: StateStore, note: Callable[[str, str], None]) -> None:
        self.store = store
        self._note = note
        self._changed: dict[str, Table] = {}
        self._read: dict[str, TableState] = {}

    def changed(self, table: Table) -> None:
        """A table's state changed: it is kept with the next commit."""
        self._changed[table.table_id] = table
        self._note(table.handle.account, table.handle.region)

    def removed(self, table: Table) -> None:
        """A table is gone, with its items."""
        self._changed.pop(table.table_id, None)
        self.store.forget(ROOM, table.table_id)
        self.store.drop_items(table.table_id)
        self._note(table.handle.account, table.handle.region)

    def take(self, table_id: str) -> TableState | None:
        """What was kept of a table; None of one that was made since the start, or taken before."""
        return self._read.pop(table_id, None)

    def keep(self) -> None:
        """Keep what has changed."""
        while self._changed:
            table_id, table = self._changed.popitem()
            self.store.keep(ROOM, table_id, table.state())

    def restore(self) -> None:
        """Read the states; the tables take them."""
        self._read = dict(self.store.kept(ROOM))

    def clear(self) -> None:
        """Forget what was not kept or taken yet."""
        self._changed.clear()
        self._read.clear()
