"""Paths into JSON documents, as mappings and templates write them. Pure.

>>> look_up({"pets": [{"name": "Ada"}]}, "pets[0].name"), look_up({"a": 1}, "$.b")
('Ada', None)

Recursive descent and filters are not taken (API Gateway Developer Guide, *Transform API requests and
responses for HTTP APIs*).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_PART = re.compile(r"\.?(?:(?P<name>[^.\[\]]+)|\[(?P<index>\d+)\]|\['(?P<quoted>[^']*)'\])")


def problem(path: str) -> str:
    """What of a path is not taken, or ""."""
    rest = path.removeprefix("$")
    if ".." in rest or "?(" in rest or "*" in rest:
        return f"the JSON path '{path}': recursive descent, filters and wildcards are not taken"
    return "" if not rest or _PART.sub("", rest) == "" else f"the JSON path '{path}'"


def look_up(document: Any, path: str) -> Any:
    """What is at a path, or None. The path may begin with `$`."""
    for part in _PART.finditer(path.removeprefix("$")):
        if part["index"] is not None:
            at = int(part["index"])
            document = document[at] if isinstance(document, list) and at < len(document) else None
        else:
            name = part["name"] if part["name"] is not None else part["quoted"]
            document = document.get(name) if isinstance(document, Mapping) else None
    return document


def as_text(value: Any) -> str:
    """A value as text: strings as they are, nothing for null, all else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def document_of(body: bytes) -> Any:
    """A body's JSON, or None where it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None
