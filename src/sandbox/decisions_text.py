"""IAM's decisions about a request, as text for a terminal: denials in full, an allow takes a line or two."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime

from sandbox.decisions import Decision, Plain, Request
from sandbox.iam.letters import carets

RED, GREEN, BOLD = "\033[31;1m", "\033[32m", "\033[1m"
_END = "\033[0m"
_LABEL, _INDENT = 11, 4
_NARROWEST = 20
_NARROW_ELEMENTS = {
    "Resource": "it is on",
    "Action": "it allows",
    "Condition": "it wants",
    "Principal": "it trusts",
}

Paint = Callable[[str, str], str]


def text(request: Request, colour: bool = False, width: int = 0) -> str:
    """The whole request. width: of the terminal, in characters; 0 breaks no line."""
    paint: Paint = (lambda words, code: f"{code}{words}{_END}") if colour else (lambda words, code: words)
    return "\n".join(_lines(request, paint, width))


def _lines(request: Request, paint: Paint, width: int) -> Iterator[str]:
    at = datetime.fromtimestamp(request.at).strftime("%H:%M:%S")
    yield paint(f"{request.title}, at {at}, trace {request.trace_id}", BOLD)
    for decision in request.decisions:
        yield ""
        yield from _allowed(decision, paint) if decision.allowed else _denied(decision, paint, width)
    if request.earlier:
        yield ""
        yield f"Nothing was denied here. The last denial: explain {request.earlier}"


def _allowed(decision: Decision, paint: Paint) -> Iterator[str]:
    yield f"{paint('Allowed', GREEN)} {decision.action} on {decision.resource}"
    yield _row("asked by", decision.caller)
    if decision.because:
        yield _row("by", decision.because)


def _denied(decision: Decision, paint: Paint, width: int) -> Iterator[str]:
    yield f"{paint('Denied', RED)} {decision.action} on {decision.resource}"
    yield _row("asked by", decision.caller)
    yield _row("call", " ".join(filter(None, (decision.call, decision.request_id))))
    if decision.message:
        yield _row("AWS says", decision.message)
    why = decision.explanation
    if why is None:
        yield _row("why", decision.because)
        return
    yield _row("why", why["text"])
    for miss in why["misses"]:
        yield from _compared(miss, paint, width)
    if why["written"]:
        yield f"  statement {why['statement']} of {why['policy'] or 'the policy'}"
        yield from (f"{' ' * _INDENT}{line}" for line in json.dumps(why["written"], indent=2).splitlines())
    yield _row("do next", why["do_next"])
    if why["look"]:
        yield _row("look", why["look"])


def _compared(miss: Plain, paint: Paint, width: int) -> Iterator[str]:
    compared = miss["compared"]
    if compared is None:
        return
    yield f"  {_NARROW_ELEMENTS[miss['element']]}"
    yield from _pointed(compared["wanted"], compared["wanted_marks"], paint, width)
    yield "  the request has"
    yield from _pointed(compared["given"], compared["given_marks"], paint, width)


def _pointed(words: str, marks: list[list[int]], paint: Paint, width: int) -> Iterator[str]:
    """The text, and below it what points at the marked letters, both broken at the same places."""
    room = max(width - _INDENT, _NARROWEST) if width else len(words) or 1
    below = carets(words, tuple((start, end) for start, end in marks))
    for start in range(0, len(words), room):
        yield f"{' ' * _INDENT}{words[start : start + room]}"
        pointers = below[start : start + room].rstrip()
        if pointers:
            yield f"{' ' * _INDENT}{paint(pointers, RED)}"


def _row(label: str, words: str) -> str:
    return f"  {label:<{_LABEL}}{words}"
