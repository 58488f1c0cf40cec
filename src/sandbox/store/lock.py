"""One sandbox a state folder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sandbox.store import faults

NAME = "sandbox.lock"


class FolderLock:
    """The hold on a folder, as long as this process lives: the system takes it back however that ends.

    The file says which process has it. So a file that is left over holds nobody up.
    """

    def __init__(self, folder: Path) -> None:
        """Take it. Raises StateUnusable, naming the process that has it."""
        self._file = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._file, 32).decode("ascii", "replace").strip()
            os.close(self._file)
            raise faults.in_use(folder, holder) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let go of the folder."""
        os.close(self._file)
