"""What keeps a submission in: bubblewrap where the machine has it and it works, else what every system has.

Which it is, is found out by trying, once for each batch. Root gives its rights up for each submission, and
becomes a user of its own, where what runs the checks can still be read then.
Source of the options: bwrap(1) of bubblewrap 0.6 to 0.11.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from sandbox.functions import node_sdk
from workshop.errors import Problem
from workshop.grading.place import Place
from workshop.grading.usage import LINUX

FIRST_USER = 64100
"""User ids that nobody has, for submissions of a batch that root runs."""
PROBE_SECONDS = 60

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")
_OF_THE_CLONE = (
    *("src", "tests/__init__.py", "tests/labs", "labs", "docs/layers", "pyproject.toml", "mkdocs.yml"),
    ".sandbox/esbuild",
)
"""What the checks need of the clone; not `work`, `.git`, or the solutions."""

_HERE = "/workshop-submission"
"""Where the copy lies in bubblewrap: what names it in a message is put right by this name."""

WITHOUT = (
    "a submission can read what you can read, other submissions too, write where you may write, and reach "
    "the network. Its limits hold, and its processes are ended. Grade people you do not trust on a machine "
    "that has bubblewrap, or on one that is thrown away, as a runner of CI is."
)


@dataclass(frozen=True)
class Isolation:
    """How submissions are kept in.

    bwrap: its path. first_user: of the users that submissions run as, or None for whoever runs the batch.
    note: what is said of it aloud.
    """

    kind: Literal["bubblewrap", "limits"]
    clone: Path
    bwrap: str = ""
    first_user: int | None = None
    note: str = ""

    def user(self, slot: int) -> int | None:
        """The user of the `slot`th submission that runs at the same time."""
        return None if self.first_user is None else self.first_user + slot

    def work_seen(self, place: Place) -> Path:
        """Where the submission's copy lies, as the cell sees it."""
        return Path(_HERE) if self.bwrap else place.work

    def command(self, place: Place) -> list[str]:
        """The cell's command line."""
        python = _prefix() / "bin" / Path(sys.executable).name
        cell = [str(python), "-P", "-s", "-X", "utf8", "-m", "workshop.grading.cell"]
        return [*self._around(place), *cell] if self.bwrap else cell

    def environment(self, place: Place) -> dict[str, str]:
        """The cell's whole environment: nothing of whoever runs the batch."""
        temporary = "/tmp" if self.bwrap else str(place.temporary)
        loopback = "127.0.0.1,localhost,::1"
        kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
        return kept | {
            "PATH": f"{_prefix() / 'bin'}:/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": "/nonexistent",  # what tools read there, a learner's code could have written
            "TMPDIR": temporary,
            "PYTHONPATH": str(self.clone / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SANDBOX_HOME": str(node_sdk.folder().parent),
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": loopback,
            "no_proxy": loopback,
        }

    def _around(self, place: Place) -> Iterator[str]:
        yield from (self.bwrap, "--die-with-parent", "--new-session", "--hostname", "submission")
        yield from ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts")
        yield from ("--unshare-cgroup-try", "--cap-drop", "ALL")
        if self.first_user is None:
            yield from ("--unshare-user", "--uid", "1000", "--gid", "1000", *self._no_more_namespaces)
        else:  # for as long as it takes to become another user
            yield from ("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
        # First: a clone below /tmp has to lie upon it.
        yield from ("--bind", str(place.temporary), "/tmp")
        yield from self._files
        yield from ("--proc", "/proc", "--dev", "/dev", "--bind", str(place.shared_memory), "/dev/shm")
        yield from ("--remount-ro", "/dev", "--ro-bind", str(place.work), _HERE)
        yield from ("--ro-bind", str(place.settings), "/etc")
        yield from ("--remount-ro", "/", "--chdir", "/", "--")

    @cached_property
    def _no_more_namespaces(self) -> tuple[str, ...]:
        try:
            said = subprocess.run([self.bwrap, "--help"], capture_output=True, text=True, check=False)
        except OSError:
            return ()  # the trial says what is wrong with it
        return ("--disable-userns",) if "--disable-userns" in said.stdout + said.stderr else ()

    @cached_property
    def _files(self) -> list[str]:
        """What can be read: the system's programs, Python, and the checks."""
        words: list[str] = []
        made: set[Path] = set()
        for name in _SYSTEM:
            if Path(name).is_symlink():
                words += ["--symlink", str(Path(name).readlink()), name]
            elif Path(name).is_dir():
                words += ["--ro-bind", name, name]
        for path in self._ours():
            for parent in reversed(path.parents[:-1]):
                if parent not in made:  # bwrap would make them for their owner only
                    made.add(parent)
                    words += ["--dir", str(parent)]
            words += ["--ro-bind", str(path), str(path)]
        return words

    def _ours(self) -> Iterator[Path]:
        pythons = {Path(sys.base_prefix), Path(sys.base_prefix).resolve(), _prefix()}
        ours = [*sorted(pythons), *(self.clone / name for name in _OF_THE_CLONE), node_sdk.folder()]
        for path in ours:
            in_system = any(path.is_relative_to(name) for name in _SYSTEM)
            if path.exists() and not in_system:
                yield path


def _prefix() -> Path:
    """The virtual environment, or Python's own folder, without links."""
    return Path(sys.prefix).resolve()


def settings(folder: Path) -> None:
    """Writes what stands for /etc: who there is, what `localhost` is, where libraries are."""
    (folder / "passwd").write_text("submission:x:1000:1000::/nonexistent:/bin/false\n")
    (folder / "hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
    for name in map(Path, _SETTINGS):
        if name.is_dir():
            shutil.copytree(name, folder / name.name, symlinks=True)
        elif name.is_file():
            shutil.copyfile(name, folder / name.name)


def find(clone: Path, bwrap: str | None = None) -> Isolation:
    """The best isolation that works here. bwrap: in place of the one on PATH; "" for none.

    Raises Problem where not even a plain process can do the work.
    """
    path = (shutil.which("bwrap") or "") if bwrap is None else bwrap
    first_user = FIRST_USER if os.geteuid() == 0 else None
    said = ""
    for user in dict.fromkeys((first_user, None)) if path and LINUX else ():
        found = Isolation("bubblewrap", clone, path, user)
        said = _tried(found)
        if not said:
            return found
    why = f"it does not work here ({said})" if said else "this machine has no bubblewrap"
    for user in dict.fromkeys((first_user, None)):
        note = f"Not isolated: {why}, so {WITHOUT}"
        if first_user is not None and user is None:
            note += " And they run as root."
        found = Isolation("limits", clone, "", user, note)
        said = _tried(found)
        if not said:
            return found
    raise Problem("a first process, as a trial", said, "one that can run the checks", "workshop preflight")


def _tried(isolation: Isolation) -> str:
    """What is wrong with it, in its own last line; empty if it works."""
    with Place.made(isolation.user(0)) as place:
        settings(place.settings)
        order: dict[str, Any] = {"labs": None, "user": isolation.user(0)}
        try:
            done = subprocess.run(
                isolation.command(place),
                input=json.dumps(order) + "\n",
                env=isolation.environment(place),
                capture_output=True,
                text=True,
                timeout=PROBE_SECONDS,
                check=False,
                cwd="/",
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
    if done.returncode == 0 and '"probe"' in done.stdout:
        return ""
    lines = (done.stderr or done.stdout).strip().splitlines()
    return lines[-1] if lines else f"it ended with {done.returncode}, without a word"
