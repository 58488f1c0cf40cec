"""`sandbox reset`: a running sandbox is emptied."""

from __future__ import annotations

import urllib.request
from http.client import HTTPException

SECONDS = 30.0
"""How long the sandbox may take to end its environments and to empty its state file."""


class NotEmptied(Exception):
    """No sandbox answers there, or it could not do it; the message says which."""


def empty(url: str) -> None:
    """Reset the sandbox at `url`. Raises NotEmptied. No proxy is used."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(f"{url}/_sandbox/reset", method="POST"), timeout=SECONDS):
            return
    except (OSError, HTTPException) as error:
        raise NotEmptied(f"No sandbox was emptied at {url} ({error}). `sandbox serve` starts one.") from error
