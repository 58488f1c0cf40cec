"""A stored item, and what a follower still shows of the past."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from sandbox.dynamodb.model import Item


class Entry(NamedTuple):
    """An item's line in a secondary index: where it lies by the index's key, and its bytes there."""

    place: bytes
    size: int


Entries = tuple[Entry | None, ...]
"""One for each index of the table, in their order; None where the item is not in the index."""


class Record(NamedTuple):
    """An item as it is stored: compact JSON, its size by AWS's rules, its lines in the indexes."""

    raw: bytes
    size: int
    entries: Entries = ()

    @property
    def item(self) -> Item:
        """The item, parsed; the caller's own."""
        parsed: Item = json.loads(self.raw)
        return parsed


class Late:
    """The writes of one key that one follower does not have yet.

    follower: which one; the other has them all. Writes are in the order of the leader's log: the follower
    that has a write has all before it.
    """

    __slots__ = ("_writes", "follower")

    def __init__(self, follower: int) -> None:
        self.follower = follower
        self._writes: list[tuple[float, Record | None]] = []

    def add(self, at: float, before: Record | None) -> None:
        """A write that the follower has at the time `at`; until then it shows `before`."""
        self._writes.append((at, before))

    @property
    def shown(self) -> Record | None:
        """What the follower shows, once `forget` was called."""
        return self._writes[0][1]

    def forget(self, now: float) -> list[Record | None]:
        """Give up the states that no follower shows any more; they are the answer."""
        kept = len(self._writes)
        while kept and self._writes[kept - 1][0] > now:
            kept -= 1
        gone, self._writes = self._writes[:kept], self._writes[kept:]
        return [before for _, before in gone]

    @property
    def states(self) -> list[Record | None]:
        """The past states that are still shown, the oldest first."""
        return [before for _, before in self._writes]

    def reindex(self, change: Callable[[Record], Record]) -> None:
        """Give the past states their lines in the indexes anew."""
        self._writes = [(at, before and change(before)) for at, before in self._writes]

    def __bool__(self) -> bool:
        return bool(self._writes)


def compact(value: Any) -> bytes:
    """`value` as JSON without blanks, in UTF-8; lone surrogates, which UTF-8 has not, are escaped."""
    try:
        return _ENCODE(value).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


_ENCODE = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode
