"""Report files: refused before the checks run, then written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from workshop.errors import Problem


def refuse_unwritable(file: Path, option: str) -> None:
    """Raises Problem where `file`, named by `option`, cannot be written. Nothing is changed."""
    folder = file.parent
    if file.is_dir():
        found = "a folder"
    elif not folder.is_dir():
        found = f"no folder {folder}"
    elif not os.access(folder, os.W_OK | os.X_OK) or (file.exists() and not os.access(file, os.W_OK)):
        found = "a place where you may not write"
    else:
        return
    raise Problem(
        f"the file {file} of {option}", found, "a file in a folder that is there", f"another {option}"
    )


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
