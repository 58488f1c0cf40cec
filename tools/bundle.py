"""`make bundle`: all that a class without a network needs, in one file a platform.

    make bundle                                        for a machine like this one
    make bundle PLATFORM=macos-arm64 PYTHONS="3.12 3.13"

The file, `dist/serverless-crud-workshop-VERSION-PLATFORM.tar`, holds the clone at the commit that is checked
out, and in its folder `bundle/` the wheels of both locks, the packages of the Node.js runtime, esbuild, a
manifest with versions and licences, and the SHA-256 of every file. Setting up from it is unbundle.py's part.
Nothing lies under its name in `dist/` before it is whole.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pythons import SetupError
from unbundle import ESBUILD, FOLDER, FORMAT, MANIFEST, NODE, SUMS, WHEELS, digest_of, locks_of, platform_name
from wheelhouse import PLATFORMS, Platform, described, download, run_aloud

ROOT = Path(__file__).resolve().parent.parent
TOP = "serverless-crud-workshop"
LOCKS = ("requirements.txt", "src/workshop/addons/sam-requirements.txt")
NODE_LOCKS = {
    NODE: Path("src/sandbox/functions/runtimes/node_sdk/package-lock.json"),
    ESBUILD: Path("src/workshop/addons/esbuild/package-lock.json"),
}
CLASS = "class.toml"
NEEDED = 2 * 10**9
"""So many bytes of disk are in use while a bundle is made, at most."""

START_HERE = """# Start here

This is the Serverless CRUD Workshop with all it needs: nothing is fetched from a network. For {platform},
with Python {pythons}. You have this file because you have typed the first of two lines; the second one,
in this folder:

    tar -xf {archive}
    cd {top} && make start

No `make` on your machine? `python3 tools/bootstrap.py && .venv/bin/workshop start` does the same.
Another Python than the first on your PATH: `make start PYTHON=/path/to/python3.12`.
Windows: both lines in the Ubuntu terminal of WSL2, in your home folder there, not below /mnt/c.

The setup first compares every file with `bundle/SHA256SUMS`. A copy that was cut short is said; copy it
again, unpack it over this folder, and type the second line again. `bundle/manifest.json` says what is in
it: each package with its version and licence.

