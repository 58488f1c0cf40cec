"""What was handed in, copied to where it is graded; and its fingerprint.

Links are kept that stay in their lab; one that leads out, a device, a pipe, or more than anyone writes in a
workshop is refused, before anything is read.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from workshop.folders import ASIDE, NOT_WORK
from workshop.grading.limits import MEGABYTE

MOST_BYTES = 200 * MEGABYTE
MOST_FILES = 20_000
MOST_LEVELS = 60
LEFT_OUT = (NOT_WORK - {"node_modules"}) | {ASIDE}
"""What tools leave behind. Packages of Node.js may belong to a function."""


class CannotTake(Exception):
    """A submission cannot be taken; the message says why, in a sentence."""


@dataclass(frozen=True)
class Entry:
    """One file or link. name: from the folder of all labs on. link: where it leads, or empty."""

    name: str
    path: Path
    runs: bool
    link: str = ""


def entries(labs: Mapping[str, Path]) -> list[Entry]:
    """All that is to be copied, by name. Raises CannotTake. No content is read."""
    found: list[Entry] = []
    size = 0
    for key, folder in labs.items():
        for entry, more in _walk(folder, key):
            found.append(entry)
            size += more
            if size > MOST_BYTES:
                raise CannotTake(
                    f"It holds more than {MOST_BYTES // MEGABYTE} MB; {entry.name} alone is "
                    f"{more / MEGABYTE:.1f} MB."
                )
            if len(found) > MOST_FILES:
                raise CannotTake(f"It holds more than {MOST_FILES} files.")
    return sorted(found, key=lambda entry: entry.name)


def copy(found: list[Entry], to: Path) -> None:
    """Copies the entries to the folder `to`, readable for all. Raises CannotTake."""
    for entry in found:
        place = to / entry.name
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            if entry.link:
                place.symlink_to(entry.link)
            else:
                shutil.copyfile(entry.path, place, follow_symlinks=False)
                place.chmod(0o755 if entry.runs else 0o644)
        except OSError as error:
            raise CannotTake(f"{entry.name} cannot be read: {error.strerror or error}.") from error


def fingerprint(found: list[Entry]) -> str:
    """Of names, contents, links and whether files can be run. Raises CannotTake."""
    digest = hashlib.sha256()
    for entry in found:
        digest.update(f"{entry.name}\0{entry.runs}\0{entry.link}\0".encode("utf-8", "surrogateescape"))
        if not entry.link:
            digest.update(_content(entry))
    return digest.hexdigest()


def _content(entry: Entry) -> bytes:
    try:
        with entry.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        raise CannotTake(f"{entry.name} cannot be read: {error.strerror or error}.") from error


def _walk(lab: Path, key: str) -> Iterator[tuple[Entry, int]]:
    """The files and links of a lab, with their sizes."""
    ahead = [(lab, key, 0)]
    while ahead:
        folder, name, level = ahead.pop()
        if level > MOST_LEVELS:
            raise CannotTake(f"{key} holds more than {MOST_LEVELS} folders, one in another.")
        try:
            below = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            raise CannotTake(f"{name} cannot be read: {error.strerror or error}.") from error
        for one in below:
            if one.name in LEFT_OUT:
                continue
            here = f"{name}/{one.name}"
            about = one.stat(follow_symlinks=False)
            if stat.S_ISDIR(about.st_mode):
                ahead.append((Path(one), here, level + 1))
            elif stat.S_ISLNK(about.st_mode):
                yield Entry(here, Path(one), False, _link(Path(one), here, lab)), 0
            elif stat.S_ISREG(about.st_mode):
                yield Entry(here, Path(one), bool(about.st_mode & 0o111)), about.st_size
            else:
                raise CannotTake(f"{here} is neither a file nor a folder, but a pipe, a socket or a device.")


def _link(path: Path, name: str, lab: Path) -> str:
    """Where the link leads. Raises CannotTake if that is out of the lab."""
    leads_to = os.readlink(path)  # noqa: PTH115 (as it was written)
    inside = os.path.realpath(lab)
    real = os.path.realpath(path)
    if Path(leads_to).is_absolute() or not real.startswith(f"{inside}{os.sep}"):
        raise CannotTake(f"{name} is a link out of its folder, to {leads_to}.")
    return leads_to
