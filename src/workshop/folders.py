"""The learner's copies: what goes into `work/`, what differs from the starter, and what is kept aside.

Nothing here writes into `labs/`, `notebooks/` or `solutions/`. A copy is made beside its place and then
renamed into it, so that a lab's folder is there whole or not at all.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workshop.catalogue import LAB_FILE, LANGUAGES, Lab
from workshop.errors import Problem, unwritable
from workshop.lock import alone_in

ASIDE = ".aside"
COPYING = ".copying-"
_FOLDERS = ("__pycache__", ".ipynb_checkpoints", "node_modules", ".pytest_cache", ".aws-sam", ".venv", ".git")
NOT_WORK = frozenset({*_FOLDERS, ".DS_Store"})
"""What tools leave behind: neither copied nor compared."""

Source = Path | bytes
"""What goes into a file: another file's content, or this."""


@dataclass(frozen=True)
class Changes:
    """How a learner's folder differs from the starter: names of files, sorted."""

    changed: tuple[str, ...]
    added: tuple[str, ...]
    missing: tuple[str, ...]

    def any(self) -> bool:
        return bool(self.changed or self.added or self.missing)


def work_folder(clone: Path) -> Path:
    """Where the learner's copies are."""
    return clone / "work"


def starter(lab: Lab, language: str) -> dict[str, Path]:
    """What `begin` copies: the pristine file by its name in the learner's folder."""
    files = _layers(lab.folder, language)
    if lab.notebook.is_file():
        files[lab.notebook.name] = lab.notebook
    return files


def solution(lab: Lab, language: str) -> dict[str, Path]:
    """What `solve` copies, likewise. Raises Problem if it is not there."""
    files = _layers(lab.solution, language)
    if not files:
        raise Problem(
            f"the folder {lab.solution}",
            "no file",
            f"the solution of lab {lab.number}",
            "git checkout solutions",
        )
    return files


def files_in(folder: Path) -> dict[str, Path]:
    """The files below `folder` by their names in it, without what tools leave behind."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder): path for path in found}
    return {str(name): path for name, path in named.items() if not NOT_WORK.intersection(name.parts)}


def compare(folder: Path, pristine: Mapping[str, Path]) -> Changes:
    """How `folder` differs from the pristine files. This is a read-only operation."""
    there = files_in(folder)
    return Changes(
        tuple(
            sorted(name for name in there.keys() & pristine.keys() if _differ(there[name], pristine[name]))
        ),
        tuple(sorted(there.keys() - pristine.keys())),
        tuple(sorted(pristine.keys() - there.keys())),
    )


def put(work: Path, key: str, files: Mapping[str, Source]) -> Path | None:
    """Makes `files` the folder of the lab `key`; what was there is kept aside: returns where, or None.

    Raises Problem if `work` cannot be written to.
    """
    with _writing(work):
        copy = Path(tempfile.mkdtemp(dir=work, prefix=COPYING))
        try:
            _copy(files, copy)
            kept = _move_aside(work, key)
            copy.chmod(0o755)  # mkdtemp's is for nobody but the owner
            copy.rename(work / key)
        finally:
            shutil.rmtree(copy, ignore_errors=True)
        return kept


def complete(work: Path, key: str, files: Mapping[str, Path]) -> tuple[str, ...]:
    """Puts those of `files` in place that are missing; returns their names. Raises Problem."""
    with _writing(work):
        missing = {name: path for name, path in files.items() if not (work / key / name).exists()}
        _copy(missing, work / key)
        return tuple(sorted(missing))


def replace(work: Path, key: str, files: Mapping[str, Path]) -> tuple[tuple[str, ...], Path | None]:
    """Puts `files` over those of the lab's folder, first keeping aside those that differ.

    Returns the names of what is kept, and where. Raises Problem.
    """
    folder = work / key
    with _writing(work):
        differing = compare(folder, files).changed
        kept = _place_aside(work, key) if differing else None
        if kept:
            _copy({name: folder / name for name in differing}, kept)
        _copy(files, folder)
        return differing, kept


def put_file(file: Path, source: Path) -> bool:
    """Copies one file to a place where none is; returns whether it did. Raises Problem."""
    with _writing(file.parent):
        if file.exists():
            return False
        _copy({file.name: source}, file.parent)
        return True


def shown(path: Path, clone: Path) -> str:
    """A path as people type it: from the clone, if it is in there."""
    return str(path.relative_to(clone)) if path.is_relative_to(clone) else str(path)


def _layers(folder: Path, language: str) -> dict[str, Path]:
    """The files of a lab: the common ones, and those of the language as if they lay beside them."""
    common = {
        name: path
        for name, path in files_in(folder).items()
        if name != LAB_FILE and Path(name).parts[0] not in LANGUAGES
    }
    return {**common, **files_in(folder / language)}


@contextlib.contextmanager
def _writing(work: Path) -> Iterator[None]:
    """Holds `work`, made if need be and cleared of copies that were cut short. Errors become a Problem."""
    try:
        work.mkdir(parents=True, exist_ok=True)
        with alone_in(work):
            for left in work.glob(f"{COPYING}*"):
                shutil.rmtree(left)
            yield
    except OSError as error:
        raise unwritable(work, error, "a folder for your copies that you may write to") from error


def _copy(files: Mapping[str, Source], folder: Path) -> None:
    for name, source in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_name(f".{place.name}.new")
        if isinstance(source, bytes):
            beside.write_bytes(source)
        else:
            shutil.copyfile(source, beside)
            beside.chmod(source.stat().st_mode | 0o600)  # a clone may be read-only, a copy is to be edited
        beside.replace(place)


def _move_aside(work: Path, key: str) -> Path | None:
    folder = work / key
    if not folder.exists() or not any(folder.iterdir()):
        return None
    kept = _place_aside(work, key)
    kept.rmdir()
    folder.rename(kept)
    return kept


def _place_aside(work: Path, key: str) -> Path:
    """A new, empty folder for what is kept aside."""
    base = f"{key}-{datetime.now():%Y%m%d-%H%M%S}"
    number = 1
    while True:
        kept = work / ASIDE / (base if number == 1 else f"{base}-{number}")
        try:
            kept.mkdir(parents=True)
            return kept
        except FileExistsError:
            number += 1


def _differ(one: Path, other: Path) -> bool:
    return one.stat().st_size != other.stat().st_size or one.read_bytes() != other.read_bytes()
