"""The wheels of a hash lock for other machines than this one, for a bundle (bundle.py).

Which packages a platform needs is decided here, by the markers of the lock: pip evaluates them for the
Python that it runs on. The download, and the check of every hash, are pip's, with the index that this
machine is set up for.
"""

from __future__ import annotations

import email
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

Run = Callable[[Sequence[str]], object]


@dataclass(frozen=True)
class Platform:
    """A kind of machine. system, machine: as Python calls them; tags: of its wheels, best first.

    node: npm's words for its operating system and processor.
    """

    name: str
    system: tuple[str, str]
    machine: str
    tags: tuple[str, ...]
    node: tuple[str, str]

    def environment(self, python: str) -> dict[str, str]:
        """What the markers of a lock are evaluated with; python: a whole version, `3.12.0`."""
        return {
            "implementation_name": "cpython",
            "implementation_version": python,
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": self.system[0],
            "platform_version": "",
            "python_full_version": python,
            "python_version": python.rpartition(".")[0],
            "sys_platform": self.system[1],
        }


def _linux(machine: str, node: str) -> Platform:
    # glibc up to 2.34, which Ubuntu 22.04, Debian 12 and RHEL 9 all have.
    tags = (f"manylinux2014_{machine}", *(f"manylinux_2_{minor}_{machine}" for minor in range(17, 35)))
    return Platform(f"linux-{machine}", ("Linux", "linux"), machine, tags, ("linux", node))


def _macos(machine: str, node: str) -> Platform:
    # pip adds the tags of every macOS before it.
    return Platform(
        f"macos-{machine}", ("Darwin", "darwin"), machine, (f"macosx_13_0_{machine}",), ("darwin", node)
    )


PLATFORMS = {
    one.name: one
    for one in (
        _linux("x86_64", "x64"),
        _linux("aarch64", "arm64"),
        _macos("arm64", "arm64"),
        _macos("x86_64", "x64"),
    )
}
"""By their names. Windows has none of its own: the workshop runs in WSL2 there, which is linux-x86_64."""


def entries(lock: str) -> Iterator[tuple[Requirement, str]]:
    """Each requirement of a hash lock, and its lines without the marker."""
    for match in re.finditer(r"^[A-Za-z0-9](?:.*\\\n)*.*\n", lock, re.M):
        head, *hashes = match[0].splitlines()
        requirement = Requirement(head.rstrip("\\ "))
        pinned = f"{requirement.name}{requirement.specifier}"
        yield requirement, "\n".join((f"{pinned} \\", *hashes)) + "\n"


def needed(lock: str, platform: Platform, python: str) -> str:
    """The part of a lock that `platform` installs with Python `python`, a whole version, without markers."""
    environment = platform.environment(python)
    return "".join(
        lines
        for requirement, lines in entries(lock)
        if requirement.marker is None or requirement.marker.evaluate(environment)
    )


def lists(lock: str, platform: Platform, python: str) -> dict[str, str]:
    """What to download for Python `python`, such as 3.12: lists by the version they are for.

    Some markers ask for the third number, so the first and the last of a version may need different ones.
    """
    first, last = (needed(lock, platform, f"{python}.{patch}") for patch in (0, 99))
    return {f"{python}.99": last} | ({f"{python}.0": first} if first != last else {})


def download(locks: Sequence[Path], platform: Platform, python: str, to: Path, run: Run) -> None:
    """Downloads into `to` what the locks need. Raises CalledProcessError where pip fails, which says why."""
    for lock in locks:
        for version, wanted in lists(lock.read_text("utf-8"), platform, python).items():
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder, "wanted.txt")
                file.write_text(wanted, encoding="utf-8")
                command = [
                    *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
                    *("--no-deps", "--only-binary=:all:", "--require-hashes", "--dest", str(to)),
                    *("--implementation", "cp", "--python-version", version),
                ]
                command += [word for tag in platform.tags for word in ("--platform", tag)]
                run([*command, "--requirement", str(file)])


def described(wheel: Path) -> dict[str, str]:
    """Name, version, licence and file name of a wheel, by its own words."""
    name, version, *_ = parse_wheel_filename(wheel.name)
    return {
        "name": str(name),
        "version": str(version),
        "license": license_of(wheel),
        "file": wheel.name,
    }


def license_of(wheel: Path) -> str:
    """The licence that a wheel names, in a line; "not named" where it names none."""
    with zipfile.ZipFile(wheel) as archive:
        inside = next(name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        told = email.message_from_bytes(archive.read(inside))
    classified = [
        line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if line.startswith("License ::")
    ]
    words = told.get("License-Expression") or "; ".join(classified) or told.get("License") or "not named"
    return " ".join(str(words).split())[:100]


def run_aloud(command: Sequence[str]) -> None:
    """Runs a command, whose words go where ours go. Raises CalledProcessError."""
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
