"""The tables there are: what each is, what it holds, what it takes, and what it is busy with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sandbox.backend import dynamodb_stores, dynamodb_tables
from sandbox.backend.dynamodb_tables import Handle
from sandbox.dynamodb.capacity import TableCapacity
from sandbox.dynamodb.contents import Contents
from sandbox.dynamodb.kept import KeptTables, TableState
from sandbox.dynamodb.model import Item
from sandbox.dynamodb.options import Options
from sandbox.dynamodb.records import Record
from sandbox.dynamodb.replicas import Replicas
from sandbox.dynamodb.states import Progress, Step
from sandbox.dynamodb.stream import Stream
from sandbox.dynamodb.streams import Streams
from sandbox.dynamodb.usage import TableUsages, billed_bytes
from sandbox.errors import AwsError


class Table:
    """One table. It lives as long as moto's object of it, on which it hangs.

    definition, contents, capacity: as the item operations use them. progress: changes under way.
    stream: the latest one, which may be closed; None if it never had one.
    switches: when it was made on demand, class_changes: when it got another table class (seconds since
    1970). last_on_demand: when it last became so; None if it never was.
    """

    def __init__(
        self, handle: Handle, options: Options, streams: Streams, usages: TableUsages, kept: KeptTables
    ) -> None:
        self._kept = kept
        self.handle = handle
        self.options = options
        self.streams = streams
        self.table_id = handle.table_id
        self.created = options.now()
        self.progress = Progress()
        self.switches: list[float] = []
        self.class_changes: list[float] = []
        self.table_class = ""
        self.last_on_demand = self.created if handle.on_demand else None
        self.definition = handle.definition()
        self.contents = Contents(self.definition, Replicas(options.replication, self.definition.name))
        self.usage = usages.of(self.definition)
        self.usage.stored = lambda: billed_bytes(self.contents)
        self.capacity = TableCapacity(self.definition, options.clock, options.limits, self.usage)
        self.contents.on_change = self._changed
        self.stream: Stream | None = None
        state = kept.take(self.table_id)
        if state is not None:
            self._take_up(state)
        elif self.definition.has_stream:
            self.open_stream()
        else:
            self._kept.changed(self)

    @property
    def name(self) -> str:
        return self.definition.name

    def settle(self) -> None:
        """Finish the changes that are due."""
        while (step := self.progress.take_due(self.options.clock())) is not None:
            self._kept.changed(self)
            step.effect.apply(self)

    def begin(self, step: Step) -> None:
        """Note a change under way. A table that is deleted is billed no longer."""
        if step.table == "DELETING":
            self.usage.end(self.options.clock())
        self.progress.steps.append(step)
        self._kept.changed(self)

    def until(self, times: float = 1.0) -> float:
        """When a change begun now is done; times: how many states it lasts."""
        return self.options.clock() + times * self.options.table_state_seconds

    def remove(self) -> None:
        """The table goes, with its items."""
        self.handle.remove()
        self._kept.removed(self)

    def state(self) -> TableState:
        """What is kept of it, beside its items and moto's object."""
        stream = self.stream.arn if self.stream is not None else ""
        return TableState(
            self.created,
            self.table_class,
            self.last_on_demand,
            list(self.switches),
            list(self.class_changes),
            stream,
            list(self.progress.steps),
        )

    def _take_up(self, state: TableState) -> None:
        """Be as one was. What was under way is over: the time that it had left is not kept."""
        self.created, self.table_class = state.created, state.table_class
        self.last_on_demand = state.last_on_demand
        self.switches, self.class_changes = state.switches, state.class_changes
        self.stream = self.streams.find(state.stream)
        self.progress.steps = [replace(step, until=self.options.clock()) for step in state.steps]
        self.contents.take_up(self._kept.store.items(self.table_id))

    def refresh(self) -> None:
        """Take the definition anew, after it was changed: indexes are built or dropped at once."""
        self.definition = self.handle.definition()
        for name in [name for name in self.contents.indexes if name not in self.definition.indexes]:
            self.contents.drop_index(name)
        for name, index in self.definition.indexes.items():
            if name not in self.contents.indexes:
                self.contents.add_index(index)
        self.capacity.configure(self.definition)

    def open_stream(self) -> None:
        """Begin a new stream, of what moto's table says."""
        self.stream = self.streams.open(self.definition, self.handle.stream_view_type)
        self.definition = self.handle.definition()
        self._kept.changed(self)

    def close_stream(self) -> None:
        """End the stream; its records can still be read."""
        if self.stream is not None:
            self.stream.close()
        self.definition = self.handle.definition()

    def check_index(self, name: str) -> None:
        """Refuse to read an index that is still being made (the words people report)."""
        if self.progress.index_status(name) == "CREATING":
            text = f"Cannot read from backfilling global secondary index: {name}"
            raise AwsError("ValidationException", text, 400)

    def _changed(self, place: bytes, old: Record | None, new: Record | None) -> None:
        if new is None:
            self._kept.store.put_item(self.table_id, place, None)
        else:
            self._kept.store.put_item(self.table_id, place, new.raw, new.size)
        if self.stream is not None and self.stream.enabled:
            self.stream.add(old.raw if old else None, new.raw if new else None)

    # What moto's backups, exports and imports see (backend.dynamodb_stores.ItemStore).

    def items(self) -> Iterator[Item]:
        return self.contents.items()

    def get(self, key: Item) -> Item | None:
        record = self.contents.read(key)
        return record.item if record is not None else None

    def put(self, item: Item) -> None:
        self.contents.write(item, item)

    def delete(self, key: Item) -> None:
        self.contents.write(key, None)


class Tables:
    """Finds tables by account, region, and name or ARN."""

    def __init__(self, options: Options, streams: Streams, kept: KeptTables) -> None:
        self.options = options
        self._kept = kept
        self.streams = streams
        self.usages = TableUsages(lambda: options.clock())
        dynamodb_stores.open_stores_by(self._of_moto)

    def find(self, account: str, region: str, name_or_arn: str) -> Table:
        """A table whose items can be used.

        Raises ResourceNotFoundException, also while it is being made or deleted (case ddb-lifecycle).
        """
        table = self.look(account, region, name_or_arn)
        if table is None or table.progress.status in ("CREATING", "DELETING"):
            raise AwsError("ResourceNotFoundException", "Requested resource not found", 400)
        return table

    def look(self, account: str, region: str, name_or_arn: str) -> Table | None:
        """A table in whatever state, with what is due done; None if there is none."""
        handle = dynamodb_tables.find(account, region, name_or_arn)
        if handle is None:
            return None
        table = self.of(handle)
        table.settle()
        return table if handle.alive() else None

    def of(self, handle: Handle) -> Table:
        """Ours of moto's; one that moto made by itself (restored, imported) gets ours now, with its items."""
        found: Table | None = getattr(handle.table, dynamodb_stores.OURS, None)
        if found is None:
            found = Table(handle, self.options, self.streams, self.usages, self._kept)
            setattr(handle.table, dynamodb_stores.OURS, found)
            found.contents.load(dynamodb_stores.take_kept(handle.table))
        return found

    def names(self, account: str, region: str) -> list[str]:
        """The names of all tables, byte by byte in order (DDB-TABLE-379)."""
        for handle in dynamodb_tables.handles(account, region):
            self.of(handle).settle()
        return sorted(dynamodb_tables.names(account, region), key=str.encode)

    def _of_moto(self, table: Any) -> Table | None:
        handle = dynamodb_tables.find(table.account_id, table.region_name, table.name)
        return self.of(handle) if handle is not None and handle.table is table else None
