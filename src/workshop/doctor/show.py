"""What the doctor says, as text. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from workshop.checking.finding import Call
from workshop.doctor.cause import Cause
from workshop.doctor.walk import Examined, Report

WIDTH = 110
MARKS = {"sound": "✓", "broken": "✗", "unread": "?"}


def text(report: Report) -> str:
    """One report."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.method} {report.url}  →  {report.answer}"
    yield ""
    yield from _first(report)
    if report.cause is not None:
        yield ""
        yield from _mend(report.cause)
    yield ""
    yield "Looked at, from the outside in:"
    for one in report.examined:
        yield from _layer(one)
    if report.cause is not None:
        yield ""
        yield "Seen by:"
        yield from _calls(report.cause.calls)


def _first(report: Report) -> Iterator[str]:
    """The sentence that counts."""
    if report.cause is not None:
        yield from _wrapped(report.cause.says, "✗ ")
        yield from (f"    {line}" for line in report.cause.seen)
    elif report.is_fine:
        yield "✓ Healthy: every layer that could be read is sound, and the function itself gave this answer."
    else:
        out = ", ".join(one.layer for one in report.examined if one.state == "sound")
        yield from _wrapped(f"Unknown: no cause was found. Ruled out: {out or 'nothing'}.", "? ")
        unread = [one.layer for one in report.examined if one.state == "unread"]
        if unread:
            yield from _wrapped(f"Not ruled out, as it could not be read: {', '.join(unread)}.", "  ")


def _mend(cause: Cause) -> Iterator[str]:
    yield from _wrapped(f"{cause.entry}", "Checklist: ")
    yield f"Template:  {cause.template}"
    yield f"Command:   {cause.command}"


def _layer(one: Examined) -> Iterator[str]:
    yield from _wrapped(f"{one.layer}: {one.says}", f"  {MARKS[one.state]} ")
    if one.state == "sound":
        for call in one.calls:
            yield from (f"      {line.strip()}" for line in list(call.lines())[:2])


def _calls(calls: Sequence[Call]) -> Iterator[str]:
    for call in calls:
        yield from call.lines()


def _wrapped(said: str, start: str) -> Iterator[str]:
    yield from textwrap.wrap(
        said,
        WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
