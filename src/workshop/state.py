"""Where this clone's local AWS keeps what it holds, and how large that is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(".sandbox") / "state"
FILE = FOLDER / "state.db"
"""What the sandbox calls its state file (`sandbox.store`); a write-ahead log lies beside it."""

KEPT = f"What it holds is kept in {FOLDER}/."
GONE = "What it held is gone."


def line(clone: Path, said: Mapping[str, Any] | None) -> str:
    """The state in one line of `workshop status`. said: the sandbox's health; None where none runs.

    This is a read-only operation.
    """
    told = (said or {}).get("state")
    if told is not None and told["file"] is None:
        return "State       in memory only: gone when the local AWS ends"
    if told is not None:
        file, size = Path(told["file"]), int(told["bytes"])
        return f"State       {_shown(file.parent, clone)}, {size_in_words(size)}"
    file = clone / FILE
    parts = [part for part in (file, file.with_name(f"{file.name}-wal")) if part.is_file()]
    if not parts:
        return "State       none yet"
    size = sum(part.stat().st_size for part in parts)
    return f"State       {_shown(file.parent, clone)}, {size_in_words(size)}; `workshop up` goes on with it"


def size_in_words(size: int) -> str:
    """Bytes as people say them.

    >>> size_in_words(90_000), size_in_words(3_400_000)
    ('90 KB', '3.4 MB')
    """
    return f"{-(-size // 1000)} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def _shown(folder: Path, clone: Path) -> str:
    return str(folder.relative_to(clone)) if folder.is_relative_to(clone) else str(folder)
