"""What a function wrote to its log since a request. Pure.

Sources: Lambda Developer Guide, *Viewing CloudWatch logs for Lambda* and *Log formats*; the cases
lam-timeout, lam-oom, lam-exit; the runtimes' own forms: `[ERROR] Type: message` and a traceback of Python,
`ERROR Invoke Error {…}` and `Init Error` of Node.js. In JSON, a record of Python's `logging` has a `logger`,
which an error that nobody caught has not; Node.js puts either in `message`, the one nobody caught last.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from workshop.doctor.aws import Plain

LONGEST_LINE = 300
_FRAME = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START", "INIT_REPORT", "[sandbox]")
_ID = r"(?P<id>[0-9a-f]{8}-[0-9a-f-]{27})"
_START = re.compile(
    rf'START RequestId: {_ID}|"platform\.start".*?"requestId":"{_ID.replace("<id>", "<other>")}'
)
_PLATFORM = ('"platform.', '"sandbox.note"')
_OF_REQUEST = re.compile(rf'^\{{.*"requestId": ?"{_ID}"')
_ENDED = re.compile(r'REPORT RequestId: |"platform\.report"')
_RUNTIME = re.compile(r"\b(?P<type>(?:Runtime|Sandbox|Function)\.[A-Z]\w+)")
_TIMED_OUT = re.compile(
    r'Task timed out after (?P<seconds>[\d.]+) seconds|Status: timeout|"platform\..*"status":"timeout"'
)
_PYTHON = re.compile(
    r"^(?P<type>[A-Z][\w.]*(?:Error|Exception|Exit|Interrupt|Warning|NotFound|Exists)\w*): (?P<text>.*)"
)
_NODE = re.compile(r"\b(?P<type>(?:[A-Z]\w*)?(?:Error|Exception)): (?P<text>.*)")
_PLACE_PYTHON = re.compile(r'File "/var/task/(?P<file>[^"]+)", line (?P<line>\d+)')
_PLACE_NODE = re.compile(r"/var/task/(?P<file>[^:)\s]+):(?P<line>\d+)")
_MEMORY = re.compile(
    r'(?:Memory Size: |"memorySizeMB":)(?P<size>\d+)\D+(?:Max Memory Used: |"maxMemoryUsedMB":)(?P<used>\d+)'
)


@dataclass(frozen=True)
class Trouble:
    """What went wrong in an invocation, by its log.

    type: of the error, such as `KeyError` or `Runtime.HandlerNotFound`. text: its message. place: `file:line`
    in the function's own code, or "". line: the log line, shortened. caught: the handler has dealt with it.
    """

    type: str
    text: str
    place: str
    line: str
    caught: bool


@dataclass(frozen=True)
class Invocation:
    """The lines of one invocation, those of its init included. request_id: Lambda's.

    quiet: Lambda's own lines are not logged (SystemLogLevel WARN), so whether it ended is not to be seen.
    """

    request_id: str
    lines: tuple[str, ...]
    quiet: bool = False

    @cached_property
    def text(self) -> str:
        return "\n".join(self.lines).replace("\xa0", " ")

    @cached_property
    def words(self) -> str:
        """The function's own lines; of those in JSON the texts, with their line breaks."""
        return "\n".join(map(_words, self.own))

    @property
    def ended(self) -> bool:
        return self.quiet or bool(_ENDED.search(self.text))

    @property
    def timed_out(self) -> str:
        """After how many seconds it was ended, as the log says it; "" if it was not."""
        found = _TIMED_OUT.search(self.text)
        return (found["seconds"] or "?") if found else ""

    @property
    def runtime_error(self) -> str:
        """An error type of Lambda's own, such as `Runtime.HandlerNotFound`, or ""."""
        found = _RUNTIME.search(self.text)
        return found["type"] if found else ""

    @property
    def memory(self) -> tuple[int, int]:
        """Megabytes that there are, and that were used; zeros where the log does not tell."""
        found = _MEMORY.search(self.text)
        return (int(found["size"]), int(found["used"])) if found else (0, 0)

    @property
    def own(self) -> tuple[str, ...]:
        """The lines that Lambda did not write."""
        return tuple(one for one in self.lines if not one.startswith(_FRAME) and not _is_platforms(one))

    @cached_property
    def trouble(self) -> Trouble | None:
        """The error that the log tells; None if it tells none."""
        own = self.own
        told = (_trouble(line, last=line is own[-1]) for line in own)
        found = [one for one in told if one]
        uncaught = [one for one in found if not one.caught]
        return next(reversed(uncaught or found), None)


def invocations(events: Iterable[Plain]) -> list[Invocation]:
    """The invocations in a log, in the order in which they started. events: as FilterLogEvents gives them."""
    streams: dict[str, list[Plain]] = {}
    for one in events:
        streams.setdefault(one.get("logStreamName", ""), []).append(one)
    found = [each for lines in streams.values() for each in _of_stream(lines)]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def of_request(found: Sequence[Invocation], request_id: str) -> Invocation | None:
    """The invocation of an API's request: the one that names its id, else the first, or None."""
    named = (one for one in found if request_id and request_id in one.text)
    return next(named, found[0] if found else None)


def shortened(line: str) -> str:
    """A log line in one line, cut where it is long.

    >>> shortened("a\\n  b")
    'a b'
    """
    flat = " ".join(line.replace("\xa0", " ").split())
    return flat if len(flat) <= LONGEST_LINE else f"{flat[:LONGEST_LINE]}…"


