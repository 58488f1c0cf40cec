"""Which log events a level lets pass, where a function's log format is JSON.

Source: Lambda Developer Guide, *Log-level filtering*. A runtime's own methods say the level with the frame;
a line that a function writes itself may be a JSON object with `level` and a time as RFC 3339 has it. What
says neither is INFO.
"""

from __future__ import annotations

import json
from datetime import datetime

LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
"""From the most detailed on."""

_INFO = LEVELS.index("INFO")
_TIMES = ("timestamp", "time", "@timestamp")
"""Under which names the managed runtimes' loggers write the time."""


def passes(level: str, least: str) -> bool:
    """Whether what has `level` is logged where the level is `least`.

    >>> passes("INFO", "WARN"), passes("ERROR", "WARN")
    (False, True)
    """
    return LEVELS.index(level) >= LEVELS.index(least)


class LevelScreen:
    """Lets what has a level pass, or a graver one."""

    def __init__(self, level: str) -> None:
        self._least = LEVELS.index(level)

    def passes(self, kind: int) -> bool:
        """Whether a frame does; kind: the last byte of its type, which counts levels in fours."""
        level = kind >> 2
        return (level - 1 if level else _INFO) >= self._least

    def time_of(self, now: int, line: bytes) -> int | None:
        """The time of a line, epoch milliseconds: its own, or now; None if the line does not pass."""
        level, time = _said(line) if line.startswith(b"{") else (_INFO, None)
        if level < self._least:
            return None
        return now if time is None else time


def _said(line: bytes) -> tuple[int, int | None]:
    """The level and the time of a line in JSON; INFO without a valid time, or a level that there is."""
    try:
        said = json.loads(line)
        given = next(str(said[name]) for name in _TIMES if name in said)
        time = datetime.fromisoformat(given)
    except (ValueError, StopIteration):
        return _INFO, None
    if time.tzinfo is None:
        return _INFO, None
    level = str(said.get("level", "")).upper()
    return LEVELS.index(level) if level in LEVELS else _INFO, int(time.timestamp() * 1000)
