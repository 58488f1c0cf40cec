"""What an operation costs in capacity units, and how its answer reports it.

A unit reads 4 KB strongly consistently, or writes 1 KB (Amazon DynamoDB Developer Guide, *DynamoDB
provisioned capacity mode*). What an index costs follows from how the entry in it changes (*Global
Secondary Indexes*, *Provisioned Throughput Considerations*; measured on AWS: nubo-db/dynoxide issues 176,
188).

    cost = Consumed("users", write=write_units(max(old, new)))
    reply["ConsumedCapacity"] = cost.report("TOTAL")     # {"TableName": "users", "CapacityUnits": 1.0}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

READ_BYTES = 4096
WRITE_BYTES = 1024

Units = tuple[float, float]
"""Read units and write units."""

_NOTHING: Units = (0.0, 0.0)


def read_units(size: int, consistent: bool, transactional: bool = False) -> float:
    """Units for reading `size` bytes at once; nothing found costs as much as the smallest item.

    GetItem and each item of a BatchGetItem or TransactGetItems count by themselves. Query and Scan count
    the sum of what they read, before the filter. Fetching what a local index does not hold counts every
    item by itself again (*Local Secondary Indexes*, *Read Capacity Units*).

    >>> read_units(6656, consistent=False), read_units(6656, consistent=True), read_units(0, True, True)
    (1.0, 2.0, 2.0)
    """
    blocks = -(-size // READ_BYTES) or 1
    if transactional:
        return blocks * 2.0
    return float(blocks) if consistent else blocks / 2


def write_units(size: int, transactional: bool = False) -> float:
    """Units for writing an item. size: bytes, the larger of before and after; of the item found where a
    condition failed, which changed nothing; 0 where there is none.

    >>> write_units(3072), write_units(0), write_units(1025, transactional=True)
    (3.0, 1.0, 4.0)
    """
    blocks = -(-size // WRITE_BYTES) or 1
    return blocks * 2.0 if transactional else float(blocks)


def index_write_units(
    old: int | None, new: int | None, *, moved: bool = False, changed: bool = True
) -> float:
    """Units that a write costs an index, in a transaction no more than outside one.

    old, new: bytes of the entry before and after; None where the index has none. moved: whether the
    index's key changed, which is a delete and a put. changed: whether anything that the index holds did.

    >>> index_write_units(None, 200), index_write_units(200, 1500, moved=True)
    (1.0, 3.0)
    >>> index_write_units(200, 200, changed=False), index_write_units(None, None)
    (0.0, 0.0)
    """
    if old is None or new is None:
        size = new if old is None else old
        return 0.0 if size is None else write_units(size)
    if not changed:
        return 0.0
    return write_units(old) + write_units(new) if moved else write_units(max(old, new))


@dataclass(frozen=True, slots=True)
class Consumed:
    """Units that one operation consumed on one table.

    table_name: as the request named it; an ARN stays an ARN. read, write: of the table itself.
    global_indexes, local_indexes: (read, write) by name, of the indexes that were touched only.
    """

    table_name: str
    read: float = 0.0
    write: float = 0.0
    global_indexes: Mapping[str, Units] = field(default_factory=dict)
    local_indexes: Mapping[str, Units] = field(default_factory=dict)

    def __add__(self, other: Consumed) -> Consumed:
        """Both operations' units on one table, as batches and transactions sum them."""
        return Consumed(
            self.table_name,
            self.read + other.read,
            self.write + other.write,
            _sum(self.global_indexes, other.global_indexes),
            _sum(self.local_indexes, other.local_indexes),
        )

    @property
    def total(self) -> Units:
        """(read, write) of the table and all its indexes."""
        read, write = self.read, self.write
        for indexes in (self.global_indexes, self.local_indexes):
            for units in indexes.values():
                read += units[0]
                write += units[1]
        return read, write

    def report(self, mode: str | None, transactional: bool = False) -> dict[str, Any] | None:
        """The ConsumedCapacity of an answer, or None where it has none.

        mode: the request's ReturnConsumedCapacity. transactional: transactions say read or write units
        beside their sum, all other operations the sum only (measured on AWS: ExtendDB/extenddb pull
        request 212). Batches and transactions answer a list, an element a table.
        """
        if mode not in ("TOTAL", "INDEXES"):
            return None
        report = {"TableName": self.table_name, **_capacity(self.total, transactional)}
        if mode == "INDEXES":
            report["Table"] = _capacity((self.read, self.write), transactional)
            for name, indexes in (
                ("LocalSecondaryIndexes", self.local_indexes),
                ("GlobalSecondaryIndexes", self.global_indexes),
            ):
                if indexes:
                    report[name] = {key: _capacity(units, transactional) for key, units in indexes.items()}
        return report


def _capacity(units: Units, transactional: bool) -> dict[str, Any]:
    read, write = units
    capacity = {"CapacityUnits": read + write}
    if transactional:
        capacity["WriteCapacityUnits" if write else "ReadCapacityUnits"] = read + write
    return capacity


def _sum(one: Mapping[str, Units], other: Mapping[str, Units]) -> Mapping[str, Units]:
    if not one or not other:
        return one or other
    both = dict(one)
    for name, (read, write) in other.items():
        before = both.get(name, _NOTHING)
        both[name] = (before[0] + read, before[1] + write)
    return both
