"""A bundle for a room without a network: is it whole, does it fit this machine, and what is taken from it.

`make bundle` makes one (tools/bundle.py); `make setup` takes it from the folder `bundle/`, or from where
BUNDLE= says. Standard library only, parses on Python 3.6: see bootstrap.py.
"""

import hashlib
import json
import os
import platform
import shutil
import stat
import tarfile
import zipfile
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple
from urllib.request import pathname2url

from pythons import Interpreter, SetupError, candidates, dotted, probe

FOLDER = "bundle"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
WHEELS = "wheels"
NODE, ESBUILD = "node.tar", "esbuild.tar"
FORMAT = 1
NEEDED = 15 * 10**8
"""So many bytes of disk a setup takes beside the bundle: 0.9 GB of packages, 0.3 GB of add-ons, some air."""

_NAMED = 5
_CHUNK = 1 << 20
_MACHINES = {"amd64": "x86_64", "x64": "x86_64", "arm64": "arm64", "aarch64": "aarch64"}


def platform_name(system: Optional[str] = None, machine: Optional[str] = None) -> str:
    """What bundles call this machine: linux-x86_64, linux-aarch64, macos-arm64, macos-x86_64 …

    >>> platform_name("Darwin", "arm64"), platform_name("Linux", "AMD64")
    ('macos-arm64', 'linux-x86_64')
    """
    name = (system or platform.system()).lower()
    kind = (machine or platform.machine()).lower()
    return "{}-{}".format({"darwin": "macos"}.get(name, name), _MACHINES.get(kind, kind))


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits. Raises OSError."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        for chunk in iter(lambda: stream.read(_CHUNK), b""):
            digest.update(chunk)
    return digest.hexdigest()


def locks_of(root: Path) -> Dict[str, str]:
    """The digest of every lock that says what a setup installs, by its place in the clone."""
    found = [root / "requirements.txt"]
    found += sorted((root / "src").glob("**/sam-requirements.txt"))
    found += sorted(
        path for path in (root / "src").glob("**/package-lock.json") if "node_modules" not in path.parts
    )
    return {str(path.relative_to(root)): digest_of(path) for path in found}


class Bundle(NamedTuple):
    """A bundle that was unpacked. manifest: as tools/bundle.py has written it."""

    folder: Path
    manifest: Dict[str, Any]

    @property
    def pythons(self) -> List[str]:
        return list(self.manifest["pythons"])

    def check(self, root: Path, here: Optional[str] = None, free: Optional[int] = None) -> None:
        """Raises SetupError unless it is for this machine and this clone, and every file came over whole.

        here: the name of this machine; free: bytes on the disk of the clone.
        """
        self._fits(root, here or platform_name())
        room = shutil.disk_usage(str(root)).free if free is None else free
        if room < NEEDED:
            raise SetupError(
                "the disk of {}".format(root),
                "{:.1f} GB free".format(room / 1e9),
                "{:.1f} GB free".format(NEEDED / 1e9),
                "make room, then type the same command again",
            )
        broken = list(self._broken())
        if broken:
            more = " and {} more".format(len(broken) - _NAMED) if len(broken) > _NAMED else ""
            raise SetupError(
                "the files of the bundle {}, by {}".format(self.folder, SUMS),
                "{} not as they were made: {}{}".format(len(broken), ", ".join(broken[:_NAMED]), more),
                "every file as it was made; a copy was cut short, or the disk or the stick has an error",
                "copy the bundle again, unpack it over this folder, and type the same command again",
            )

    def _fits(self, root: Path, here: str) -> None:
        made_for = self.manifest["platform"]
        if made_for != here:
            raise SetupError(
                "the bundle {}".format(self.folder),
                "it is for {}; this machine is {}".format(made_for, here),
                "a bundle for {}".format(here),
                "ask for the one that is; who has a network makes it: make bundle PLATFORM={}".format(here),
            )
        there, ours = locks_of(root), self.manifest["locks"]
        differ = sorted(name for name in {*there, *ours} if there.get(name) != ours.get(name))
        if differ:
            raise SetupError(
                "the bundle {}".format(self.folder),
                "it was made for another version of the workshop: {} differ".format(", ".join(differ)),
                "the locks of commit {}".format(self.manifest["commit"][:12]),
                "work in the folder that came with the bundle, or have one made from this clone: make bundle",
            )

    def _broken(self) -> Iterator[str]:
        """The files that are missing or differ."""
        for digest, name in read_sums(self.folder):
            try:
                if digest_of(self.folder / name) != digest:
                    yield name
            except OSError:
                yield "{} (missing)".format(name)

    def choose_python(
        self,
        wanted: Optional[str],
        probe: Callable[[str], Optional[Interpreter]] = probe,
        paths: Optional[Sequence[str]] = None,
    ) -> Interpreter:
        """The first Python that the bundle has wheels for; `wanted` alone if given. Raises SetupError."""
        tried = list(candidates(wanted)) if paths is None else list(paths)
        found = [python for python in map(probe, tried) if python]
        for python in found:
            if dotted(python.version[:2]) in self.pythons:
                return python
        there = "; ".join("Python {} at {}".format(dotted(p.version), p.path) for p in found)
        raise SetupError(
            "the Pythons that can be started ({})".format(", ".join(tried) or "none on the PATH"),
            there or "none that starts",
            "Python {}: the bundle has wheels for no other".format(" or ".join(self.pythons)),
            "name one, if it is elsewhere: make setup PYTHON=/path/to/python{}; or have a bundle made for "
            'yours: make bundle PYTHONS="{}"'.format(self.pythons[-1], _asked(found, self.pythons)),
        )

    def environment(self) -> Dict[str, str]:
        """The variables with which uv and pip take the wheels here, and ask nobody."""
        wheels = "file://" + pathname2url(str(self.folder / WHEELS))
        return {
            "UV_OFFLINE": "1",
            "UV_FIND_LINKS": wheels,
            "UV_PYTHON_DOWNLOADS": "never",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": wheels,
        }

    def uv(self, folder: Path) -> Path:
        """The uv of the bundle, taken out of its wheel into `folder`. Raises SetupError."""
        wheels = sorted((self.folder / WHEELS).glob("uv-*.whl"))
        target = folder / "uv"
        if wheels:
            with zipfile.ZipFile(str(wheels[0])) as wheel:
                inside = [name for name in wheel.namelist() if name.endswith(".data/scripts/uv")]
                if inside:
                    folder.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(wheel.read(inside[0]))
                    target.chmod(target.stat().st_mode | stat.S_IXUSR)
                    return target
        raise SetupError(
            "the bundle {}".format(self.folder), "no uv in it", "the wheel of uv", "have it made again"
        )

    def place(self, home: Path, addons: Path) -> None:
        """Puts the Node.js packages where the sandbox (`home`) and the workshop (`addons`) look for them."""
        for archive, target in ((NODE, home / "node"), (ESBUILD, addons / "esbuild")):
            unpack(self.folder / archive, target)


