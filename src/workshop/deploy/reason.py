"""What one reason of a failed deployment is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """A cause of failure. means, expected, do_next: for the learner. places: where to look for the line."""

    key: str
    pattern: re.Pattern[str]
    means: str
    expected: str
    do_next: str
    places: tuple[str, ...] = ()


def reason(key: str, pattern: str, means: str, expected: str, do_next: str, *places: str) -> Reason:
    """A Reason; the pattern is matched in any case, over several lines."""
    return Reason(key, re.compile(pattern, re.S | re.I), means, expected, do_next, places)
