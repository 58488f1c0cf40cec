"""Which Chromium looks at the guide: the machine's, else one from the package registry."""

import os
import platform
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.addons import on_demand
from tests.docs.guide import tools

SETTING = "GUIDE_CHROMIUM"
"""Names an executable; or "registry", to leave the machine's alone."""
REGISTRY = "registry"
ON_THE_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
ON_A_MAC = tuple(
    f"/Applications/{name}.app/Contents/MacOS/{name}"
    for name in ("Google Chrome", "Chromium", "Microsoft Edge")
)
NONE = (
    "there is no Chromium on this machine, and the package registry has one for Linux on x86-64 only: "
    f"install Chromium or Chrome, or name one: {SETTING}=/path/to/chromium"
)


@dataclass(frozen=True)
class Browser:
    """An executable, and what its environment needs beside the machine's."""

    executable: str
    environment: dict = field(default_factory=dict)


def chosen(environ=os.environ, system=sys.platform, machine=platform.machine, which=shutil.which):
    """The browser to use; where there is none, which is never so on Linux x86-64, the test is skipped.

    Raises Problem where a Chromium of the registry is needed and cannot be installed, in CI.
    """
    named = environ.get(SETTING, "")
    if named and named != REGISTRY:
        return Browser(named)
    if not named and (found := on_this_machine(system, which)):
        return Browser(found)
    if system == "linux" and machine() in {"x86_64", "AMD64"}:
        return from_the_registry()
    pytest.skip(NONE)


def on_this_machine(system, which):
    """The path of a Chromium that is installed, or None."""
    paths = [path for path in map(which, ON_THE_PATH) if path]
    if system == "darwin":
        paths += [path for path in ON_A_MAC if Path(path).exists()]
    return next(iter(paths), None)


def from_the_registry():
    """The add-on's Chromium, with its own libraries and, beside the machine's fonts if any, its own font."""
    home = on_demand(tools.chromium)
    libraries = os.pathsep.join([str(home / "al2023" / "lib"), os.environ.get("LD_LIBRARY_PATH", "")])
    return Browser(
        str(home / "chromium"),
        {"LD_LIBRARY_PATH": libraries.strip(os.pathsep), "XDG_DATA_HOME": str(home)},
    )
