"""Evidence from the function's log: a request id or a part of a line, of an invocation that failed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from workshop.doctor import loglines
from workshop.doctor.aws_errors import find_error
from workshop.doctor.loglines import Invocation
from workshop.errors import Problem
from workshop.incidents.diagnosis import FILE, Diagnosis
from workshop.incidents.record import Ticket
from workshop.incidents.showing import Shown
from workshop.incidents.stack import Stack
from workshop.progress import moment

SKEW = 2000
"""Milliseconds by which two clocks may differ."""

LONGEST = 4000
"""Letters of a line that are kept: a traceback says what failed at its end."""

_GAP = re.compile("…|\\.\\.\\.")


def verify(stack: Stack, ticket: Ticket, written: Diagnosis, shown: Shown) -> dict[str, Any]:
    """The invocation that the evidence is of: `{form, text, request-id, line, lines}`.

    Raises Problem where no invocation since the ticket has it, or only those that went well.
    """
    found = list(_with_evidence(_since(stack, ticket), written))
    if not found:
        raise _refused(
            written,
            "no invocation since the ticket was opened has it in its log",
            f"a {written.form} from the function's log since {ticket.opened_at}",
            _read_log(ticket),
        )
    failed = next((pair for pair in reversed(found) if has_failed(pair[0], shown)), None)
    if failed is None:
        raise _refused(
            written,
            f"it is of the invocation {found[-1][0].request_id}, which went well",
            f"a {written.form} of one that failed",
            f"send the ticket's request again, then: {_read_log(ticket)}",
        )
    said, line = failed
    return {
        "form": written.form,
        "text": written.text,
        "request-id": said.request_id,
        "line": line,
        "lines": [one[:LONGEST] for one in said.lines],
    }


def has_failed(said: Invocation, shown: Shown) -> bool:
    """Whether an invocation failed, by its log; or its result, if the request fails and no log tells why."""
    failed = said.runtime_error or said.timed_out or said.trouble or find_error(said.words) or not said.ended
    quiet = shown.is_wrong and shown.part is not None and shown.part.incident.stops == "result"
    return bool(failed) or quiet


def _since(stack: Stack, ticket: Ticket) -> list[Invocation]:
    client = stack.client("logs")
    group = ticket.before["configuration"]["LogGroup"]
    start = int(moment(ticket.opened_at).timestamp() * 1000) - SKEW
    try:
        pages = client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=start)
        return loglines.invocations([one for page in pages for one in page["events"]])
    except client.exceptions.ResourceNotFoundException:
        return []


def _with_evidence(found: Iterable[Invocation], written: Diagnosis) -> Iterable[tuple[Invocation, str]]:
    for one in found:
        if written.form == "request-id":
            if one.request_id == written.text:
                yield one, ""
        else:
            line = next((line for line in one.lines if holds(line, written.text)), None)
            if line is not None:
                yield one, line[:LONGEST]


def holds(line: str, text: str) -> bool:
    """Whether a line has a text in it; … stands for anything, and spaces and backslashes do not count.

    >>> holds('{"error": "An error occurred (AccessDenied)"}', "error occurred … AccessDenied")
    True
    """
    at, there = 0, plain(line)
    for part in filter(None, map(plain, _GAP.split(text))):
        at = there.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def plain(text: str) -> str:
    """A text without what differs between a log and a terminal: kinds of spaces, escapes, line breaks."""
    unescaped = text.replace("\\n", " ").replace("\\t", " ").replace("\\", "")
    return "".join(unescaped.split())


def _refused(written: Diagnosis, found: str, expected: str, do_next: str) -> Problem:
    return Problem(f"{FILE}, the evidence `{written.form}: {written.text}`", found, expected, do_next)


def _read_log(ticket: Ticket) -> str:
    group = ticket.before["configuration"]["LogGroup"]
    since = int(moment(ticket.opened_at).timestamp() * 1000)
    return (
        f"aws logs filter-log-events --log-group-name '{group}' --start-time {since} "
        "--query 'events[].message' --output text; then: workshop seal"
    )