The lab is then explained in the guide, whose address `make start` prints: Getting started.
"""


class Bundling:
    """One bundle to make. run: starts a command, and raises CalledProcessError if it fails."""

    def __init__(
        self,
        platform: Platform,
        pythons: Sequence[str],
        root: Path = ROOT,
        run: Callable[[Sequence[str]], object] = run_aloud,
        say: Callable[[str], object] = lambda line: print(line, flush=True),
    ) -> None:
        self.platform, self.pythons, self.root, self.run, self.say = platform, pythons, root, run, say
        self.dist = root / "dist"
        version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
        self.version = str(version)
        self.file = self.dist / f"{TOP}-{version}-{platform.name}.tar"

    def make(self) -> Path:
        """The file, whole. Raises SetupError, CalledProcessError, OSError."""
        started = time.monotonic()
        self.dist.mkdir(exist_ok=True)
        free = shutil.disk_usage(self.dist).free
        if free < NEEDED:
            found, expected = f"{free / 1e9:.1f} GB free", f"{NEEDED / 1e9:.0f} GB free"
            raise SetupError(f"the disk of {self.dist}", found, expected, "make room, then: make bundle")
        with tempfile.TemporaryDirectory(dir=self.dist, prefix=".making-") as temporary:
            top = Path(temporary, TOP)
            self.copy_clone(top)
            self.fill(top / FOLDER)
            self.describe(top)
            half = Path(temporary, self.file.name)
            with tarfile.open(half, "w") as tar:
                tar.add(top, TOP, filter=nobodys)
            half.replace(self.file)
        seconds, size = time.monotonic() - started, self.file.stat().st_size / 1e6
        self.say(f"\n{self.file.relative_to(self.root)}: {size:.0f} MB, made in {seconds:.0f} s.")
        return self.file

    def copy_clone(self, top: Path) -> None:
        """The clone at its commit; and class.toml, the lock of solutions, if it is there."""
        self.commit = self.git("rev-parse", "HEAD")
        self.say(f"[1/4] The clone at commit {self.commit[:12]} …")
        changed = self.git("status", "--porcelain", "--untracked-files=no")
        if changed:
            self.say("      What is changed and not committed is left out:\n" + changed)
        archive = top.with_suffix(".git.tar")
        self.git("archive", "--format=tar", f"--output={archive}", self.commit)
        top.mkdir()
        with tarfile.open(archive) as tar:
            tar.extractall(top, filter="tar")
        archive.unlink()
        if (self.root / CLASS).exists():
            shutil.copyfile(self.root / CLASS, top / CLASS)

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=True,
            stdin=subprocess.DEVNULL,
        )
        return done.stdout.rstrip()

    def fill(self, bundle: Path) -> None:
        """The wheels, and the packages of Node.js."""
        wheels = bundle / WHEELS
        wheels.mkdir(parents=True)
        for python in self.pythons:
            self.say(f"[2/4] The wheels for {self.platform.name}, Python {python} …")
            download([self.root / lock for lock in LOCKS], self.platform, python, wheels, self.run)
        self.say("[3/4] The packages of Node.js …")
        with tempfile.TemporaryDirectory(dir=self.dist, prefix=".making-") as temporary:
            self.run([sys.executable, __file__, "--node", temporary, self.platform.name])
            for name in (NODE, ESBUILD):
                with tarfile.open(bundle / name, "w") as tar:
                    tar.add(Path(temporary, Path(name).stem), ".", filter=nobodys)

    def describe(self, top: Path) -> None:
        """The manifest, the lines to type, and the sums of all."""
        self.say("[4/4] Manifest, sums, archive …")
        bundle = top / FOLDER
        pythons = ", ".join(self.pythons)
        words = {"platform": self.platform.name, "pythons": pythons, "archive": self.file.name, "top": TOP}
        (top / "START-HERE.md").write_text(START_HERE.format(**words), encoding="utf-8")
        manifest = {
            "format": FORMAT,
            "workshop": self.version,
            "commit": self.commit,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "platform": self.platform.name,
            "pythons": list(self.pythons),
            "locks": locks_of(top),
            "packages": [described(wheel) for wheel in sorted((bundle / WHEELS).iterdir())],
            "node": {name: locked(self.root / lock, self.platform) for name, lock in NODE_LOCKS.items()},
        }
        (bundle / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        files = sorted(path for path in bundle.rglob("*") if path.is_file())
        lines = [f"{digest_of(path)}  {path.relative_to(bundle).as_posix()}\n" for path in files]
        (bundle / SUMS).write_text("".join(lines), encoding="utf-8")


def locked(lock: Path, platform: Platform) -> list[dict[str, str]]:
    """The packages of a package-lock.json that `platform` installs: name, version, licence."""
    packages: Mapping[str, Mapping[str, Any]] = json.loads(lock.read_text("utf-8"))["packages"]
    system, processor = platform.node
    return [
        {
            "name": place.rpartition("node_modules/")[2],
            "version": told["version"],
            "license": told.get("license", "not named"),
        }
        for place, told in packages.items()
        if place and system in told.get("os", [system]) and processor in told.get("cpu", [processor])
    ]


def nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """A member of an archive without the name of who has made it."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def install_node(home: Path, platform: Platform) -> None:
    """Installs into `home` the packages of Node.js as they lie in `.sandbox` of a clone on `platform`."""
    from sandbox.functions import node_sdk
    from workshop.addons.bundler import addon
    from workshop.addons.install import install_into

    os.environ["NPM_CONFIG_OS"], os.environ["NPM_CONFIG_CPU"] = platform.node
    node_sdk.install(home)
    install_into(addon(), home / "esbuild")


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--platform", default="", help=f"{', '.join(PLATFORMS)}, or windows: its WSL2")
    parser.add_argument("--pythons", default="", help="versions of Python, such as '3.12 3.13'")
    parser.add_argument("--node", nargs=2, metavar=("FOLDER", "PLATFORM"), help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def chosen(platform: str, versions: str) -> tuple[Platform, list[str]]:
    """The platform and the versions of Python that were asked for; "": this machine's. Raises SetupError."""
    name = platform or platform_name()
    name = "linux-x86_64" if name == "windows" else name
    if name not in PLATFORMS:
        again = "make bundle PLATFORM=linux-x86_64"
        raise SetupError(f"PLATFORM={name}", "no platform of that name", " or ".join(PLATFORMS), again)
    own = "{}.{}".format(*sys.version_info[:2])
    pythons = versions.replace(",", " ").split() or [own]
    for python in pythons:
        first, _, second = python.partition(".")
        if first != "3" or not second.isdigit() or int(second) < 11:
            again = f'make bundle PYTHONS="{own}"'
            raise SetupError(f"PYTHONS={versions}", python, "versions such as 3.12, from 3.11 on", again)
    return PLATFORMS[name], list(dict.fromkeys(pythons))


def main(arguments: Sequence[str] | None = None) -> int:
    options = options_of(arguments)
    try:
        if options.node:
            install_node(Path(options.node[0]), PLATFORMS[options.node[1]])
            return 0
        Bundling(*chosen(options.platform, options.pythons)).make()
    except SetupError as error:
        return stopped(error)
    except subprocess.CalledProcessError as error:
        found = f"exit code {error.returncode}; {(error.stderr or '').strip() or 'its own words are above'}"
        again = "if it names the network or a proxy, mend that; then again: what was fetched is kept"
        return stopped(SetupError(" ".join(map(str, error.cmd[:5])) + " …", found, "exit code 0", again))
    except OSError as error:
        found, expected = error.strerror or str(error), "a disk with room that can be written to"
        return stopped(SetupError(error.filename or "dist", found, expected, "mend that; then: make bundle"))
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. No bundle was made.\n")
        return 130
    return 0


def stopped(error: SetupError) -> int:
    sys.stderr.write(f"\nNo bundle was made.\n{error}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
