"""Which sandbox this clone has started: the file `.sandbox/running.json`, there while it runs.

A record is only believed if it names a process that still runs and began when the record says: after a
crash, the number may long be another process's.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from workshop.whole_files import write_whole

FILE = Path(".sandbox") / "running.json"
SAME_SECONDS = 2.0
"""psutil counts from the time of boot, which a corrected clock moves a little."""


@dataclass(frozen=True)
class Record:
    """One sandbox.

    created: when its process began, in seconds since 1970, as psutil says. by: the verb that started it,
    `up` or `start`. ephemeral: whether what it holds goes when it ends.
    """

    pid: int
    created: float
    url: str
    by: str = "up"
    ephemeral: bool = False

    def runs(self) -> bool:
        """Whether exactly this process still runs. This is a read-only operation."""
        import psutil

        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < SAME_SECONDS
            return same and process.status() != psutil.STATUS_ZOMBIE
        except (psutil.NoSuchProcess, ValueError, OverflowError):
            return False


def of_process(pid: int, url: str, by: str = "up", *, ephemeral: bool = False) -> Record:
    """The record of a process that runs. Raises psutil.NoSuchProcess."""
    import psutil

    return Record(pid, psutil.Process(pid).create_time(), url, by, ephemeral)


def read(clone: Path) -> Record | None:
    """What is recorded, whether it still runs or not; None if nothing is, or nothing that makes sense."""
    try:
        said = json.loads((clone / FILE).read_bytes())
        url, by, ephemeral = str(said["url"]), str(said["by"]), bool(said.get("ephemeral"))
        return Record(int(said["pid"]), float(said["created"]), url, by, ephemeral)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # never written, or cut short: no record, and the next `workshop up` writes it anew


def write(clone: Path, record: Record) -> None:
    """Puts the record in place, whole. Raises OSError."""
    file = clone / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, json.dumps(asdict(record)))


def remove(clone: Path, record: Record | None = None) -> None:
    """Removes what is recorded; with `record`, only if it is this one."""
    if record is None or read(clone) == record:
        (clone / FILE).unlink(missing_ok=True)
