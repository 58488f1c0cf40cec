"""The tables of the state file, and which versions of it are read.

`items` of all DynamoDB tables (and whatever else lies in an order by bytes), by their table's number;
`documents` of the rooms; `code` by its hash, with the documents that need it; `logs`. A checksum is with
all that is read back as it was written: SQLite notices a damaged page, not a damaged byte in a value.
"""

from __future__ import annotations

import sqlite3
import zlib
from importlib.metadata import version
from pathlib import Path

from sandbox import __version__
from sandbox.store import faults

FORMAT = 1
"""The number of what is below. A change of it comes with a step in MIGRATIONS."""

MIGRATIONS: dict[int, str] = {}
"""SQL that makes format n + 1 of format n, by n."""

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE tables (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE TABLE items (
    number INTEGER NOT NULL, place BLOB NOT NULL, raw BLOB NOT NULL, size INTEGER NOT NULL,
    checksum INTEGER NOT NULL, PRIMARY KEY (number, place)
) WITHOUT ROWID;
CREATE TABLE documents (
    room TEXT NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (room, name)
);
CREATE TABLE code (sha256 TEXT PRIMARY KEY, content BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE code_of (
    room TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (room, name, sha256)
) WITHOUT ROWID;
CREATE TABLE logs (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, log_group TEXT NOT NULL,
    stream TEXT NOT NULL, timestamp INTEGER NOT NULL, ingested INTEGER NOT NULL, message BLOB NOT NULL
);
CREATE INDEX logs_by_stream ON logs (account, region, log_group, stream);
"""


def checksum(*parts: bytes) -> int:
    """CRC-32 of the parts as one."""
    found = 0
    for part in parts:
        found = zlib.crc32(part, found)
    return found


def installed_moto() -> str:
    """The version of moto, without importing it."""
    return version("moto")


def create(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file."""
    connection.executescript(f"BEGIN; {TABLES} COMMIT;")
    stamp(connection)


def stamp(connection: sqlite3.Connection) -> None:
    """Say by whom the file is written from now on."""
    values = {"format": str(FORMAT), "moto": installed_moto(), "sandbox": __version__}
    connection.execute("BEGIN")
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())
    connection.execute("COMMIT")


def make_current(connection: sqlite3.Connection, file: Path) -> None:
    """Make an older file one of today, with a copy of how it was beside it. Raises StateUnusable.

    Another patch of the same minor version of moto is taken as it is; a newer format or another minor
    version is refused, and the file is left as it is.
    """
    told = dict(connection.execute("SELECT name, value FROM meta"))
    found, moto = int(told["format"]), told["moto"]
    if found > FORMAT or any(number not in MIGRATIONS for number in range(found, FORMAT)):
        raise faults.other_format(file, found, FORMAT)
    if _minor(moto) != _minor(installed_moto()):
        raise faults.other_moto(file, moto, installed_moto())
    if found < FORMAT:
        connection.execute("VACUUM INTO ?", (str(file.with_name(f"{file.stem}.format-{found}.db")),))
        for number in range(found, FORMAT):
            connection.executescript(f"BEGIN; {MIGRATIONS[number]} COMMIT;")
    if (found, moto, told["sandbox"]) != (FORMAT, installed_moto(), __version__):
        stamp(connection)


def _minor(number: str) -> list[str]:
    return number.split(".")[:2]
