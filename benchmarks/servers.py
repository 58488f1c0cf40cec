"""The servers that are measured, each a process of its own, each ended when the run ends."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 60


@dataclass
class Server:
    """A running server. ready: seconds from its start until it answered."""

    name: str
    url: str
    ready: float
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """End it; kill it if it does not end by itself."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment without what would lead an AWS client elsewhere, or slow Python down."""
    unwanted = ("AWS_", "MOTO_", "PYTHONDONTWRITEBYTECODE")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(unwanted)}
    return {**kept, **more}


def start_sandbox(*options: str, checkout: Path | None = None) -> Server:
    """`sandbox serve` on a free port; without options it keeps nothing. checkout: whose sources run."""
    began = time.perf_counter()
    chosen = options or ("--ephemeral",)
    sources = {"PYTHONPATH": str(checkout / "src")} if checkout else {}
    process = _spawn([sys.executable, "-P", "-m", "sandbox", "serve", "--port", "0", *chosen], **sources)
    line = process.stdout.readline() if process.stdout else ""
    ready = time.perf_counter() - began
    url = next((word for word in line.split() if word.startswith("http://")), "")
    if not url:
        raise RuntimeError(f"The sandbox did not start: {line!r}")
    return Server("sandbox", url, ready, process)


def start_traced() -> Server:
    """A sandbox that keeps nothing and traces only what `benchmarks.traced_server` lets it."""
    began = time.perf_counter()
    process = _spawn([sys.executable, "-m", "benchmarks.traced_server"])
    url = (process.stdout.readline() if process.stdout else "").strip()
    if not url:
        raise RuntimeError("The sandbox did not start.")
    return Server("sandbox", url, time.perf_counter() - began, process)


def start_null() -> Server:
    """The server that does nothing."""
    began = time.perf_counter()
    process = _spawn([sys.executable, "-m", "benchmarks.null_server"])
    port = (process.stdout.readline() if process.stdout else "").strip()
    return Server("nothing", f"http://127.0.0.1:{port}", time.perf_counter() - began, process)


def start_ministack(home: Path, **settings: str) -> Server:
    """ministack, from an environment of its own in `home`, with these settings of its environment."""
    _install(home, "ministack[full]", "boto3")
    port = _free_port()
    began = time.perf_counter()
    command = [str(home / "bin" / "ministack")]
    process = _spawn(command, GATEWAY_PORT=str(port), LOG_LEVEL="ERROR", HOME=str(home.resolve()), **settings)
    url = f"http://127.0.0.1:{port}"
    _await_answer(f"{url}/_ministack/health", process)
    return Server("ministack", url, time.perf_counter() - began, process)


def start_moto(home: Path) -> Server:
    """moto's server, from an environment of its own in `home`."""
    _install(home, "moto[server]")
    port = _free_port()
    began = time.perf_counter()
    process = _spawn([str(home / "bin" / "moto_server"), "-p", str(port)])
    url = f"http://127.0.0.1:{port}"
    _await_answer(f"{url}/moto-api/data.json", process)
    return Server("moto", url, time.perf_counter() - began, process)


def _install(home: Path, *packages: str) -> None:
    """Make an environment with these packages in `home`, unless it is there."""
    python = home / "bin" / "python"
    if not python.exists():
        print(f"installing {packages[0]} into {home} …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)


def _spawn(command: list[str], **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=clean_environment(**environment),
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_answer(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.005)
    process.kill()
    raise RuntimeError(f"{url} did not answer within {START_SECONDS} s")
