"""One folder of code as one zip archive: the same files make the same bytes, whenever and wherever."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from workshop.deploy import FellShort

UNZIPPED_BYTES = 250 * 1024 * 1024
"""What a function's code may take unzipped (Lambda Developer Guide, *Lambda quotas*)."""

LEFT_OUT = frozenset({"__pycache__", "diagnosis.yaml", "incidents.json"})
SUFFIXES_LEFT_OUT = frozenset({".pyc", ".ipynb"})
"""What no function needs, as lab 5's tickets, which are no new code; names that begin with a dot are left
out too."""

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can hold
_SHOWN = 3


def zipped(source: Path, but: frozenset[Path] = frozenset()) -> bytes:
    """The archive of a folder, or of one file.

    but: files to leave out. Raises FellShort for a link that leads out of the folder, for nothing to
    pack, and for more than Lambda takes.
    """
    files = dict(sorted(_files(source, but))) if source.is_dir() else {source.name: source}
    if not files:
        raise FellShort(f"the folder {source}", "no file to pack", "the function's code", f"ls -la {source}")
    _refuse_too_large(source, files)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name, file in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # Unix, on every machine
            runs = file.stat().st_mode & 0o111
            entry.external_attr = (0o755 if runs else 0o644) << 16
            package.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def _files(folder: Path, but: frozenset[Path]) -> Iterator[tuple[str, Path]]:
    """Each file to pack, by its name in the archive."""
    top = folder.resolve()
    unpacked = [(folder, PurePosixPath(), frozenset({top}))]
    while unpacked:
        here, name, above = unpacked.pop()
        for entry in here.iterdir():
            if _left_out(entry) or entry in but:
                continue
            real = _inside(entry, top)
            if not real.is_dir():
                yield str(name / entry.name), entry
            elif real not in above:  # a link to a folder above would never end
                unpacked.append((entry, name / entry.name, above | {real}))


def _left_out(entry: Path) -> bool:
    return entry.name.startswith(".") or entry.name in LEFT_OUT or entry.suffix in SUFFIXES_LEFT_OUT


def _inside(entry: Path, top: Path) -> Path:
    try:
        real = entry.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise _refused(entry, "a link that leads nowhere", top) from error
    if not real.is_relative_to(top):
        raise _refused(entry, f"a link out of the folder, to {real}", top)
    return real


def _refused(entry: Path, found: str, top: Path) -> FellShort:
    return FellShort(
        f"the file {entry}",
        found,
        f"files of the folder {top} only: the rest of your machine stays out of the package",
        f"remove the link (rm {entry}) or put a copy in its place",
    )


def _refuse_too_large(source: Path, files: dict[str, Path]) -> None:
    sizes = {name: file.stat().st_size for name, file in files.items()}
    if sum(sizes.values()) <= UNZIPPED_BYTES:
        return
    largest = sorted(sizes, key=lambda name: -sizes[name])[:_SHOWN]
    raise FellShort(
        f"the code in {source}",
        f"{_mb(sum(sizes.values()))} in {len(sizes)} files; the largest: "
        + ", ".join(f"{name} ({_mb(sizes[name])})" for name in largest),
        f"{_mb(UNZIPPED_BYTES)} at most: Lambda takes no more, unzipped",
        "move what the function does not need out of the folder",
    )


def _mb(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"
