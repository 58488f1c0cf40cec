"""`Store`: the state of a sandbox in one SQLite file, `state.db` in the state folder.

Why so (measured on ext4, 2 cores): a commit in WAL mode takes 0.03 ms with `synchronous=NORMAL` and 4 ms
with FULL, which waits for the disk. NORMAL it is: a commit is with the operating system before the answer
is sent, so the end of the process, however it comes, loses nothing. A power cut or a crash of the whole
machine may lose the last seconds (what came since the last checkpoint), and leaves the file whole.
Checkpoints, which wait for the disk, are made by a thread of their own.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from sandbox.store import checking, codec, faults, schema
from sandbox.store.buffer import Buffer
from sandbox.store.codec import Apart, Reader, Writer
from sandbox.store.contract import LogRow, NotKept
from sandbox.store.lock import FolderLock

log = logging.getLogger(__name__)

NAME = "state.db"
CHECKPOINT_SECONDS = 2.0
CHECKPOINT_BYTES = 1024 * 1024
"""A write-ahead log of this size is brought into the file, at most every CHECKPOINT_SECONDS."""
MOST_AHEAD = 64 * 1024 * 1024
"""One of this size is emptied, too: under writes without a pause it would begin anew never."""


class Store:
    """`StateStore` on disk. Made by `Store.open`."""

    def __init__(self, file: Path, lock: FolderLock, connection: sqlite3.Connection) -> None:
        self._file = file
        self._folder_lock = lock
        self._connection = connection
        self._busy = threading.Lock()
        self._buffer = Buffer()
        self._numbers: dict[str, int] = dict(connection.execute("SELECT id, number FROM tables"))
        self._code = {sha256 for (sha256,) in connection.execute("SELECT sha256 FROM code")}
        self._written: dict[tuple[str, str], bytes] = {}
        # By the identity of objects, which are held so that nothing else gets theirs.
        self._hashed: dict[tuple[str, str], dict[int, tuple[bytes | str, str]]] = {}
        self._closing = threading.Event()
        self._checkpoints = threading.Thread(target=self._bring_in, name="state checkpoints", daemon=True)
        self._checkpoints.start()

    @classmethod
    def open(cls, folder: Path) -> Store:
        """The store of a folder, which is made if it is not there.

        Raises faults.StateUnusable: the folder cannot be written or is another sandbox's; the file is
        damaged, or of a version that is not read. The file is left as it is then.
        """
        file = folder / NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FolderLock(folder)
        except OSError as error:
            raise faults.not_writable(folder, error) from error
        try:
            return cls(file, lock, _opened(file))
        except BaseException:
            lock.release()
            raise

    @property
    def path(self) -> Path | None:
        return self._file

    @property
    def pending(self) -> bool:
        return self._buffer.pressing

    def size(self) -> int:
        files = (self._file, self._file.with_name(f"{NAME}-wal"))
        return sum(one.stat().st_size for one in files if one.exists())

    # -- items -------------------------------------------------------------------------------------

    def put_item(self, table_id: str, place: bytes, raw: bytes | None, size: int = 0) -> None:
        with self._busy:
            self._buffer.items.setdefault(table_id, {})[place] = None if raw is None else (raw, size)

    def items(self, table_id: str) -> Iterator[tuple[bytes, bytes, int]]:
        query = (
            "SELECT place, raw, size FROM items WHERE number = (SELECT number FROM tables WHERE id = ?) "
            "ORDER BY place"
        )
        return checking.rows(self._file, query, (table_id,))

    def drop_items(self, table_id: str) -> None:
        with self._busy:
            self._buffer.drop(table_id)

    # -- documents and code ------------------------------------------------------------------------

    def keep(self, room: str, name: str, value: Any, writer: type[Writer] = Writer) -> None:
        before = self._hashed.get((room, name), {})
        hashed: dict[int, tuple[bytes | str, str]] = {}
        needed: set[str] = set()

        def keep(content: bytes | str | Apart) -> str:
            if isinstance(content, Apart):
                sha256 = content.sha256
            else:
                known = before.get(id(content))
                sha256 = known[1] if known is not None else self.keep_code(_as_bytes(content))
                hashed[id(content)] = (content, sha256)
            needed.add(sha256)
            return sha256

        content = codec.written(writer, value, keep)
        self._hashed[room, name] = hashed
        self.save(room, name, content, needed)

    def kept(self, room: str, reader: type[Reader] = Reader) -> Iterator[tuple[str, Any]]:
        for name, content in self.documents(room):
            try:
                yield name, codec.read(reader, content, self.code)
            except codec.Refused as error:
                raise faults.unknown_content(self._file, f"{room}/{name}", str(error)) from error

    def save(self, room: str, name: str, content: bytes, code: Collection[str] = ()) -> None:
        digest = hashlib.blake2b(content, digest_size=16).digest()
        with self._busy:
            if self._written.get((room, name)) != digest:
                self._written[room, name] = digest
                self._buffer.documents[room, name] = (content, frozenset(code))

    def forget(self, room: str, name: str) -> None:
        with self._busy:
            self._written.pop((room, name), None)
            self._hashed.pop((room, name), None)
            self._buffer.documents[room, name] = None

    def documents(self, room: str) -> Iterator[tuple[str, bytes]]:
        query = "SELECT name, content FROM documents WHERE room = ? ORDER BY name"
        return checking.rows(self._file, query, (room,))

    def keep_code(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        with self._busy:
            if sha256 not in self._code:
                self._code.add(sha256)
                self._buffer.code[sha256] = content
        return sha256

    def code(self, sha256: str) -> bytes:
        waiting = self._buffer.code.get(sha256)
        if waiting is not None:
            return waiting
        for (content,) in checking.rows(self._file, "SELECT content FROM code WHERE sha256 = ?", (sha256,)):
            return bytes(content)
        raise KeyError(sha256)

    # -- logs --------------------------------------------------------------------------------------

    def append_logs(self, rows: Iterable[LogRow]) -> None:
        with self._busy:
            self._buffer.logs.extend(rows)

    def logs(self) -> Iterator[LogRow]:
        columns = "account, region, log_group, stream, timestamp, ingested, message"
        for found in checking.rows(self._file, f"SELECT {columns} FROM logs ORDER BY id"):
            yield LogRow._make((*found[:-1], found[-1].decode("utf-8", "surrogatepass")))

    def drop_logs(self, account: str, region: str, group: str, stream: str = "") -> None:
        with self._busy:
            self._buffer.drop_logs(account, region, group, stream)

    # -- all ---------------------------------------------------------------------------------------

    def commit(self) -> None:
        with self._busy:
            if not self._buffer:
                return
            numbers = dict(self._numbers)
            with self._transaction() as connection:
                self._buffer.write(connection, numbers)
            self._numbers = numbers
            self._buffer = Buffer()

    def clear(self) -> None:
        with self._busy:
            with self._transaction() as connection:
                for table in ("items", "tables", "documents", "code_of", "code", "logs"):
                    connection.execute(f"DELETE FROM {table}")
            self._buffer = Buffer()
            for known in (self._numbers, self._code, self._written, self._hashed):
                known.clear()
            with contextlib.suppress(sqlite3.Error):  # only the room on the disk is not given back yet
                self._connection.execute("VACUUM")
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._closing.set()
        self._checkpoints.join()
        try:
            self.commit()
        except NotKept as error:
            log.error("%s", error)
        self._connection.close()
        self._folder_lock.release()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing. Raises NotKept."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection
            self._connection.execute("COMMIT")
        except Exception as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise NotKept(faults.not_kept(self._file, error)) from error

    def _bring_in(self) -> None:
        """The thread that brings the write-ahead log into the file: only it waits for the disk."""
        ahead = self._file.with_name(f"{NAME}-wal")
        with contextlib.closing(_connect(self._file)) as connection:
            while not self._closing.wait(CHECKPOINT_SECONDS):
                try:
                    if ahead.stat().st_size > CHECKPOINT_BYTES:
                        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
                    if ahead.stat().st_size > MOST_AHEAD:  # little is left to do, but commits have to wait
                        with self._busy:
                            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                except (OSError, sqlite3.Error) as error:
                    log.warning("%s is not brought into %s yet: %s", ahead, self._file, error)


def _as_bytes(content: bytes | str) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    return connection


def _opened(file: Path) -> sqlite3.Connection:
    """The connection that writes, to a file that is whole and of today. Raises StateUnusable."""
    try:
        if file.exists():
            checking.check(file)
        else:
            _make(file)
        connection = _connect(file)
        try:
            schema.make_current(connection, file)
            connection.execute("DELETE FROM code WHERE sha256 NOT IN (SELECT sha256 FROM code_of)")
        except BaseException:
            connection.close()
            raise
    except (OSError, sqlite3.OperationalError) as error:
        raise faults.not_writable(file.parent, error) from error
    return connection


def _make(file: Path) -> None:
    """A file without state. It gets its name when it is whole: an empty `state.db` is a damaged one."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(new, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        schema.create(connection)
    new.replace(file)
