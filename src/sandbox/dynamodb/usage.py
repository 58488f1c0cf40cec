"""What one table uses up that AWS bills: units on demand, provisioned units by the hour."""

from __future__ import annotations

from typing import Any

from sandbox.dynamodb.consumed import Consumed
from sandbox.dynamodb.model import Definition


class TableUsage:
    """Counts for one table, its indexes among it. Times are seconds of one clock that never goes back.

    On demand AWS bills what was consumed; provisioned it bills the units that were set, used or not, by
    the hour (*Amazon DynamoDB pricing*). What a provisioned table consumed is counted too, for its
    utilisation.
    """

    def __init__(self) -> None:
        self.name = ""
        self.arn = ""
        self.on_demand = True
        self._requested = [0.0, 0.0]
        self._consumed = [0.0, 0.0]
        self._unit_seconds = [0.0, 0.0]
        self._provisioned = (0, 0)
        self._when = 0.0

    def configure(self, definition: Definition, now: float) -> None:
        """Count from now on by this definition."""
        self._bring_up(now)
        self.name, self.arn = definition.name, definition.arn
        self.on_demand = definition.on_demand
        throughputs = [definition.throughput, *(index.throughput for index in definition.indexes.values())]
        self._provisioned = (
            sum(units.read for units in throughputs if units is not None),
            sum(units.write for units in throughputs if units is not None),
        )

    def charge(self, consumed: Consumed) -> None:
        """Count what one operation consumed."""
        read, write = consumed.total
        counts = self._requested if self.on_demand else self._consumed
        counts[0] += read
        counts[1] += write

    def end(self, now: float) -> None:
        """The table is deleted: what it had provisioned is billed no longer."""
        self._bring_up(now)
        self._provisioned = (0, 0)

    def counts(self, now: float) -> dict[str, Any]:
        """Units by kind: requested on demand, consumed of what is provisioned, and provisioned × hours."""
        self._bring_up(now)
        return {
            "table": self.name,
            "mode": "PAY_PER_REQUEST" if self.on_demand else "PROVISIONED",
            "read_request_units": self._requested[0],
            "write_request_units": self._requested[1],
            "read_capacity_units_consumed": self._consumed[0],
            "write_capacity_units_consumed": self._consumed[1],
            "read_capacity_unit_hours": self._unit_seconds[0] / 3600,
            "write_capacity_unit_hours": self._unit_seconds[1] / 3600,
        }

    def _bring_up(self, now: float) -> None:
        for kind, units in enumerate(self._provisioned):
            self._unit_seconds[kind] += units * (now - self._when)
        self._when = now
