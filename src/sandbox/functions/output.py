"""What a process writes, split into log events.

Plain output becomes one event a line. A runtime sends what may span lines (a logging record, a traceback)
as a frame on the same pipe, so that it keeps its place: type (4 bytes), length (4), microseconds since
1970 (8), text; big-endian. The type is not valid UTF-8, so no text holds it by chance. It is the frame
that Lambda's own runtimes send (github.com/aws/aws-lambda-python-runtime-interface-client,
FramedTelemetryLogSink). Where the log's format is JSON, the last byte of the type holds the level.
"""

from __future__ import annotations

from functools import partial
from typing import Protocol

FRAME = b"\xa5\x5a\x00"
"""How a frame of any type begins."""
KINDS = range(0x02, 0x1C)
"""The last byte of a frame's type: 3 for text, 2 for JSON, and 4 for each level from TRACE to FATAL."""
_HEAD = 16
MOST_FRAME = 16 * 1024 * 1024
"""Bytes of a frame; a longer one was garbled by somebody else's output, and is taken as plain text."""
MOST_EVENT = 256 * 1024
"""Bytes of one log event (CloudWatch Logs quotas); what is longer goes on in the next."""

Event = tuple[int, str]
"""Epoch milliseconds and message, with its newline if it had one."""


class Screen(Protocol):
    """Decides which events there are to be, by their levels."""

    def passes(self, kind: int) -> bool:
        """Whether a frame of this kind does."""

    def time_of(self, now: int, line: bytes) -> int | None:
        """The time of the event that a line becomes, epoch milliseconds; None if it becomes none."""


class Splitter:
    """Takes output piece by piece and gives the events that are complete. screen: None lets all pass."""

    def __init__(self, screen: Screen | None = None) -> None:
        self._rest = b""
        self._screen = screen
        self._append = _cut if screen is None else partial(_cut_screened, screen)

    def feed(self, data: bytes, now: int) -> list[Event]:
        """The events that `data` completes. now: epoch milliseconds, for lines that carry no time."""
        rest = self._rest + data if self._rest else data
        events: list[Event] = []
        while rest:
            start = rest.find(FRAME)
            if start < 0:
                rest = self._take_lines(rest, now, events)
                break
            if start > 0:
                before, rest = rest[:start], rest[start:]
                # Written before the frame, so not later than it, however late this is read.
                time = min(now, _time_in(rest) or now)
                self._append(events, time, self._take_lines(before, time, events))
            taken = self._take_frame(rest, now, events)
            if taken == 0:
                break
            rest = rest[taken:]
        self._rest = rest
        return events

    def finish(self, now: int) -> list[Event]:
        """The line or frame that was begun and not ended."""
        events: list[Event] = []
        rest, self._rest = self._rest, b""
        if rest.startswith(FRAME):
            rest = rest[_HEAD:]
        self._append(events, now, rest)
        return events

    def _take_lines(self, data: bytes, now: int, events: list[Event]) -> bytes:
        """Append the whole lines of `data`; what follows the last newline is given back."""
        append = self._append
        *lines, rest = data.split(b"\n")
        for line in lines:
            append(events, now, line + b"\n")
        if len(rest) > MOST_EVENT:
            append(events, now, rest)
            return b""
        return rest

    def _take_frame(self, data: bytes, now: int, events: list[Event]) -> int:
        """Append the frame at the start of `data`; bytes taken, 0 if it is not whole yet."""
        if len(data) < _HEAD:
            return 0
        length = int.from_bytes(data[4:8], "big")
        if length > MOST_FRAME or data[3] not in KINDS:
            self._append(events, now, data[:4])
            return 4
        if len(data) < _HEAD + length:
            return 0
        if self._screen is None or self._screen.passes(data[3]):
            _cut(events, _time_in(data), data[_HEAD : _HEAD + length])
        return _HEAD + length


def _time_in(frame: bytes) -> int:
    """A frame's time, epoch milliseconds; 0 where its head is not whole."""
    return int.from_bytes(frame[8:_HEAD], "big") // 1000 if len(frame) >= _HEAD else 0


def _cut(events: list[Event], time: int, message: bytes) -> None:
    """Append a message, in as many events as it takes."""
    for start in range(0, len(message), MOST_EVENT):
        text = message[start : start + MOST_EVENT].decode("utf-8", "replace")
        events.append((time, text))


def _cut_screened(screen: Screen, events: list[Event], now: int, line: bytes) -> None:
    """Append a line, or what there is of it, unless the screen holds it back."""
    time = screen.time_of(now, line) if line else None
    if time is not None:
        _cut(events, time, line)
