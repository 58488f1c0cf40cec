"""The package of a function, as Lambda gives it away: nothing of it is unpacked or run."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from requests import RequestException

LARGEST = 1024 * 1024
"""Bytes of a package, zipped, that is no longer small."""
MOST_READ = 4 * LARGEST
"""Bytes of a package that is looked into, zipped and unzipped."""
MOST_DOWNLOADED = 20 * LARGEST
SHOWN = 6
_SDK_V2 = "node_modules/aws-sdk/"


@dataclass(frozen=True)
class Package:
    """size: in bytes, zipped. files: bytes in the package, zipped, by name."""

    size: int
    files: dict[str, int]
    content: bytes

    @property
    def shown_files(self) -> str:
        """Some files' names, the uppermost first."""
        names = sorted(self.files, key=lambda name: (name.count("/"), name))
        return ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")

    @property
    def shown_largest(self) -> str:
        largest = sorted(self.files.items(), key=lambda item: -item[1])[:3]
        return ", ".join(f"{name} ({size // 1024} KB)" for name, size in largest) or "(not looked into)"

    @property
    def sdk_v2(self) -> str | None:
        """A file of the AWS SDK for JavaScript v2; None if there is none."""
        return next((name for name in self.files if _SDK_V2 in f"/{name}"), None)

    def file_with(self, text: str) -> str | None:
        """The first file that holds this text; None if none does."""
        if not self.files:
            return None
        left = MOST_READ
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            for entry in archive.infolist():
                if entry.is_dir() or entry.file_size > left:
                    continue
                left -= entry.file_size
                with archive.open(entry) as file:
                    if text.encode() in file.read(entry.file_size):
                        return entry.filename
        return None


def package_of(lab: Any, function: str) -> Package | None:
    """The package of a function; None where it cannot be had: an image, or a link that leads nowhere."""
    answer = lab.client("lambda").get_function(FunctionName=function)
    size = int(answer["Configuration"]["CodeSize"])
    link = answer["Code"].get("Location")
    if link is None:
        return None
    if size > MOST_DOWNLOADED:
        return Package(size, {}, b"")
    try:
        content = lab.request("GET", link).content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = {one.filename: one.compress_size for one in archive.infolist() if not one.is_dir()}
    except (RequestException, zipfile.BadZipFile):
        return None
    return Package(size, files, content)
