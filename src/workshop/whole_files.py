"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


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