def _asked(found: Sequence[Interpreter], there: Sequence[str]) -> str:
    """The versions a bundle should have beside those it has."""
    mine = ["{}.{}".format(*python.version[:2]) for python in found if tuple(python.version[:2]) >= (3, 11)]
    return " ".join(sorted({*there, *mine}, key=lambda text: [int(part) for part in text.split(".")]))


def read_sums(folder: Path) -> List[Tuple[str, str]]:
    """Digest and name of each file that SHA256SUMS lists. Raises OSError, ValueError."""
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    pairs = [tuple(line.split("  ", 1)) for line in lines]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise ValueError("{} is cut short".format(SUMS))
    return [(digest, name) for digest, name in pairs]


def find_bundle(root: Path, given: Optional[str]) -> Optional[Bundle]:
    """The bundle to set up from: the one given, else the one that came with the clone, else None.

    Raises SetupError for one that is not there, or not whole.
    """
    folder = Path(given).expanduser().resolve() if given else root / FOLDER
    if not given and not folder.exists():
        return None
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        read_sums(folder)
        made_as = manifest["format"]
        manifest["platform"], manifest["pythons"], manifest["locks"], manifest["commit"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        unpacked = "" if folder.is_dir() else "; an archive is unpacked first: tar -xf FILE"
        raise SetupError(
            "the bundle {}".format(folder),
            "{}: {}".format(type(error).__name__, error),
            "the folder {}/ of a bundle, with {} and {}".format(FOLDER, MANIFEST, SUMS),
            "copy it again{}".format(unpacked),
        ) from error
    if made_as != FORMAT:
        raise SetupError(
            "the bundle {}".format(folder),
            "format {}".format(made_as),
            "format {}".format(FORMAT),
            "work in the folder that came with the bundle",
        )
    return Bundle(folder, manifest)


def unpack(archive: Path, target: Path) -> None:
    """Unpacks a tar of the bundle in place of `target`, which is either as it was, or whole.

    Raises SetupError for a member that would lie outside of it.
    """
    beside = target.with_name(".{}.part".format(target.name))
    old = target.with_name(".{}.old".format(target.name))
    for left in (beside, old):
        shutil.rmtree(str(left), ignore_errors=True)
    beside.mkdir(parents=True)
    with tarfile.open(str(archive)) as tar:
        members = tar.getmembers()
        for member in members:
            if not _inside(member):
                raise SetupError(
                    "{} in the bundle".format(archive.name),
                    "a member outside of its folder: {}".format(member.name),
                    "files, folders and links within",
                    "do not use this bundle",
                )
        tar.extractall(str(beside), members=members)
    if target.exists():
        target.rename(old)
    beside.rename(target)
    shutil.rmtree(str(old), ignore_errors=True)


def _inside(member: tarfile.TarInfo) -> bool:
    """Whether a member is a file, a folder or a link that stays within the folder it is unpacked to."""
    if not (member.isfile() or member.isdir() or member.issym()):
        return False
    ends = [member.name]
    if member.issym():
        ends.append(str(Path(member.name).parent / member.linkname))
    plain = [Path(os.path.normpath(end)) for end in ends]
    return not any(end.is_absolute() or end.parts[:1] == (os.pardir,) for end in plain)
