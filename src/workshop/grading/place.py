"""The folder that one submission is graded in, which goes afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """One folder of its own. The submission may write to `temporary` and `shared_memory` only."""

    folder: Path

    @classmethod
    @contextlib.contextmanager
    def made(cls, user: int | None = None) -> Iterator[Place]:
        """Makes it for a user, and removes it at the end."""
        place = cls(Path(tempfile.mkdtemp(prefix="workshop-grade-")).resolve())
        try:
            for folder in (place.work, place.temporary, place.shared_memory, place.settings):
                folder.mkdir()
            if user is not None:
                place.folder.chmod(0o711)
                for folder in place.writable:
                    os.chown(folder, user, user)
            yield place
        finally:
            remove(place.folder)

    @property
    def work(self) -> Path:
        """The copy of what was handed in."""
        return self.folder / "work"

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"

    @property
    def shared_memory(self) -> Path:
        return self.folder / "shm"

    @property
    def settings(self) -> Path:
        """What stands for /etc."""
        return self.folder / "etc"

    @property
    def log(self) -> Path:
        """What the cell says that is no result."""
        return self.folder / "log"

    @property
    def keeper_log(self) -> Path:
        """What the keeper says where it fails."""
        return self.folder / "keeper.log"

    @property
    def writable(self) -> tuple[Path, ...]:
        return self.temporary, self.shared_memory


def remove(folder: Path) -> None:
    """Removes a folder, and in it what was made unreadable or undeletable by its permissions."""
    for name, folders, _ in os.walk(folder):
        for one in (name, *(os.path.join(name, below) for below in folders)):  # noqa: PTH118
            if not os.path.islink(one):  # noqa: PTH114
                with contextlib.suppress(OSError):
                    os.chmod(one, 0o700)  # noqa: PTH101
    shutil.rmtree(folder, ignore_errors=True)
