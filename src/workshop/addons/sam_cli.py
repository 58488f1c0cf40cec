"""The AWS SAM CLI, in an environment of its own: it pins boto3, click and more to exact versions."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from workshop.addons.install import Addon, Say, installed, run

if TYPE_CHECKING:
    from workshop.target import Target

LOCK = Path(__file__).with_name("sam-requirements.txt")

# What would lead its calls elsewhere than to the target, or its output astray.
_LEADING_ELSEWHERE = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE")
_ENDPOINTS = "AWS_ENDPOINT_URL_"


def sam(clone: Path, say: Say) -> Path:
    """The command `sam`; installs it at its first use. Raises Problem where that fails."""
    addon = Addon("sam-cli", "the AWS SAM CLI", "70 MB to fetch, 213 MB on disk", LOCK, _make)
    return installed(addon, clone, say) / "bin" / "sam"


def _make(folder: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    command = str(uv) if uv.exists() else shutil.which("uv") or "uv"
    environ = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    run("the AWS SAM CLI", [command, "venv", "--python", sys.executable, "."], folder, environ)
    python = str(folder / "bin" / "python")
    sync = [command, "pip", "sync", "--python", python, "--require-hashes", str(LOCK)]
    run("the AWS SAM CLI", sync, folder, environ)


def environment(target: Target, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment in which `sam` talks to `target` and to nobody else; telemetry is off.

    The PATH begins with this Python's folder: `sam build` looks for node and npm there.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if name not in _LEADING_ELSEWHERE and not name.startswith(_ENDPOINTS)
    }
    own = str(Path(sys.executable).parent)
    from workshop.environment import of_account  # with them comes boto3, which only calling AWS needs
    from workshop.target import AwsAccount

    if isinstance(target, AwsAccount):
        return of_account(target, environ) | {
            "PATH": os.pathsep.join([own, environ.get("PATH", os.defpath)]),
            "SAM_CLI_TELEMETRY": "0",
        }
    hosts = [host for host in kept.get("NO_PROXY", "").split(",") if host]
    no_proxy = ",".join(dict.fromkeys([*hosts, "127.0.0.1", "localhost"]))
    return kept | {
        "PATH": os.pathsep.join([own, kept.get("PATH", os.defpath)]),
        "AWS_ENDPOINT_URL": target.url,
        "AWS_ACCESS_KEY_ID": target.access_key,
        "AWS_SECRET_ACCESS_KEY": target.secret,
        **({"AWS_SESSION_TOKEN": target.token} if target.token else {}),
        "AWS_REGION": target.region,
        "AWS_DEFAULT_REGION": target.region,
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.5",
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
    }
