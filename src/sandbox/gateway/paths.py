"""Paths as HTTP APIs read them."""

from __future__ import annotations

import re
from urllib.parse import unquote

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class BadPath(Exception):
    """A path that HTTP APIs refuse."""


def decoded(raw: str) -> str:
    """A path as HTTP APIs route it and show it in events: decoded twice, cut at an encoded `?`.

    >>> decoded("/a/slash%2Fvalue"), decoded("/a/question%3Fvalue"), decoded("/a/literal%252Fvalue")
    ('/a/slash/value', '/a/question', '/a/literal/value')

    Raises BadPath where what was decoded once holds a `%` that begins no escape (`/percent%25done`).
    Source: hotsock/voker, vokerhttp/testdata/ingress-paths.json (recorded in us-west-2, 2026-07-10).
    """
    if "%" not in raw:
        return raw
    if _BAD_ESCAPE.search(raw):
        raise BadPath(raw)
    once = unquote(raw, errors="replace").partition("?")[0]
    if "%" not in once:
        return once
    if _BAD_ESCAPE.search(once):
        raise BadPath(raw)
    return unquote(once, errors="replace")
