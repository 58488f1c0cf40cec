"""Report files: refused before the checks run, then written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from workshop.errors import Problem


def refuse_unwritable(file: Path, option: str) -> None:
    """Raises Problem where `file`, named by `option`, cannot be written. Nothing is changed."""
    found = _obstacle(file)
    if found is not None:
        looked_at = f"the file {file} of {option}"
        raise Problem(looked_at, found, "a file in a folder that is there", f"another {option}")


def _obstacle(file: Path) -> str | None:
    not_allowed = "a place where you may not write"
    try:
        if file.is_dir():
            return "a folder"
        if not file.parent.is_dir():
            return f"no folder {file.parent}"
        if file.exists() and not _may_write(file, os.W_OK):
            return not_allowed
    except PermissionError:
        return not_allowed
    return None if _may_write(file.parent, os.W_OK | os.X_OK) else not_allowed


def _may_write(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def write_whole(file: Path, text: str) -> None:
    """Puts `text` into `file`: a reader sees the file before or after, never half of it."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as temporary:
            temporary.write(text)
        replace(Path(name), file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def replace(made: Path, file: Path) -> None:
    """Puts `made` in the place of `file`, with the permissions a new file has."""
    mask = os.umask(0)
    os.umask(mask)
    made.chmod(0o666 & ~mask)
    made.replace(file)
