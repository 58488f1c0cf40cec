"""A store that keeps nothing: tests and graders start with it, and leave nothing behind."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from sandbox.store.codec import Reader, Writer
from sandbox.store.contract import LogRow


class NoStore:
    """`StateStore`, doing nothing: what it is told is gone when the sandbox ends."""

    @property
    def path(self) -> Path | None:
        return None

    def size(self) -> int:
        return 0

    def put_item(self, table_id: str, place: bytes, raw: bytes | None, size: int = 0) -> None: ...

    def items(self, table_id: str) -> Iterator[tuple[bytes, bytes, int]]:
        return iter(())

    def drop_items(self, table_id: str) -> None: ...

    def keep(self, room: str, name: str, value: Any, writer: type[Writer] = Writer) -> None: ...

    def kept(self, room: str, reader: type[Reader] = Reader) -> Iterator[tuple[str, Any]]:
        return iter(())

    def save(self, room: str, name: str, content: bytes, code: Collection[str] = ()) -> None: ...

    def forget(self, room: str, name: str) -> None: ...

    def documents(self, room: str) -> Iterator[tuple[str, bytes]]:
        return iter(())

    def keep_code(self, content: bytes) -> str:
        return hashlib.sha256(content).hexdigest()

    def code(self, sha256: str) -> bytes:
        raise KeyError(sha256)

    def append_logs(self, rows: Iterable[LogRow]) -> None: ...

    def logs(self) -> Iterator[LogRow]:
        return iter(())

    def drop_logs(self, account: str, region: str, group: str, stream: str = "") -> None: ...

    def commit(self) -> None: ...

    @property
    def pending(self) -> bool:
        return False

    def clear(self) -> None: ...

    def close(self) -> None: ...
