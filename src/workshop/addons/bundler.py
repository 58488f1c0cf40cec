"""esbuild, with which Node.js functions are bundled."""

from __future__ import annotations

from pathlib import Path

from workshop.addons import npm
from workshop.addons.install import Addon, Say, installed

_PROJECT = Path(__file__).with_name("esbuild")


def esbuild(clone: Path, say: Say) -> Path:
    """The command `esbuild`; installs it at its first use. Raises Problem where that fails."""
    return installed(addon(), clone, say) / "node_modules" / ".bin" / "esbuild"


def addon() -> Addon:
    """esbuild, as an add-on. Where npm's settings name another machine, it is installed for that one."""
    lock = _PROJECT / "package-lock.json"
    return Addon("esbuild", "esbuild", "5 MB to fetch, 12 MB on disk", lock, _make)


def _make(folder: Path) -> None:
    npm.install("esbuild", _PROJECT, folder)
