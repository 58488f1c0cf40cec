"""`make bundle-test`: does a bundle hold all it needs? Proven where no network can be reached.

The bundle is unpacked into an empty folder, in a network namespace with nothing but its own loopback, with an
empty home, so that no cache of pip, uv or npm can help, and set up by the lines that it tells a learner. Then
labs are done in it: the checks fail for a starter, and pass for our answer. Linux only: other systems have
no such namespace, and the command says that nothing was proven.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bundle import ROOT, TOP, Bundling, chosen
from pythons import SetupError

SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x1, 0x40
"""From linux/sockios.h and linux/if.h."""

ELSEWHERE = ("192.0.2.1", 443)
"""An address that RFC 5737 sets aside for documents: with any way out a connection times out."""

NAMESPACE = ("unshare", "--map-root-user", "--net", "--")
NOT_PROVEN = 2


@dataclass(frozen=True)
class Step:
    """A command to run in the unpacked folder, and the exit code it must end with."""

    command: str
    code: int = 0


SETUP = (Step("make setup"), Step(".venv/bin/workshop preflight"))
LABS = (
    Step(".venv/bin/workshop up --port 0"),
    Step(".venv/bin/workshop begin 1 --language python"),
    Step(".venv/bin/workshop deploy 1 --yes", 1),
    Step(".venv/bin/workshop check 1", 1),
    Step(".venv/bin/workshop solve 1 --anyway"),
    Step(".venv/bin/workshop deploy 1 --yes"),
    Step(".venv/bin/workshop check 1"),
    Step(".venv/bin/python -m pytest -q tests/labs/test_01_dynamodb.py"),
    Step(".venv/bin/workshop begin 3 --language nodejs --no-deploy"),
    Step(".venv/bin/workshop solve 3 --anyway"),
    Step(".venv/bin/workshop deploy 3 --yes --sam"),
    Step(".venv/bin/workshop check 3"),
)
LAST = Step(".venv/bin/workshop down")


def loopback_up() -> None:
    """Switches on the loopback of this network namespace. Raises OSError."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh22x", b"lo", IFF_UP | IFF_RUNNING)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, request)


def cut_off() -> str:
    """What shows that nothing but this machine can be reached. Raises SystemExit if something can."""
    others = [name for _, name in socket.if_nameindex() if name != "lo"]
    try:
        socket.create_connection(ELSEWHERE, timeout=5).close()
        refused = ""
    except OSError as error:
        refused = error.strerror or str(error)
    if "unreachable" not in refused:
        raise SystemExit(
            f"Not cut off: interfaces {others or 'lo'}, {ELSEWHERE[0]}: {refused or 'connected'}"
        )
    return f"{ELSEWHERE[0]}: {refused}"


def environment(home: Path) -> dict[str, str]:
    """What a new user of this machine has: no cache, no setting, no index, no proxy."""
    home.mkdir()
    folders = dict.fromkeys((str(Path(sys.base_prefix, "bin")), "/usr/local/bin", "/usr/bin", "/bin"))
    return {"HOME": str(home), "PATH": os.pathsep.join(folders), "LANG": "C.UTF-8", "TERM": "dumb"}


def take(step: Step, folder: Path, environ: dict[str, str]) -> None:
    """Takes one step. Raises SystemExit, with its last words, if it ends with another code."""
    started = time.monotonic()
    done = subprocess.run(
        step.command.split(),
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    right = done.returncode == step.code
    lines = done.stdout.strip().splitlines()
    print(f"{time.monotonic() - started:7.1f} s  {'ok ' if right else 'NOT'}  {step.command}", flush=True)
    if not right:
        words = "\n".join(lines[-40:])
        raise SystemExit(f"{step.command}: exit code {done.returncode}, expected {step.code}\n{words}")


def prove(archive: Path, folder: Path) -> None:
    """Unpacks, sets up and does the labs, in `folder`. Raises SystemExit where it is not so."""
    loopback_up()
    print(f"No network: {cut_off()}", flush=True)
    environ, started = environment(folder / "home"), time.monotonic()
    take(Step(f"tar -xf {archive}"), folder, environ)
    top = folder / TOP
    for step in SETUP:
        take(step, top, environ)
    set_up = time.monotonic() - started
    try:
        for step in LABS:
            take(step, top, environ)
    finally:
        take(LAST, top, environ)
    used = sum(path.lstat().st_size for path in top.rglob("*") if not path.is_dir()) / 1e6
    total = time.monotonic() - started
    print(f"Proven: {archive.name}, {archive.stat().st_size / 1e6:.0f} MB, set up in {set_up:.0f} s,")
    print(f"labs 1 and 3 passed after {total:.0f} s. On disk: {used:.0f} MB, the unpacked bundle among them.")


def isolated() -> bool:
    """Whether this machine gives us a network namespace of our own."""
    return (
        bool(shutil.which("unshare"))
        and not subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "archive", nargs="?", type=Path, help="the bundle; without it, this platform's in dist/"
    )
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.inside:
        prove(options.archive, options.inside)
        return 0
    try:
        archive = options.archive or Bundling(*chosen("", "")).file
    except SetupError as error:
        print(error, file=sys.stderr)
        return NOT_PROVEN
    if not archive.is_file():
        print(f"There is no {archive}. Do next: make bundle", file=sys.stderr)
        return NOT_PROVEN
    if not isolated():
        print(
            "Nothing was proven: this machine gives us no network namespace (Linux's unshare).",
            file=sys.stderr,
        )
        return NOT_PROVEN
    with tempfile.TemporaryDirectory(prefix="bundle-proof-") as folder:
        inside = [sys.executable, __file__, str(archive.resolve()), "--inside", folder]
        return subprocess.run([*NAMESPACE, *inside], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
