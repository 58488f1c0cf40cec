"""What the doctor says, as text: the way of the request first, what it comes to last. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from workshop.checking.finding import Call
from workshop.doctor.cause import Cause
from workshop.doctor.walk import Examined, Report

WIDTH = 110
MARKS = {"sound": "✓", "broken": "✗", "unread": "?"}
LONGEST_CALL = 300
COMPARED = ("the policy is on ", "the function asks ")
"""Lines that stand one below the other, with marks below the letters that differ."""
LABEL = 11
"""Letters that a label of the mending takes."""


def text(report: Report, width: int = WIDTH) -> str:
    """One report. width: of a line, in letters; commands and calls are never broken."""
    return "\n".join(_lines(report, width))


def _lines(report: Report, width: int) -> Iterator[str]:
    yield f"{report.method} {report.url}"
    yield from _wrapped(report.answer, "→ ", width)
    yield ""
    yield "From the outside in, and how it is known:"
    told = ""
    for one in report.examined:
        yield from _layer(one, told, width)
        told = one.says if one.state == "unread" else ""
    yield ""
    yield from _verdict(report, width)


def _verdict(report: Report, width: int) -> Iterator[str]:
    """The sentence that counts, and what to do."""
    if report.cause is not None:
        yield from _wrapped(report.cause.says, "✗ ", width)
        for line in report.cause.seen:
            yield from _seen(line, width)
        yield ""
        yield from _mend(report.cause, width)
    elif report.is_fine:
        yield from _wrapped(_healthy(report), "✓ ", width)
    else:
        out = ", ".join(one.layer for one in report.examined if one.state == "sound")
        yield from _wrapped(f"Unknown: no cause was found. Ruled out: {out or 'nothing'}.", "? ", width)
        unread = [one.layer for one in report.examined if one.state == "unread"]
        if unread:
            yield from _wrapped(f"Not ruled out, as it could not be read: {', '.join(unread)}.", "  ", width)
        if report.shows:
            yield from _wrapped(f"The answer alone shows: {report.shows}", "  ", width)


def _healthy(report: Report) -> str:
    if all(one.state == "sound" for one in report.examined):
        return "Healthy: this is the answer that was meant, and every layer behind it is sound."
    return "Healthy: this is an answer that was meant. What could not be read was not looked at."


def _mend(cause: Cause, width: int) -> Iterator[str]:
    yield f"{'Template:':<{LABEL}}{cause.template}"
    for number, command in enumerate(cause.command.split("; aws ")):
        yield f"{'' if number else 'Command:':<{LABEL}}{'aws ' if number else ''}{command}"
    yield from _wrapped(cause.entry, f"{'Checklist:':<{LABEL}}", width)
    yield f"{'Read:':<{LABEL}}docs/{cause.guide}"


def _layer(one: Examined, told: str, width: int) -> Iterator[str]:
    """told: why the layer before it could not be read, or ""."""
    says = {"broken": "broken, see below", "sound": one.says}.get(one.state, one.says)
    if one.state == "unread" and one.says == told:
        says = "could not be read either, for the same reason"
    yield from _wrapped(f"{one.layer}: {says}", f"  {MARKS[one.state]} ", width)
    yield from _calls(one.calls)


def _calls(calls: Sequence[Call]) -> Iterator[str]:
    """Each call in both ways; what it answered is in the JSON."""
    for call in calls:
        for line in list(call.lines())[:2]:
            shown = line.strip()
            yield f"      {shown if len(shown) <= LONGEST_CALL else shown[:LONGEST_CALL] + '…'}"


def _seen(line: str, width: int) -> Iterator[str]:
    """What shows the cause; marks below letters stay where they are."""
    if len(line) <= width - 4 or "^" in line or line.startswith(COMPARED):
        yield f"    {line}"
    else:
        yield from _wrapped(line, "    ", width, 6)


def _wrapped(said: str, start: str, width: int, indent: int = 0) -> Iterator[str]:
    yield from textwrap.wrap(
        said,
        width,
        initial_indent=start,
        subsequent_indent=" " * (indent or len(start)),
        break_long_words=False,
        break_on_hyphens=False,
    )
