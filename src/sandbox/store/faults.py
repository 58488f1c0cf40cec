"""What can be wrong with a state folder, in the words of the person who meets it."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path


class StateUnusable(Exception):
    """The state cannot be used. The message says what was looked at, found and expected, and what to do."""


def not_writable(folder: Path, error: OSError | sqlite3.Error) -> StateUnusable:
    """The folder cannot be made or written; what is in it stays as it is."""
    found = (error.strerror if isinstance(error, OSError) else None) or str(error)
    full = isinstance(error, OSError) and error.errno == errno.ENOSPC
    do = "Make room on that disk" if full or "full" in found else "Give another with --state DIR"
    return StateUnusable(
        f"The state folder {folder} cannot be written ({found}). "
        f"{do}, or type `sandbox serve --ephemeral`, which keeps nothing when it ends."
    )


def in_use(folder: Path, pid: str) -> StateUnusable:
    """Another sandbox has the folder."""
    return StateUnusable(
        f"The state folder {folder} is in use by another sandbox, process {pid or 'unknown'}. "
        f"Two would overwrite each other's state. End that one first (`kill {pid or 'PID'}`), "
        "or give this one a folder of its own with --state DIR."
    )


def damaged(file: Path, what: str, aside: Path | None, counts: str) -> StateUnusable:
    """The file cannot be read as it was written. aside: where what could be read of it is."""
    if aside is None:
        rest = "Nothing of it could be read."
        do = f"To begin anew: mv {file} {file}.damaged, and start the sandbox again."
    else:
        rest = f"What could be read of it ({counts}) is in {aside}."
        do = f"To go on with that: rm -f {file}-wal {file}-shm; mv {file} {file}.damaged; mv {aside} {file}"
    return StateUnusable(f"The state file {file} is damaged ({what}). It was left as it is. {rest} {do}")


def other_format(file: Path, found: int, known: int) -> StateUnusable:
    """A newer sandbox wrote the file."""
    return StateUnusable(
        f"The state file {file} has format {found}; this sandbox reads formats up to {known}. "
        "Another version of the sandbox wrote it. It was left as it is: use that version (update, if it is "
        "the newer one), or give another folder with --state DIR."
    )


def other_moto(file: Path, found: str, here: str) -> StateUnusable:
    """The file holds objects of another version of moto."""
    return StateUnusable(
        f"The state file {file} was written with moto {found}; moto {here} is installed, and its objects are "
        f"others. The file was left as it is: install moto {found} again (`pip install 'moto=={found}'`), or "
        "give another folder with --state DIR."
    )


def unknown_content(file: Path, where: str, why: str) -> StateUnusable:
    """A document names what no state holds, or another version's classes."""
    return StateUnusable(
        f"The state file {file} holds what this sandbox does not read: {where}. {why} Nothing of it was "
        "run, and the file was left as it is. If it came from another version of the sandbox, use that one; "
        "if you do not know where it came from, do not use it. Give another folder with --state DIR."
    )


def not_taken_up(file: Path | None, error: Exception) -> StateUnusable:
    """What was read fits no part of this sandbox."""
    return StateUnusable(
        f"What the state file {file} holds cannot be taken up ({type(error).__name__}: {error}). It was left "
        "as it is. If another version of the sandbox wrote it, use that one; or give another folder with "
        "--state DIR."
    )


def not_kept(file: Path, error: Exception) -> str:
    """Why a change is not on disk, for the answer to whoever asked for it."""
    return (
        f"The sandbox could not write this change to its state file {file} ({error}). It is in memory, and "
        "is written with the next change that can be; until then a restart loses it. Make room on the disk, "
        "or give the file back its permissions, then repeat the call."
    )
