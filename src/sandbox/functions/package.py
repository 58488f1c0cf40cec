"""Deployment packages: zip files, unpacked safely and once.

    code = CodeStore(folder)
    path = code.unpack(zip_bytes)      # <folder>/<sha256 of the zip>/

Limits: Lambda Developer Guide, *Lambda quotas*.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import secrets
import shutil
import stat
import tempfile
import threading
import zipfile
from pathlib import Path, PurePosixPath

from sandbox.errors import AwsError

MOST_ZIPPED = 50 * 1024 * 1024
"""Bytes of a zip file that is sent in the request itself."""
MOST_UNZIPPED = 250 * 1024 * 1024
"""Bytes of a package once unpacked."""
MOST_FILES = 100_000
"""Entries of a package: no limit of AWS's, but one a laptop's file system thanks us for."""

_UNREADABLE = "Could not unzip uploaded file. Please check your file, then try to upload again."
_CHUNK = 1024 * 1024
_GOING = ".going-"


class CodeStore:
    """Unpacked packages, one folder for each content. Folders are written once and never changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def unpack(self, package: bytes) -> Path:
        """The folder that holds the package's files; made if it is not there yet.

        Raises AwsError(InvalidParameterValueException) for what is not a zip file, is empty, is too
        large, or names files outside of the package. Takes as long as writing the files.
        """
        target = self._folder / hashlib.sha256(package).hexdigest()
        if target.is_dir():
            return target
        # The state folder may be in a folder that all users share, and code is nobody else's business.
        self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=".unpacking-") as temporary:
            half_done = Path(temporary, "code")
            half_done.mkdir()
            _extract(package, half_done)
            try:
                half_done.rename(target)
            except OSError:
                if not target.is_dir():  # else somebody else was quicker
                    raise
        return target


def _opened(package: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(package))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise AwsError("InvalidParameterValueException", _UNREADABLE) from error
    return archive


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of an archive, each checked. Folders come with the files in them."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if not entries:
        raise AwsError("InvalidParameterValueException", "Uploaded file must be a non-empty zip")
    if sum(entry.file_size for entry in entries) >= MOST_UNZIPPED or len(entries) > MOST_FILES:
        text = f"Unzipped size must be smaller than {MOST_UNZIPPED} bytes"
        raise AwsError("InvalidParameterValueException", text)
    for entry in entries:
        _check_name(entry.filename)
        if entry.flag_bits & 0x1:
            raise AwsError("InvalidParameterValueException", _UNREADABLE)  # encrypted
    return entries


def _check_name(name: str) -> None:
    path = PurePosixPath(name)
    # A name with a backslash is a file name on Linux, but would leave the folder elsewhere.
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or not path.parts:
        raise AwsError("InvalidParameterValueException", _UNREADABLE)


def _extract(package: bytes, folder: Path) -> None:
    links: list[tuple[Path, str]] = []
    written = 0
    with _opened(package) as archive:
        for entry in _entries(archive):
            target = folder.joinpath(*PurePosixPath(entry.filename).parts)
            mode = entry.external_attr >> 16
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                if stat.S_ISLNK(mode):
                    links.append((target, archive.read(entry).decode()))
                    continue
                written += _write(archive, entry, target, MOST_UNZIPPED - written)
            except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError, ValueError) as error:
                raise _unzipping_failed(error, folder) from error
            # Nobody may write, as in /var/task; a zip made on Windows names no mode at all.
            target.chmod((mode & 0o555) | 0o444)
    # Links last, so that no file is written through one.
    for target, to in links:
        _link(folder, target, to)


def _unzipping_failed(error: Exception, folder: Path) -> AwsError:
    """A full disk is not the package's fault; all else is."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        text = f"The sandbox cannot unpack the code into {folder}: {error.strerror}. Make room on that disk."
        return AwsError("ServiceException", text, 500)
    return AwsError("InvalidParameterValueException", _UNREADABLE)


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, room: int) -> int:
    """Write one file; bytes written. An entry that holds more than it says ends at the limit."""
    size = 0
    with archive.open(entry) as source, target.open("wb") as sink:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > room:
                raise ValueError(f"{entry.filename} is larger than it says")
            sink.write(chunk)
    return size


def _link(folder: Path, link: Path, to: str) -> None:
    """Make a symbolic link, unless it leads out of the package."""
    inside = os.path.realpath(folder)
    leads_to = os.path.realpath(link.parent / to)
    if Path(to).is_absolute() or not leads_to.startswith(f"{inside}{os.sep}"):
        raise AwsError("InvalidParameterValueException", _UNREADABLE)
    try:
        link.symlink_to(to)
    except OSError as error:
        raise AwsError("InvalidParameterValueException", _UNREADABLE) from error


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, read-only files too."""
    shutil.rmtree(folder, ignore_errors=True)


def clear_away(*folders: Path) -> None:
    """Let folders be gone at once; what was in them is removed beside whatever else goes on.

    What an earlier call had no time for, as the sandbox ended, is removed too.
    """
    for folder in folders:
        if folder.is_dir():
            folder.rename(folder.parent / f"{_GOING}{secrets.token_hex(8)}")
    left = [one for parent in {folder.parent for folder in folders} for one in parent.glob(f"{_GOING}*")]
    for one in left:
        threading.Thread(target=remove, args=(one,), daemon=True).start()
