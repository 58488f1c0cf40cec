"""Deployment packages: what is unpacked, and what is refused."""

from __future__ import annotations

import errno
import io
import stat
import zipfile
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from sandbox.errors import AwsError
from sandbox.functions import package
from sandbox.functions.package import CodeStore
from tests.sandbox.functions.conftest import zipped

UNREADABLE = "Could not unzip uploaded file. Please check your file, then try to upload again."


def with_entry(name: str, content: str, mode: int) -> bytes:
    """A zip file with one entry of this mode, and one ordinary file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", "x = 1")
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, content)
    return buffer.getvalue()


def broken() -> bytes:
    """A zip file whose table of contents is whole and whose content is not."""
    data = bytearray(zipped({"index.py": "x" * 1000}))
    data[40:60] = b"?" * 20
    return bytes(data)


@pytest.mark.parametrize(
    "content",
    [
        b"no zip file at all",
        b"",
        zipped({"../escaped.py": "x"}),
        zipped({"a/../../escaped.py": "x"}),
        zipped({"/absolute.py": "x"}),
        zipped({"..\\windows.py": "x"}),
        with_entry("link", "../../outside", stat.S_IFLNK | 0o777),
        with_entry("link", "/etc/passwd", stat.S_IFLNK | 0o777),
        broken(),
        zipped({"index.py": "x"})[:-10],
    ],
    ids=[
        "text",
        "nothing",
        "dots",
        "deep dots",
        "absolute",
        "windows",
        "link",
        "absolute link",
        "crc",
        "cut",
    ],
)
def test_a_package_that_cannot_be_unpacked(tmp_path, content):
    store = tmp_path / "code"
    with pytest.raises(AwsError) as caught:
        CodeStore(store).unpack(content)
    assert (caught.value.code, caught.value.message) == ("InvalidParameterValueException", UNREADABLE)
    assert [p for p in tmp_path.rglob("*") if p != store] == []


def test_an_empty_package(tmp_path):
    with pytest.raises(AwsError, match="Uploaded file must be a non-empty zip"):
        CodeStore(tmp_path).unpack(zipped({}))


def test_a_package_that_is_too_large_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "MOST_UNZIPPED", 5000)
    with pytest.raises(AwsError, match="Unzipped size must be smaller than 5000 bytes"):
        CodeStore(tmp_path).unpack(zipped({"index.py": "x" * 5000}))


def test_a_package_that_says_it_is_small(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "MOST_UNZIPPED", 5000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.py", "x" * 1_000_000)
    data = buffer.getvalue().replace((1_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    with pytest.raises(AwsError, match="Could not unzip"):
        CodeStore(tmp_path).unpack(data)


def test_a_full_disk_is_not_the_packages_fault(tmp_path, monkeypatch):
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(package, "_write", full)

    with pytest.raises(AwsError) as refused:
        CodeStore(tmp_path / "code").unpack(zipped({"index.py": "x"}))

    assert refused.value.code == "ServiceException"
    assert "No space left on device" in refused.value.message
    assert list((tmp_path / "code").iterdir()) == []


def test_unpacked_once_and_read_only(tmp_path):
    store = CodeStore(tmp_path)
    files = with_entry("bin/tool", "#!/bin/sh", stat.S_IFREG | 0o755)
    folder = store.unpack(files)
    assert folder.parent == tmp_path
    assert stat.S_IMODE((folder / "index.py").stat().st_mode) == 0o444
    assert stat.S_IMODE((folder / "bin/tool").stat().st_mode) == 0o555
    made = folder.stat().st_mtime_ns
    assert store.unpack(files) == folder
    assert folder.stat().st_mtime_ns == made
    assert [p.name for p in tmp_path.iterdir()] == [folder.name]


def test_a_link_inside_the_package(tmp_path):
    folder = CodeStore(tmp_path).unpack(with_entry("lib/link.py", "../index.py", stat.S_IFLNK | 0o777))
    assert (folder / "lib/link.py").readlink() == Path("../index.py")
    assert (folder / "lib/link.py").read_text() == "x = 1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped({"../escaped.py": "x"}), UNREADABLE),
        (b"no zip file at all", UNREADABLE),
        (broken(), UNREADABLE),
        (zipped({}), "Uploaded file must be a non-empty zip"),
    ],
    ids=["dots", "text", "crc", "empty"],
)
def test_create_function_refuses_it(deploy, client, content, message):
    with pytest.raises(ClientError) as caught:
        deploy("", Code={"ZipFile": content})
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("InvalidParameterValueException", message)
    assert client("lambda").list_functions()["Functions"] == []
