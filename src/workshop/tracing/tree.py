"""The way of a request as a tree of text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from workshop.tracing.spans import Step, Way

WIDTH = 110
TIMES = 11
"""Columns at the end of a line that hold how long a step took."""
MARK = "✗ "


def text(way: Way, width: int = 0) -> str:
    """The tree. width: of the terminal, in columns; 0 means none is known."""
    return "\n".join(lines(way, max(width or WIDTH, 60)))


def lines(way: Way, width: int) -> Iterator[str]:
    """The tree, line by line: the request, its steps, and the first that went wrong."""
    status = "no answer yet" if way.status is None else str(way.status)
    at = datetime.fromtimestamp(way.started, UTC).strftime("%H:%M:%S")
    yield _line(f"{way.title}  →  {status}", way.took, width)
    yield f"trace {way.trace_id}, {at} UTC"
    yield from _branches(way.steps, "", width)
    if way.dropped:
        yield f"… and {way.dropped} more steps, which were counted and not kept"
    trouble = way.first_trouble
    if trouble:
        yield ""
        yield from _wrapped(f"First trouble: {trouble.title}: {trouble.trouble}", width)


def _branches(steps: Sequence[Step], before: str, width: int) -> Iterator[str]:
    for step in steps:
        last = step is steps[-1]
        branch = f"{before}{'└─ ' if last else '├─ '}{MARK if step.trouble else ''}"
        yield _line(branch + step.title, step.took, width)
        under = before + ("   " if last else "│  ")
        beside = under + ("│  " if step.children else "   ")
        for said in (*step.facts, step.trouble):
            yield from (beside + part for part in _wrapped(said, width - len(beside) - TIMES))
        yield from _branches(step.children, under, width)


def _wrapped(said: str, width: int) -> list[str]:
    """Lines of whole words: an ARN that is broken cannot be copied."""
    return textwrap.wrap(said, width, break_long_words=False, break_on_hyphens=False)


def _line(said: str, took: float | None, width: int) -> str:
    if took is None:
        return said
    return f"{said:<{width - TIMES}} {took:>{TIMES - 4}.1f} ms"
