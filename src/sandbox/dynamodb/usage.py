"""What tables use up that AWS bills: units on demand, provisioned units by the hour, storage."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sandbox.dynamodb.consumed import Consumed
from sandbox.dynamodb.contents import Contents
from sandbox.dynamodb.model import Definition

ITEM_OVERHEAD = 100
"""Bytes of storage billed for each item beside its own, and for each entry of an index (*DynamoDB item sizes
and formats*; *Local Secondary Indexes*, *Storage Considerations*)."""


def billed_bytes(contents: Contents) -> int:
    """The storage that a table's items and its indexes' entries are billed for."""
    indexes = contents.indexes.values()
    size = contents.size_in_bytes + sum(index.size_in_bytes for index in indexes)
    return size + ITEM_OVERHEAD * (contents.count + sum(index.count for index in indexes))


class TableUsage:
    """Counts for one table, its indexes among it. Times are seconds of one clock that never goes back.

    On demand AWS bills what was consumed; provisioned it bills the units that were set, used or not, by
    the hour (*Amazon DynamoDB pricing*). What a provisioned table consumed is counted too, for its
    utilisation. stored: gives the bytes that the table and its indexes hold now.
    """

    def __init__(self, definition: Definition, now: float) -> None:
        self.stored: Callable[[], int] = int
        self._requested = [0.0, 0.0]
        self._consumed = [0.0, 0.0]
        self._unit_seconds = [0.0, 0.0]
        self._provisioned = (0, 0)
        self._when = now
        self.configure(definition, now)

    def configure(self, definition: Definition, now: float) -> None:
        """Count from now on by this definition."""
        self._bring_up(now)
        self.definition = definition
        throughputs = [definition.throughput, *(index.throughput for index in definition.indexes.values())]
        self._provisioned = (
            sum(units.read for units in throughputs if units is not None),
            sum(units.write for units in throughputs if units is not None),
        )

    def charge(self, consumed: Consumed) -> None:
        """Count what one operation consumed."""
        read, write = consumed.total
        counts = self._requested if self.definition.on_demand else self._consumed
        counts[0] += read
        counts[1] += write

    def end(self, now: float) -> None:
        """The table is deleted: it holds nothing, and what it had provisioned is billed no longer."""
        self._bring_up(now)
        self._provisioned = (0, 0)
        self.stored = int

    def counts(self, now: float) -> dict[str, Any]:
        """Units by kind: requested on demand, consumed of what is provisioned, provisioned × hours."""
        self._bring_up(now)
        definition = self.definition
        return {
            "table": definition.name,
            "region": definition.region,
            "mode": "PAY_PER_REQUEST" if definition.on_demand else "PROVISIONED",
            "read_request_units": self._requested[0],
            "write_request_units": self._requested[1],
            "read_capacity_units_consumed": self._consumed[0],
            "write_capacity_units_consumed": self._consumed[1],
            "read_capacity_unit_hours": self._unit_seconds[0] / 3600,
            "write_capacity_unit_hours": self._unit_seconds[1] / 3600,
            "bytes_stored": self.stored(),
        }

    @property
    def charged(self) -> float:
        """All units of all kinds."""
        return sum(self._requested) + sum(self._consumed)

    def state(self, now: float) -> tuple[Any, ...]:
        """Definition, and what `restore` takes."""
        self._bring_up(now)
        counts = (self._requested, self._consumed, self._unit_seconds)
        return (self.definition, *map(tuple, counts), self._provisioned)

    def restore(
        self,
        requested: tuple[float, ...],
        consumed: tuple[float, ...],
        unit_seconds: tuple[float, ...],
        provisioned: tuple[int, int],
    ) -> None:
        """Go on from counts that were kept."""
        self._requested, self._consumed = list(requested), list(consumed)
        self._unit_seconds, self._provisioned = list(unit_seconds), provisioned

    def _bring_up(self, now: float) -> None:
        for kind, units in enumerate(self._provisioned):
            self._unit_seconds[kind] += units * (now - self._when)
        self._when = now


class TableUsages:
    """The counts of all tables, those deleted among them: what they cost is not forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tables: dict[str, TableUsage] = {}

    def of(self, definition: Definition) -> TableUsage:
        """The counts of a table; one made anew under the same name goes on with them."""
        found = self._tables.get(definition.arn)
        if found is None:
            found = self._tables[definition.arn] = TableUsage(definition, self._clock())
        return found

    def report(self) -> dict[str, list[dict[str, Any]]]:
        """All counts by account."""
        now = self._clock()
        accounts: dict[str, list[dict[str, Any]]] = {}
        for usage in self._tables.values():
            accounts.setdefault(usage.definition.account, []).append(usage.counts(now))
        return accounts

    def clear(self) -> None:
        """Begin anew."""
        self._tables.clear()

    def counted(self) -> float:
        """Another one whenever anything was charged."""
        return sum(usage.charged for usage in self._tables.values())

    def state(self) -> list[Any]:
        """The counts, for `restore`."""
        now = self._clock()
        return [usage.state(now) for usage in self._tables.values()]

    def restore(self, state: list[Any]) -> None:
        """Go on from counts that were kept. While the sandbox did not run, no hour passed."""
        for definition, *counts in state:
            usage = self._tables[definition.arn] = TableUsage(definition, self._clock())
            usage.restore(*counts)
