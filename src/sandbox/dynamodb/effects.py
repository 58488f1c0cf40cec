"""What the changes of a table do when their time is over: plain data, so that they outlive the sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sandbox.dynamodb.tables import Table

UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")


class Effect(Protocol):
    """One of those below."""

    def apply(self, table: Table) -> None:
        """Do it."""


@dataclass(frozen=True)
class Nothing:
    """Only the state is over."""

    def apply(self, table: Table) -> None: ...


@dataclass(frozen=True)
class Remove:
    """The table goes."""

    def apply(self, table: Table) -> None:
        table.remove()


@dataclass(frozen=True)
class Refresh:
    """What moto's table says is so from now on: an index is built."""

    def apply(self, table: Table) -> None:
        table.refresh()


@dataclass(frozen=True)
class ChangeClass:
    """The table has another class."""

    table_class: str

    def apply(self, table: Table) -> None:
        table.table_class = self.table_class


@dataclass(frozen=True)
class DropIndex:
    """A global index goes."""

    name: str

    def apply(self, table: Table) -> None:
        table.handle.drop_global_index(self.name)
        table.refresh()


@dataclass(frozen=True)
class SetThroughput:
    """The table, or a global index of it, has these provisioned units. decreases: of this UTC day."""

    index: str
    read: int
    write: int
    decreases: int

    def apply(self, table: Table) -> None:
        holder = table.handle.global_index(self.index) if self.index else table.handle.table
        units = dict(zip(UNITS, (self.read, self.write), strict=True))
        holder.throughput |= {**units, "NumberOfDecreasesToday": self.decreases}
        _warm(holder, units)
        table.refresh()


@dataclass(frozen=True)
class BecomeOnDemand:
    """The table, with its indexes, is on demand."""

    def apply(self, table: Table) -> None:
        moto = table.handle.table
        table.last_on_demand = table.options.now()
        for holder in (moto, *moto.global_indexes):
            holder.throughput.pop("LastDecreaseDateTime", None)
            _warm(holder, {"ReadCapacityUnits": 12000, "WriteCapacityUnits": 4000})
        table.refresh()


def _warm(holder: Any, units: dict[str, int]) -> None:
    """Warm throughput is the highest that there ever was (DDB-TABLE-061)."""
    for unit, warm in zip(UNITS, ("ReadUnitsPerSecond", "WriteUnitsPerSecond"), strict=True):
        highest = max(int(holder.warm_throughput.get(warm, 0)), int(units[unit]))
        holder.warm_throughput = {**holder.warm_throughput, warm: highest}
