"""What an answer tells of the inside: names of classes, files, calls and resources."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SIGNS = (
    re.compile(r"Traceback \(most recent"),
    re.compile(r"File \"[^\"]+\", line \d+|\w+\.(?:py|[cm]?js|ts):\d+|/var/task\S*|\bnode:internal\S*"),
    re.compile(r"An error occurred \(\w+\) when calling the \w+ operation"),
    re.compile(r"\b(?!(?:Internal(?:Server)?Error|InternalFailure)\b)[A-Z]\w+(?:Error|Exception)\b"),
    re.compile(r"\barn:aws[\w-]*:\S+"),
    re.compile(r"\b(?:botocore|boto3|aws-sdk|@aws-sdk)\b"),
)
"""Words of a caller's own (`Item size has exceeded …`) are none: they help, and tell nothing."""


def found_in(text: str, names: Sequence[str]) -> str | None:
    """The first thing in a body that only the inside knows; None if there is none.

    names: of the learner's own resources, such as the table's.

    >>> found_in('{"message": "Internal server error"}', ["users-1"])
    >>> found_in('{"message": "KeyError: \\'userId\\'"}', [])
    'KeyError'
    """
    for sign in _SIGNS:
        if match := sign.search(text):
            return match[0]
    return next((name for name in names if name and name in text), None)
