"""Whether somebody answers at an address of this machine; no credential is ever sent."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
HEALTH_SECONDS = 5.0


def is_sandbox(url: str, timeout: float = HEALTH_SECONDS) -> bool:
    """Whether a sandbox of this machine answers at `url`. This is a read-only operation."""
    return health(url, timeout) is not None


def health(url: str, timeout: float = HEALTH_SECONDS) -> dict[str, Any] | None:
    """What the sandbox of this machine at `url` says of itself; None if there is none. Nothing else is asked.

    No proxy is used and no credential is sent. This is a read-only operation.
    """
    if not on_this_machine(url):
        return None
    try:
        with _opener().open(f"{url}/_sandbox/health", timeout=timeout) as answer:
            said = json.load(answer)
    except (OSError, ValueError, HTTPException):
        return None
    ours = isinstance(said, dict) and said.get("status") == "running" and "services" in said
    return said if ours else None


def is_answered(url: str) -> bool:
    """Whether whoever listens there speaks HTTP, whatever it says."""
    try:
        with _opener().open(url, timeout=HEALTH_SECONDS):
            return True
    except urllib.error.HTTPError as refused:
        refused.close()
        return True
    except (OSError, HTTPException):
        return False


def on_this_machine(url: str) -> bool:
    """Whether it is an address of this machine, in plain HTTP."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "http" and parts.hostname in LOOPBACK and parts.port != 0
    except ValueError:  # a port that is none
        return False


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))
