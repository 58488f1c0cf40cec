"""Report files that cannot be written, refused before the checks run."""

from __future__ import annotations

import os
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
