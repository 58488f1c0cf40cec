"""`sandbox explain`: IAM's decisions about a request, printed."""

from __future__ import annotations

import json
import shutil
import sys
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

from sandbox.decisions import find
from sandbox.decisions_text import text

SECONDS = 10.0
"""How long the sandbox may take to give its traces."""


class NoSandbox(Exception):
    """Nothing that gives traces answers there."""


def traces(url: str) -> list[dict[str, Any]]:
    """The newest traces of the sandbox at `url`, oldest first. Raises NoSandbox. Read-only; no proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/_sandbox/traces", timeout=SECONDS) as answer:
            return list(json.load(answer)["traces"])
    except (OSError, ValueError, KeyError, TypeError, HTTPException) as error:
        raise NoSandbox(f"No sandbox answers at {url}. Start one with `sandbox serve`.") from error


def show(url: str, wanted: str, as_json: bool, write: Callable[[str], Any], account: str = "") -> None:
    """Write the decisions about a request. Raises NoSandbox, NothingToExplain."""
    request = find(traces(url), wanted, account)
    if as_json:
        write(json.dumps(request.as_dict(), indent=2))
        return
    terminal = sys.stdout.isatty()
    write(text(request, terminal, shutil.get_terminal_size().columns if terminal else 0))
