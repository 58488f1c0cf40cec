"""What was handed in: each folder in SUBMISSIONS is a submission, as a learner has it.

A repository of their own (its `work/`), the folder `work/` itself, or the folder of one lab; what a download
wraps it in, one folder in another, is looked through. Nothing is read but names and the heads of briefs, and
no link is followed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workshop.catalogue import Lab
from workshop.errors import Problem

TEMPLATE = "template.yaml"
BRIEF = "README.md"
MOST_TEMPLATE = 1024 * 1024
"""Bytes of a template that are looked at."""
MOST_LEVELS = 3
"""How many folders, one in another, a submission may be wrapped in."""


@dataclass(frozen=True)
class Submission:
    """One learner's. labs: the folder of each lab, in their order. obstacle: why there is none, or empty."""

    name: str
    folder: Path
    labs: Mapping[str, Path] = field(default_factory=dict)
    obstacle: str = ""

    @property
    def account(self) -> str:
        """An account of twelve digits: the same each time that this submission is graded."""
        return f"{10**11 + int(_hash(self.name)[:12], 16) % (9 * 10**11)}"

    @property
    def file_name(self) -> str:
        """The name of its record: readable, and of no other submission."""
        plain = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in self.name)[:60]
        return f"{plain}.{_hash(self.name)[:10]}.json"


def find(folder: Path, labs: Sequence[Lab]) -> list[Submission]:
    """The submissions in `folder`, by name. Raises Problem where there is none.

    Names that begin with a dot, and files, are none. This is a read-only operation.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise Problem(
            f"the folder {folder}",
            error.strerror or str(error),
            "a folder that holds a folder for each learner",
            "name the folder with what was handed in: workshop grade SUBMISSIONS/",
        ) from error
    found = [
        _submission(Path(entry), labs)
        for entry in entries
        if not entry.name.startswith(".") and (entry.is_dir() or entry.is_symlink())
    ]
    if not found:
        raise Problem(
            f"the folder {folder}",
            "no folder in it",
            "a folder for each learner",
            "put what each learner has handed in into a folder with their name",
        )
    return found


def asks_for_esbuild(lab: Path) -> bool:
    """Whether the template of a lab names esbuild, with which Node.js functions are bundled."""
    template = lab / TEMPLATE
    if not template.is_file():  # nor a pipe, whose reader would wait
        return False
    try:
        with template.open("rb") as file:
            return b"esbuild" in file.read(MOST_TEMPLATE)
    except OSError:
        return False


def of_shard(submissions: Sequence[Submission], number: int, of: int) -> list[Submission]:
    """The `number`th of `of` parts: by name alone, so that it is the same on every machine.

    >>> ada = Submission("ada", Path("ada"))
    >>> [number for number in (1, 2, 3) if of_shard([ada], number, 3)]
    [2]
    """
    return [one for one in submissions if int(_hash(one.name), 16) % of == number - 1]


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()


def _submission(folder: Path, labs: Sequence[Lab]) -> Submission:
    name = os.fsencode(folder.name).decode("utf-8", "replace")
    if folder.is_symlink():
        return Submission(name, folder, obstacle="It is a link, and links are not followed.")
    try:
        found = _labs_in(folder, labs, MOST_LEVELS)
    except OSError as error:
        return Submission(name, folder, obstacle=f"It cannot be read: {error.strerror or error}.")
    if isinstance(found, str):
        return Submission(name, folder, obstacle=found)
    return Submission(name, folder, dict(sorted(found.items())))


def _labs_in(folder: Path, labs: Sequence[Lab], levels: int) -> dict[str, Path] | str:
    for place in (folder / "work", folder):
        found = {lab.key: place / lab.key for lab in labs if _is_folder(place / lab.key)}
        if found and not place.is_symlink():
            return found
    if (folder / TEMPLATE).exists():
        lab = next((lab for lab in labs if _is_of(folder, lab)), None)
        if lab is not None:
            return {lab.key: folder}
        return (
            f"It is the folder of one lab, and which one cannot be told: neither its name, its notebook nor "
            f"its brief says it. Put it into a folder named after the lab, such as {labs[0].key}."
        )
    below = [Path(entry) for entry in os.scandir(folder) if _counts(entry)]
    if levels and len(below) == 1:
        return _labs_in(below[0], labs, levels - 1)
    there = ", ".join(sorted(path.name for path in below)[:5])
    return (
        f"There is no lab in it: no folder such as {labs[0].key} or work/{labs[0].key}, and no {TEMPLATE}. "
        + (f"There are: {there}." if there else "It is empty.")
    )


def _counts(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and not entry.name.startswith((".", "__"))


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_of(folder: Path, lab: Lab) -> bool:
    """Whether the folder of one lab is of this lab."""
    if folder.name == lab.key or (folder / lab.notebook.name).is_file():
        return True
    ours, theirs = lab.folder / BRIEF, folder / BRIEF
    return theirs.is_file() and not theirs.is_symlink() and _head(ours) == _head(theirs)


def _head(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.readline(200).strip()
