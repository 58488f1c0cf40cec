"""What `workshop start` starts."""

from __future__ import annotations

import os
import secrets
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workshop.environment import apply, redirect
from workshop.folders import work_folder
from workshop.keys import ADMINISTRATOR
from workshop.start.ports import LOOPBACK
from workshop.state import FOLDER
from workshop.target import REGION, Target

ACCOUNT = "123456789012"
FIRST_NOTEBOOK = "00-tour.ipynb"
"""What JupyterLab opens first: the learner's copy, in `work/`."""


@dataclass(frozen=True)
class Service:
    """One program that is started, and how to tell that it is ready.

    key: the name of its log file. title: what it is called to people.
    address: what a person opens. probe: the URL that answers 200 once the service is ready.
    stop_signal: what ends it in good order.
    """

    key: str
    title: str
    command: tuple[str, ...]
    address: str
    probe: str
    folder: Path
    environment: Mapping[str, str] = field(repr=False)
    stop_signal: signal.Signals = signal.SIGTERM


@dataclass(frozen=True)
class Ports:
    """The TCP ports of the three services."""

    sandbox: int = 4566
    lab: int = 8888
    guide: int = 8000


def services(
    clone: Path,
    ports: Ports,
    environ: Mapping[str, str] = os.environ,
    bin_folder: Path = Path(sys.executable).parent,
    token: str | None = None,
    *,
    ephemeral: bool = False,
) -> tuple[Service, ...]:
    """The sandbox, JupyterLab and the guide of the clone, on these ports."""
    plain = plain_environment(environ, bin_folder)
    return (
        sandbox_service(clone, ports.sandbox, plain, bin_folder, ephemeral=ephemeral),
        _lab(clone, ports, plain, bin_folder, token or secrets.token_hex(24)),
        _guide(clone, ports.guide, plain, bin_folder),
    )


def sandbox_service(
    clone: Path,
    port: int,
    environment: Mapping[str, str],
    bin_folder: Path,
    *,
    ephemeral: bool = False,
) -> Service:
    """The sandbox of the clone, on this port, with the clone's state; with one of its own if ephemeral."""
    url = f"http://{LOOPBACK}:{port}"
    state = ("--ephemeral",) if ephemeral else ("--state", str(clone / FOLDER))
    return Service(
        key="sandbox",
        title="the local AWS",
        command=(str(bin_folder / "sandbox"), "serve", "--port", str(port), *state),
        address=url,
        probe=f"{url}/_sandbox/health",
        folder=clone,
        environment=environment,
        stop_signal=signal.SIGINT,
    )


def _lab(clone: Path, ports: Ports, plain: Mapping[str, str], bin_folder: Path, token: str) -> Service:
    url = f"http://{LOOPBACK}:{ports.lab}"
    sandbox_url = f"http://{LOOPBACK}:{ports.sandbox}"
    options = {
        "ServerApp.ip": LOOPBACK,
        "ServerApp.port": ports.lab,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": work_folder(clone),
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",
    }
    as_root = ("--allow-root",) if os.geteuid() == 0 else ()
    # The token goes by the environment: every user of a machine can read command lines.
    # A configuration folder of our own: one in the home folder could switch the token off.
    ours = {"JUPYTER_TOKEN": token, "JUPYTER_CONFIG_DIR": str(clone / ".sandbox" / "jupyter")}
    environment = {**plain, **ours, "SANDBOX_URL": sandbox_url}
    apply(redirect(Target("sandbox", sandbox_url, ACCOUNT, REGION, ADMINISTRATOR), plain), environment)
    return Service(
        key="jupyterlab",
        title="JupyterLab",
        command=(
            str(bin_folder / "jupyter-lab"),
            "--no-browser",
            *as_root,
            *(f"--{name}={value}" for name, value in options.items()),
        ),
        address=f"{url}/lab/tree/{FIRST_NOTEBOOK}?token={token}",
        probe=f"{url}/api",
        folder=clone,
        environment=environment,
    )


def _guide(clone: Path, port: int, plain: Mapping[str, str], bin_folder: Path) -> Service:
    url = f"http://{LOOPBACK}:{port}/"
    return Service(
        key="guide",
        title="the guide",
        command=(str(bin_folder / "mkdocs"), "serve", "--no-livereload", "--dev-addr", f"{LOOPBACK}:{port}"),
        address=url,
        probe=url,
        folder=clone,
        environment={**plain, "NO_MKDOCS_2_WARNING": "1"},
        # On SIGINT mkdocs removes the folder it built the site into; on SIGTERM it does not.
        stop_signal=signal.SIGINT,
    )


def plain_environment(environ: Mapping[str, str], bin_folder: Path) -> dict[str, str]:
    """What a service gets: nothing of AWS, and the clone's commands first on the PATH."""
    return {**without_aws(environ), "PATH": f"{bin_folder}{os.pathsep}{environ.get('PATH', os.defpath)}"}


def without_aws(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without anything that tells AWS tools where to go and as whom."""
    return {name: value for name, value in environ.items() if not name.startswith("AWS_")}
