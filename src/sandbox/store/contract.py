"""What rooms may ask of the store: `StateStore`, which `Store` keeps on disk and `NoStore` does not.

A room keeps its state so: it tells the store of every change at once (`put_item`, `keep`, `save`, …),
which only buffers it. What it changes of moto's state it names by `MotoBackend.note(service, account,
region)`; calls that change anything are named by `AwsApi` already. Before an answer leaves the sandbox, and
every second, `Keeping.settle` encodes what was named and commits all that is buffered in one transaction.
So a room never commits, and what it changes without an await in between is kept wholly or not at all.
At the start a room reads what was kept (`kept`, `documents`, `items`, `logs`), before the first request.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sandbox.store.codec import Reader, Writer


class LogRow(NamedTuple):
    """One log event. timestamp, ingested: milliseconds since 1970."""

    account: str
    region: str
    group: str
    stream: str
    timestamp: int
    ingested: int
    message: str


class StateStore(Protocol):
    """Where the state of a sandbox is kept. All methods may be called from any thread."""

    @property
    def path(self) -> Path | None:
        """The file; None where nothing is kept."""

    def size(self) -> int:
        """Bytes on disk, the write-ahead log among them."""

    # -- items: bytes by place, in order, of any number of tables -----------------------------------

    def put_item(self, table_id: str, place: bytes, raw: bytes | None, size: int = 0) -> None:
        """Keep `raw` at a place of a table; None takes away what is there. size: comes back with it.

        size is the item's by DynamoDB's rules: with it, loading parses no JSON.
        """

    def items(self, table_id: str) -> Iterator[tuple[bytes, bytes, int]]:
        """All of a table, as (place, raw, size), in the order of the places."""

    def drop_items(self, table_id: str) -> None:
        """Take away all of a table."""

    # -- documents: what a room knows, by the room's name and one of its own -------------------------

    def keep(self, room: str, name: str, value: Any, writer: type[Writer] = Writer) -> None:
        """Keep an object graph (see `codec`). Bytes and texts of 4 KB and more lie with the code.

        Raises codec.CannotKeep where the graph holds something that is no state.
        """

    def kept(self, room: str, reader: type[Reader] = Reader) -> Iterator[tuple[str, Any]]:
        """All that `keep` kept of a room, as (name, value). Raises StateUnusable where it is none of ours."""

    def save(self, room: str, name: str, content: bytes, code: Collection[str] = ()) -> None:
        """Keep bytes. code: the hashes of the code that this document needs, which stays as long as it."""

    def forget(self, room: str, name: str) -> None:
        """Take a document away, whether it was kept as an object or as bytes."""

    def documents(self, room: str) -> Iterator[tuple[str, bytes]]:
        """All that is kept of a room, as (name, content)."""

    # -- code, by content ----------------------------------------------------------------------------

    def keep_code(self, content: bytes) -> str:
        """Keep bytes once, however often they are named: their SHA-256 in hexadecimal digits.

        What no document names is swept at the next start.
        """

    def code(self, sha256: str) -> bytes:
        """The bytes of a hash. Raises KeyError."""

    # -- logs ----------------------------------------------------------------------------------------

    def append_logs(self, rows: Iterable[LogRow]) -> None:
        """Keep log events; they are on disk within a second, without an answer waiting for it."""

    def logs(self) -> Iterator[LogRow]:
        """All log events, in the order in which they came."""

    def drop_logs(self, account: str, region: str, group: str, stream: str = "") -> None:
        """Take away the events of a log group, or of one of its streams."""

    # -- all -----------------------------------------------------------------------------------------

    def commit(self) -> None:
        """Write all that is buffered, now. Raises NotKept where the disk takes nothing."""

    @property
    def pending(self) -> bool:
        """Whether something is buffered for which an answer has to wait; log events are not."""

    def clear(self) -> None:
        """Take everything away, at once."""

    def close(self) -> None:
        """Write what is buffered, and let go of the folder."""


class NotKept(Exception):
    """A change could not be written to disk; it is kept in memory, and written with the next that can be."""
