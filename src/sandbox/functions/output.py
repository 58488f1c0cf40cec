"""What a process writes, split into log events.

Plain output becomes one event a line. A runtime sends what may span lines (a logging record, a traceback)
as a frame on the same pipe, so that it keeps its place: type (4 bytes), length (4), microseconds since
1970 (8), text; big-endian. The type is not valid UTF-8, so no text holds it by chance. It is the frame
that Lambda's own runtimes send (github.com/aws/aws-lambda-python-runtime-interface-client,
FramedTelemetryLogSink).
"""

from __future__ import annotations

FRAME = b"\xa5\x5a\x00\x03"
_HEAD = 16
MOST_FRAME = 16 * 1024 * 1024
"""Bytes of a frame; a longer one was garbled by somebody else's output, and is taken as plain text."""
MOST_EVENT = 256 * 1024
"""Bytes of one log event (CloudWatch Logs quotas); what is longer goes on in the next."""

Event = tuple[int, str]
"""Epoch milliseconds and message, with its newline if it had one."""


class Splitter:
    """Takes output piece by piece and gives the events that are complete."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes, now: int) -> list[Event]:
        """The events that `data` completes. now: epoch milliseconds, for lines that carry no time."""
        rest = self._rest + data if self._rest else data
        events: list[Event] = []
        while rest:
            start = rest.find(FRAME)
            if start < 0:
                rest = _take_lines(rest, now, events)
                break
            if start > 0:
                tail = _take_lines(rest[:start], now, events)
                _append(events, now, tail)
                rest = rest[start:]
            taken = _take_frame(rest, events)
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
        _append(events, now, rest)
        return events


def _take_lines(data: bytes, now: int, events: list[Event]) -> bytes:
    """Append the whole lines of `data`; what follows the last newline is given back."""
    *lines, rest = data.split(b"\n")
    for line in lines:
        _append(events, now, line + b"\n")
    if len(rest) > MOST_EVENT:
        _append(events, now, rest)
        return b""
    return rest


def _take_frame(data: bytes, events: list[Event]) -> int:
    """Append the frame at the start of `data`; bytes taken, 0 if it is not whole yet."""
    if len(data) < _HEAD:
        return 0
    length = int.from_bytes(data[4:8], "big")
    if length > MOST_FRAME:
        _append(events, int.from_bytes(data[8:16], "big") // 1000, data[: len(FRAME)])
        return len(FRAME)
    if len(data) < _HEAD + length:
        return 0
    time = int.from_bytes(data[8:16], "big") // 1000
    _append(events, time, data[_HEAD : _HEAD + length])
    return _HEAD + length


def _append(events: list[Event], time: int, message: bytes) -> None:
    for start in range(0, len(message), MOST_EVENT):
        text = message[start : start + MOST_EVENT].decode("utf-8", "replace")
        events.append((time, text))
