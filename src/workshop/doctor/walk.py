"""The walk from the outside in: stops at the first broken layer, and says of each before it what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workshop.checking.finding import Call
from workshop.checking.session import Recorder
from workshop.doctor import by_answer
from workshop.doctor.aws import Unread
from workshop.doctor.cause import Cause
from workshop.doctor.context import Context
from workshop.doctor.layers import LAYERS, TO_THE_FUNCTION, Layer

State = Literal["sound", "broken", "unread"]
Verdict = Literal["healthy", "cause found", "unknown"]
EXIT_CODES: dict[Verdict, int] = {"healthy": 0, "cause found": 1, "unknown": 4}


NOT_AS_AWS = (LookupError, TypeError, AttributeError, ValueError)
"""What comes of an answer that lacks what AWS's always have: it happens with other emulators only."""


@dataclass(frozen=True)
class Examined:
    """One layer, after it was looked at. says: what was seen, or what may not be read."""

    layer: str
    state: State
    says: str
    calls: tuple[Call, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {
            "layer": self.layer,
            "state": self.state,
            "says": self.says,
            "evidence": [call.as_dict() for call in self.calls],
        }


@dataclass(frozen=True)
class Report:
    """What the doctor says of one request. answer: its status and body. cause: None where none was found.

    shows: what the answer alone tells, for who may read nothing else.
    """

    method: str
    url: str
    answer: str
    examined: tuple[Examined, ...]
    cause: Cause | None = None
    is_fine: bool = False
    shows: str = ""

    @property
    def verdict(self) -> Verdict:
        if self.cause is not None:
            return "cause found"
        return "healthy" if self.is_fine else "unknown"

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.verdict]

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {
            "method": self.method,
            "url": self.url,
            "answer": self.answer,
            "answer_shows": self.shows,
            "verdict": self.verdict,
            "exit_code": self.exit_code,
            "cause": self.cause.as_dict() if self.cause else None,
            "layers": [one.as_dict() for one in self.examined],
        }


def walk(context: Context, recorder: Recorder, layers: Sequence[Layer] = LAYERS) -> Report:
    """Look at layer after layer. recorder: sees the calls of the context's clients."""
    examined: list[Examined] = []
    cause: Cause | None = None
    for number, layer in enumerate(layers):
        if number >= TO_THE_FUNCTION and not _leads_on(context):
            break
        one, cause = _examine(layer, context, recorder)
        examined.append(one)
        recorder.forget()
        if cause is not None:
            cause = cause.at(layer.NAME, _evidence(examined))
            break
    return Report(
        context.method,
        context.address.url,
        context.reply.shown,
        tuple(examined),
        cause,
        context.reply.is_fine,
        _shows(context),
    )


def _shows(context: Context) -> str:
    """What the answer alone shows; another emulator may word its answers otherwise."""
    found = by_answer.shown(context.reply)
    return f"if this server answers as AWS does, {found}" if found and context.kind == "endpoint" else found


def _examine(layer: Layer, context: Context, recorder: Recorder) -> tuple[Examined, Cause | None]:
    try:
        found = layer.examine(context)
        if context.reply.is_fine:
            # What the answer itself shows to be in order is not broken, whatever it looks like.
            found = [cause for cause in found if cause.despite_answer or cause.id == "no-status-code"]
        if not found:
            return Examined(layer.NAME, "sound", layer.sound(context), recorder.calls()), None
    except Unread as unread:
        says = f"could not be read: {unread.operation}: {unread.why}"
        return Examined(layer.NAME, "unread", says, recorder.calls()), None
    except NOT_AS_AWS as error:
        if context.kind != "endpoint":
            raise
        says = f"could not be read: an answer is not as AWS gives it ({type(error).__name__}: {error})"
        return Examined(layer.NAME, "unread", says, recorder.calls()), None
    return Examined(layer.NAME, "broken", found[0].says, recorder.calls()), found[0]


def _evidence(examined: Sequence[Examined]) -> tuple[Call, ...]:
    """The request, and the calls of the last layer that made any: the others judge what these have shown."""
    first, last = examined[0].calls, next((one.calls for one in reversed(examined) if one.calls), ())
    return last if first == last else (*first, *last)


def _leads_on(context: Context) -> bool:
    """Whether there is a function behind the route, or it could not be seen whether there is one."""
    try:
        return context.integration is not None and context.integration.function is not None
    except Unread:
        return True
    except NOT_AS_AWS:
        if context.kind != "endpoint":
            raise
        return True
