"""Finds a Python and a uv to set the workshop up with, and says what is wrong with those that will not do.

Standard library only, parses on Python 3.6: see bootstrap.py.
"""

import json
import platform
import re
import shutil
import subprocess
import sys
from typing import Callable, Iterator, NamedTuple, Optional, Sequence, Tuple

OLDEST_PYTHON = (3, 11)
OLDEST_UV = (0, 6)
NAMES = ("python3.13", "python3.12", "python3.14", "python3.11", "python3", "python")
PROBE = (
    "import importlib.util as u, json, sys; print(json.dumps([list(sys.version_info[:3]),"
    " bool(u.find_spec('venv') and u.find_spec('ensurepip'))]))"
)


class SetupError(Exception):
    """What stops the setup: what was looked at, found and expected, and what to type next."""

    def __init__(self, looked_at: str, found: str, expected: str, do_next: str) -> None:
        super().__init__(looked_at)
        self.lines = (
            ("Looked at", looked_at),
            ("Found", found),
            ("Expected", expected),
            ("Do next", do_next),
        )

    def __str__(self) -> str:
        return "\n".join("  {:<10} {}".format(name + ":", text) for name, text in self.lines)


class Interpreter(NamedTuple):
    """A Python that was found: where, which, and whether it can make virtual environments."""

    path: str
    version: Tuple[int, ...]
    makes_venvs: bool


def dotted(version: Sequence[int]) -> str:
    return ".".join(str(part) for part in version)


def probe(path: str) -> Optional[Interpreter]:
    """What the Python at `path` is, or None if it does not start."""
    try:
        out = subprocess.run(
            [path, "-I", "-c", PROBE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30
        )
        version, makes_venvs = json.loads(out.stdout.decode())
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Interpreter(path, tuple(version), makes_venvs)


def candidates(wanted: Optional[str]) -> Iterator[str]:
    """The Pythons to try, best first; `wanted` (PYTHON=) alone if it is given."""
    if wanted:
        yield shutil.which(wanted) or wanted
        return
    if sys.executable:
        yield sys.executable
    for name in NAMES:
        found = shutil.which(name)
        if found:
            yield found


def choose_python(
    paths: Sequence[str], needs_venv_module: bool, probe: Callable[[str], Optional[Interpreter]] = probe
) -> Interpreter:
    """The first Python that will do. Raises SetupError that names what is wrong with the best one."""
    pythons = [python for python in map(probe, paths) if python]
    new_enough = [python for python in pythons if python.version[:2] >= OLDEST_PYTHON]
    for python in new_enough:
        if python.makes_venvs or not needs_venv_module:
            return python
    if new_enough:
        raise without_venv_module(new_enough[0])
    found = "; ".join(f"Python {dotted(p.version)} at {p.path}" for p in pythons)
    raise SetupError(
        "the Pythons that can be started ({})".format(", ".join(paths) or "none on the PATH"),
        found or "none that starts",
        f"Python {dotted(OLDEST_PYTHON)} or newer",
        f"{how_to_install()}; or name one: make setup PYTHON=/path/to/python3.13",
    )


def without_venv_module(python: Interpreter) -> SetupError:
    version = dotted(python.version[:2])
    return SetupError(
        f"Python {dotted(python.version)} at {python.path}",
        "its modules venv and ensurepip are not installed",
        "a Python that can make virtual environments",
        "{}; then type the same command again".format(how_to_install(f"python{version}-venv")),
    )


def how_to_install(
    package: str = "",
    system: Callable[[], str] = platform.system,
    which: Callable[[str], Optional[str]] = shutil.which,
) -> str:
    """The command that installs Debian's `package`, or a Python, on this machine."""
    if system() == "Darwin":
        return "brew install python@3.13"
    if which("apt-get"):
        if package:
            return f"sudo apt-get install -y {package}"
        return (
            "sudo apt-get install -y python3 python3-venv"
            " (on Ubuntu before 24.04: python3.11 python3.11-venv)"
        )
    if which("dnf"):
        return "sudo dnf install -y python3.13"
    return "install Python 3.13 with your package manager"


def uv_version(path: str) -> Tuple[int, ...]:
    """The version of a uv executable, or () if it does not start."""
    try:
        out = subprocess.check_output([path, "--version"], stderr=subprocess.DEVNULL, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(int(part) for part in re.findall(r"\d+", out.decode())[:3])


def find_uv(
    paths: Sequence[Optional[str]], version: Callable[[str], Tuple[int, ...]] = uv_version
) -> Optional[str]:
    """The first uv that starts and is new enough, or None."""
    return next((path for path in paths if path and version(path)[:2] >= OLDEST_UV), None)
