"""Filter patterns of CloudWatch Logs.

    >>> parse('{ $.userId = "ada" && $.status >= 400 }').match('{"userId": "ada", "status": 404}')
    {'$.userId': 'ada', '$.status': '404'}
    >>> parse("ERROR -timeout").match("ERROR: timeout") is None
    True

A pattern in braces asks for fields of JSON, one in brackets for fields between spaces, one between
percent signs is a regular expression, and any other asks for terms. Source: CloudWatch Logs User Guide,
*Filter pattern syntax for metric filters, subscription filters, filter log events, and Live Tail*; the
words of refusals: jorgebastida/awslogs issue 210, lucagrulla/cw issue 181,
ministryofjustice/modernisation-platform-environments pull 5137.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from sandbox.logs.faults import invalid
from sandbox.logs.patterns import delimited, json_events, terms

__all__ = ["Pattern", "parse"]

_KINDS = {"{": ("}", json_events.read), "[": ("]", delimited.read)}


@dataclass(frozen=True)
class Pattern:
    """match: what a message shows under the names of the pattern; None where it does not pass."""

    match: Callable[[str], dict[str, str] | None]

    def passes(self, message: str) -> bool:
        """Whether a log event passes the filter."""
        return self.match(message) is not None


@lru_cache(maxsize=256)
def parse(pattern: str) -> Pattern:
    """Read a pattern. Raises AwsError(InvalidParameterException), NotModelled."""
    text = pattern.strip()
    kind = _KINDS.get(text[:1])
    if kind is None:
        return Pattern(terms.read(text))
    closing, read = kind
    if not text.endswith(closing):
        raise invalid(f"If a filter pattern starts with '{text[0]}' it must end with '{closing}'")
    return Pattern(read(text[1:-1]))
