"""Whether a state file is whole, and what can still be read of one that is not.

Nothing here writes to the file that is looked at.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sandbox.store import faults, schema

# By table: the columns of its order, then what the checksum at a row's end is of.
_ORDER = {
    "meta": ("name", 0),
    "tables": ("number", 0),
    "items": ("number, place", (1, 2)),
    "documents": ("rowid", (2,)),
    "code": ("rowid", (1,)),
    "code_of": ("room, name, sha256", 0),
    "logs": ("id", 0),
}
_CHECKED = {table: parts for table, (_, parts) in _ORDER.items() if isinstance(parts, tuple)}
_COUNTED = {"items": "items", "documents": "documents", "code": "code packages", "logs": "log events"}

Row = tuple[Any, ...]


def reader(file: Path) -> sqlite3.Connection:
    """A connection that only reads; its threads are its user's business."""
    uri = f"{file.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)


def check(file: Path) -> None:
    """Read the whole file. Raises StateUnusable if it is damaged, after what is readable was put aside."""
    what = _fault(file)
    if what is None:
        return
    try:
        aside, counts = _put_aside(file)
    except (OSError, sqlite3.Error) as error:
        raise faults.damaged(
            file, f"{what}; putting aside what is readable failed: {error}", None, ""
        ) from error
    raise faults.damaged(file, what, aside, counts)


def _fault(file: Path) -> str | None:
    """What is wrong with the file; None if nothing is."""
    if not file.stat().st_size:
        return "it is empty"
    try:
        with closing(reader(file)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                return str(found).replace("\n", " ")
            for table, parts in _CHECKED.items():
                for row in connection.execute(f"SELECT * FROM {table}"):
                    if not _is_right(row, parts):
                        return f"a checksum of {_COUNTED[table]} is wrong"
    except (sqlite3.DatabaseError, OverflowError) as error:
        return str(error)
    return None


def _is_right(row: Row, parts: tuple[int, ...]) -> bool:
    return (
        all(type(row[at]) is bytes for at in parts) and schema.checksum(*(row[at] for at in parts)) == row[-1]
    )


def _put_aside(file: Path) -> tuple[Path | None, str]:
    """A new state file with the rows that can be read, and how many those are; None if there are none."""
    aside = file.with_name(f"{file.stem}.readable.db")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix="reading-") as folder:
        copy, made = Path(folder, "damaged.db"), Path(folder, "readable.db")
        for end in ("", "-wal"):
            if file.with_name(file.name + end).exists():
                shutil.copy(file.with_name(file.name + end), copy.with_name(copy.name + end))
        with closing(sqlite3.connect(made, isolation_level=None)) as target:
            schema.create(target)
            with closing(sqlite3.connect(copy, isolation_level=None)) as source:
                # Without it SQLite reads nothing of a file that is shorter than it says.
                source.execute("PRAGMA writable_schema = ON")
                counts = {table: _rescue(source, target, table) for table in _ORDER}
        if not any(counts[table] for table in _COUNTED):
            return None, ""
        made.replace(aside)
    return aside, ", ".join(f"{counts[table]} {word}" for table, word in _COUNTED.items())


def _rescue(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> int:
    """Copy what can be read of a table: from its beginning, and from its end where it breaks off."""
    order, parts = _ORDER[table]
    target.execute("BEGIN")
    for direction in ("ASC", "DESC"):
        whole = True
        columns = ", ".join(f"{one} {direction}" for one in order.split(", "))
        try:
            for row in source.execute(f"SELECT * FROM {table} ORDER BY {columns}"):
                if not parts or (isinstance(parts, tuple) and _is_right(row, parts)):
                    marks = ", ".join("?" * len(row))
                    target.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)
        except (sqlite3.DatabaseError, OverflowError):
            whole = False
        if whole:
            break
    target.execute("COMMIT")
    (count,) = target.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(count)


def rows(file: Path, query: str, values: Row = ()) -> Iterator[Row]:
    """What a query finds in the file as it is now, whatever is written meanwhile."""
    with closing(reader(file)) as connection:
        yield from connection.execute(query, values)