def _of_stream(events: Sequence[Plain]) -> list[tuple[int, Invocation]]:
    """What stands before a START, of an init, belongs to it. Without any START, ids of requests part them."""
    messages = [str(one["message"]).rstrip("\n") for one in events]
    if not any(map(_START.search, messages)) and any(map(_OF_REQUEST.search, messages)):
        return _of_quiet_stream(events, messages)
    found: list[tuple[int, Invocation]] = []
    lines: list[str] = []
    at, request_id = 0, ""
    for one, message in zip(events, messages, strict=True):
        start = _START.search(message)
        lines.append(message)
        if start:
            at, request_id = int(one["timestamp"]), start["id"] or start["other"] or ""
        if request_id and _ENDED.search(message):
            found.append((at, Invocation(request_id, tuple(lines))))
            lines, request_id = [], ""
    if request_id or any(not line.startswith(_FRAME) for line in lines):
        found.append((at, Invocation(request_id, tuple(lines))))
    return found


def _of_quiet_stream(events: Sequence[Plain], messages: Sequence[str]) -> list[tuple[int, Invocation]]:
    """A line that names no request belongs to the one before it, those of the init to the first."""
    ids = [found["id"] if (found := _OF_REQUEST.search(line)) else "" for line in messages]
    current = next(filter(None, ids))
    parts: dict[str, list[int]] = {}
    for place, request_id in enumerate(ids):
        current = request_id or current
        parts.setdefault(current, []).append(place)
    return [
        (int(events[own[0]]["timestamp"]), Invocation(name, tuple(messages[at] for at in own), quiet=True))
        for name, own in parts.items()
    ]


def _is_platforms(line: str) -> bool:
    return any(sign in line for sign in _PLATFORM)


def _trouble(message: str, *, last: bool) -> Trouble | None:
    """The error in one log line, or None. last: whether the function's own lines end with it."""
    said = _json_in(message)
    text = message.replace("\xa0", " ")
    if said:
        if "errorType" in said:
            return _of_json(said, text, caught="logger" in said or (message.startswith("{") and not last))
        text = "\n".join(str(value) for value in said.values() if isinstance(value, str))
    caught = not message.startswith("[ERROR]") and not text.startswith("Traceback")
    found = _worded(text.removeprefix("[ERROR] "))
    if found is None:
        return None
    return Trouble(*found, _place(text), shortened(_essence(said, message)), caught)


def _of_json(said: dict[str, Any], text: str, *, caught: bool) -> Trouble:
    stack = said.get("stackTrace") or said.get("stack") or []
    place = _place("\n".join(map(str, stack)) if isinstance(stack, list) else str(stack))
    type_, words = str(said["errorType"]), str(said.get("errorMessage", ""))
    return Trouble(type_, words, place, f"{type_}: {shortened(words)}", caught)


def _words(message: str) -> str:
    said = _json_in(message)
    if not said:
        return message.replace("\xa0", " ")
    if "errorType" in said:
        return f"{said['errorType']}: {said.get('errorMessage', '')}"
    return "\n".join(str(value) for value in said.values() if isinstance(value, str))


def _worded(text: str) -> tuple[str, str] | None:
    """Type and message of an error in a text: Python has them last in a traceback, Node.js first."""
    lines = [line.strip() for line in text.splitlines()]
    for line in reversed(lines) if "Traceback" in text and not text.startswith("Runtime.") else lines:
        match = _PYTHON.match(line) or _RUNTIME_LINE.match(line) or _NODE.search(line)
        if match:
            return match["type"].rpartition(".")[2] if "botocore" in match["type"] else match["type"], match[
                "text"
            ]
    return None


_RUNTIME_LINE = re.compile(r"^(?P<type>Runtime\.\w+): (?P<text>.*)")


def _place(text: str) -> str:
    """The innermost line of the function's own code that a trace names."""
    python = list(_PLACE_PYTHON.finditer(text))
    if python:
        return f"{python[-1]['file']}:{python[-1]['line']}"
    node = _PLACE_NODE.search(text)
    return f"{node['file']}:{node['line']}" if node else ""


def _json_in(message: str) -> dict[str, Any]:
    """The JSON object that a line is, or ends with; empty if there is none.

    Of a record whose message is an object, or the text of one, both.
    """
    said = _object("".join(message.partition("{")[1:]))
    inner = said.get("message")
    if isinstance(inner, str) and inner.startswith("{"):
        inner = _object(inner)
    if not inner or not isinstance(inner, dict):
        return said
    return {**{name: value for name, value in said.items() if name != "message"}, **inner}


def _object(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _essence(said: dict[str, Any], message: str) -> str:
    """Of a line in JSON, what is not a trace; the first and the last line of one."""
    if not said:
        return message
    kept = {name: value for name, value in said.items() if name not in ("stack", "stackTrace", "timestamp")}
    return json.dumps({name: _in_short(value) for name, value in kept.items()}, ensure_ascii=False)


def _in_short(value: Any) -> Any:
    if not isinstance(value, str) or "\n" not in value:
        return value
    lines = value.strip().splitlines()
    return lines[-1] if lines[0].startswith("Traceback") else lines[0]


def milliseconds(timestamp: str) -> int:
    """Of a time as Lambda writes it, since 1970; 0 for none.

    >>> milliseconds("2026-11-22T22:30:16.267314000Z"), milliseconds("2026-11-22T22:30:16.267+0000")
    (1795386616267, 1795386616267)
    """
    found = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{3}))?", timestamp)
    if not found:
        return 0
    seconds = int(datetime.fromisoformat(found[1]).replace(tzinfo=UTC).timestamp())
    return seconds * 1000 + int(found[2] or 0)
