"""What is to be written with the next commit."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from sandbox.store.contract import LogRow
from sandbox.store.schema import checksum

Document = tuple[bytes, frozenset[str]]
"""Content, and the hashes of the code that it needs."""


@dataclass
class Buffer:
    """Changes by what they are of: of several to the same place the last counts; drops come first."""

    dropped: dict[str, None] = field(default_factory=dict)
    items: dict[str, dict[bytes, tuple[bytes, int] | None]] = field(default_factory=dict)
    documents: dict[tuple[str, str], Document | None] = field(default_factory=dict)
    code: dict[str, bytes] = field(default_factory=dict)
    dropped_logs: list[tuple[str, str, str, str]] = field(default_factory=list)
    logs: list[LogRow] = field(default_factory=list)

    @property
    def pressing(self) -> bool:
        """Whether an answer has to wait for something here."""
        return bool(self.items or self.documents or self.dropped or self.code or self.dropped_logs)

    def __bool__(self) -> bool:
        return self.pressing or bool(self.logs)

    def drop(self, table_id: str) -> None:
        self.items.pop(table_id, None)
        self.dropped[table_id] = None

    def drop_logs(self, account: str, region: str, group: str, stream: str) -> None:
        gone = (account, region, group, stream)
        self.logs = [row for row in self.logs if row[: 4 if stream else 3] != gone[: 4 if stream else 3]]
        self.dropped_logs.append(gone)

    def write(self, connection: sqlite3.Connection, numbers: dict[str, int]) -> None:
        """Write all, in the transaction that is open. numbers: of the tables known; it grows."""
        for table_id in self.dropped:
            if table_id in numbers:
                number = numbers.pop(table_id)
                connection.execute("DELETE FROM items WHERE number = ?", (number,))
                connection.execute("DELETE FROM tables WHERE number = ?", (number,))
        for table_id, changes in self.items.items():
            _write_items(connection, _number(connection, numbers, table_id), changes)
        if self.code:
            rows = ((sha256, content, checksum(content)) for sha256, content in self.code.items())
            connection.executemany("INSERT OR IGNORE INTO code VALUES (?, ?, ?)", rows)
        for (room, name), document in self.documents.items():
            _write_document(connection, room, name, document)
        for account, region, group, stream in self.dropped_logs:
            connection.execute(
                "DELETE FROM logs WHERE account = ? AND region = ? AND log_group = ? AND ? IN ('', stream)",
                (account, region, group, stream),
            )
        if self.logs:
            # JSON can say half a surrogate pair, which text in SQLite cannot be.
            lines = ((*row[:-1], row.message.encode("utf-8", "surrogatepass")) for row in self.logs)
            connection.executemany("INSERT INTO logs VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", lines)


def _number(connection: sqlite3.Connection, numbers: dict[str, int], table_id: str) -> int:
    found = numbers.get(table_id)
    if found is None:
        found = max(numbers.values(), default=0) + 1
        connection.execute("INSERT INTO tables VALUES (?, ?)", (found, table_id))
        numbers[table_id] = found
    return found


def _write_items(
    connection: sqlite3.Connection, number: int, changes: dict[bytes, tuple[bytes, int] | None]
) -> None:
    gone = [(number, place) for place, kept in changes.items() if kept is None]
    put = [
        (number, place, kept[0], kept[1], checksum(place, kept[0]))
        for place, kept in changes.items()
        if kept is not None
    ]
    if gone:
        connection.executemany("DELETE FROM items WHERE number = ? AND place = ?", gone)
    if put:
        connection.executemany("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?)", put)


def _write_document(connection: sqlite3.Connection, room: str, name: str, document: Document | None) -> None:
    connection.execute("DELETE FROM code_of WHERE room = ? AND name = ?", (room, name))
    if document is None:
        connection.execute("DELETE FROM documents WHERE room = ? AND name = ?", (room, name))
        return
    content, code = document
    connection.execute(
        "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)", (room, name, content, checksum(content))
    )
    connection.executemany("INSERT INTO code_of VALUES (?, ?, ?)", [(room, name, one) for one in code])
