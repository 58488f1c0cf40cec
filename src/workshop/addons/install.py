"""Installs a tool once for each clone, from a lock with hashes, and knows it again."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workshop.errors import Problem, unwritable
from workshop.lock import alone_in

_STAMP, _FOLDER = "installed", "environment"
_SECONDS = 900
_SAID = 1500
"""How many of the last characters of an installer's words are shown."""

Say = Callable[[str], object]


@dataclass(frozen=True)
class Addon:
    """A tool to install. lock: the file that says what, by hash; make: installs it into an empty folder.

    title: its name, as people say it; size: what it takes, said before it is fetched.
    """

    name: str
    title: str
    size: str
    lock: Path
    make: Callable[[Path], None]


def installed(addon: Addon, clone: Path, say: Say) -> Path:
    """The folder that `addon` is in; installs it there unless it is, as its lock says.

    Of two that ask at once the second waits for the first. An installation that was cut short is made
    anew. Raises Problem where it cannot be installed.
    """
    home = clone / ".sandbox" / addon.name
    wanted = _wanted(addon)
    stamp, folder = home / _STAMP, home / _FOLDER
    if _is_there(stamp, wanted):  # it is written last, so all else is there too
        return folder
    try:
        home.mkdir(parents=True, exist_ok=True)
        with alone_in(home):
            if not _is_there(stamp, wanted):
                say(f"Installing {addon.title} ({addon.size}), once for this clone …")
                install_into(addon, home)
    except OSError as error:
        raise unwritable(home, error, f"a folder to install {addon.title} in") from error
    return folder


def install_into(addon: Addon, home: Path) -> None:
    """Installs `addon` into the folder `home` anew, and notes which. Raises Problem, OSError."""
    stamp, folder = home / _STAMP, home / _FOLDER
    stamp.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    addon.make(folder)
    stamp.write_text(_wanted(addon), encoding="utf-8")


def _wanted(addon: Addon) -> str:
    return hashlib.sha256(addon.lock.read_bytes()).hexdigest()


def _is_there(stamp: Path, wanted: str) -> bool:
    try:
        return stamp.read_text(encoding="utf-8") == wanted
    except OSError:
        return False


def run(title: str, command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> None:
    """Runs a step of an installation. Raises Problem with the installer's last words if it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        said, ended = (done.stderr or done.stdout).strip()[-_SAID:], done.returncode
    except subprocess.TimeoutExpired:
        said, ended = f"nothing more after {_SECONDS} s", -1
    if ended != 0:
        raise Problem(
            f"the installation of {title}",
            said or f"exit code {ended}",
            "packages from the registry that this machine is set up for",
            "look at the network, and at HTTPS_PROXY if there is a proxy; then type the same command again",
        )
