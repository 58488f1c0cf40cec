"""The log stream of one execution environment: Lambda's own lines, and what the handler writes.

Events are collected while a request runs and written to CloudWatch Logs after its result has gone out,
but before the environment takes the next one. CloudWatch Logs keeps the newest of them
(`sandbox.backend.log_streams` says how many), so a sandbox that runs for days stays small.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import time
from dataclasses import dataclass

from sandbox.backend.functions import Configuration
from sandbox.functions import runtimes
from sandbox.functions.failures import TIMED_OUT
from sandbox.functions.log_permission import LogPermission
from sandbox.functions.output import Event, Screen, Splitter
from sandbox.log_history import LogHistory
from sandbox.usage import Usage

TAIL = 4096
"""Bytes of log that `LogType: Tail` gives."""
_FLUSH_AT = 2000
"""Events after which a request that writes a lot does not wait for its end."""


def stream_name(function: Configuration) -> str:
    """`2026/11/22/[$LATEST]0123456789abcdef0123456789abcdef`.

    In a log group that is not the function's own its name stands before the version (Lambda Developer
    Guide, *Configuring CloudWatch log groups*; that nothing encloses the last part, as instanceId in logs
    of AWS's shows).
    """
    name = "" if function.log_group == f"/aws/lambda/{function.name}" else function.name
    day = time.strftime("%Y/%m/%d", time.gmtime())
    return f"{day}/{name}[{function.version}]{secrets.token_hex(16)}"


@dataclass(frozen=True)
class Records:
    """Where environments write what is to be remembered of them."""

    history: LogHistory
    usage: Usage


class EnvironmentLog:
    """Collects the events of one environment and writes them to its stream.

    Lambda's own lines are plain text here; `sandbox.functions.json_logs` has them in JSON. records: takes the
    events, and counts what is billed: the invocations that end, and the events that are written. screen:
    which of the function's own events there are to be.
    """

    newline = "\n"
    """What a line of Lambda's own ends with."""

    def __init__(
        self,
        function: Configuration,
        stream: str,
        permission: LogPermission,
        records: Records,
        screen: Screen | None = None,
    ) -> None:
        self._function = function
        self._permission = permission
        self._history = records.history
        self._usage = records.usage
        self.stream = stream
        self._events: list[Event] = []
        self._splitter = Splitter(screen)
        self._tail: bytearray | None = None

    def output(self, data: bytes) -> None:
        """Take what the process wrote."""
        self._add(self._splitter.feed(data, _now()))
        if len(self._events) >= _FLUSH_AT:
            self.flush()

    def line(self, text: str) -> None:
        """Add a line of Lambda's own; unfinished output before it is ended."""
        now = _now()
        self._add(self._splitter.finish(now))
        self._add([(now, f"{text}{self.newline}")])

    def keep_tail(self) -> None:
        """From here on also keep the last 4 KB, for `take_tail`; go on where they are kept already."""
        if self._tail is None:
            self._tail = bytearray()

    def take_tail(self) -> bytes:
        """The last 4 KB since `keep_tail`."""
        tail, self._tail = self._tail or bytearray(), None
        return bytes(tail[-TAIL:])

    def flush(self) -> None:
        """Write what has been collected; it is lost where the function's role may not write it."""
        if self._events:
            events, self._events = self._events, []
            where = self._function
            if self._permission.may_write(self.stream):
                self._history.write(where.account, where.region, where.log_group, self.stream, events)
                messages = [message for _, message in events]
                self._usage.logged(where.account, where.region, where.log_group, messages)

    def _add(self, events: list[Event]) -> None:
        self._events += events
        if self._tail is not None:
            for _, message in events:
                self.into_tail(self._tail, message)
            del self._tail[:-TAIL]

    def into_tail(self, tail: bytearray, message: str) -> None:
        """Append an event's message to what LogType gives."""
        tail += message.encode()

    # The lines themselves: Lambda Developer Guide, *Viewing CloudWatch logs*; cases log-init-start,
    # log-start, log-end, log-report-cold, log-timeout-line.

    def note(self, text: str) -> None:
        """What the sandbox has to say of itself."""
        self.line(f"[sandbox] {text}")

    def init_start(self) -> None:
        note = runtimes.note(self._function.runtime)
        if note:
            self.note(note)
        words, arn = runtime_version(self._function)
        self.line(f"INIT_START Runtime Version: {words}\tRuntime Version ARN: {arn}")

    def init_done(self, init_ms: float, phase: str) -> None:
        """The init phase has ended well: the text format has no line for it."""

    def extension(self, name: str, events: list[str]) -> None:
        """An extension is ready (form: logs that people publish)."""
        self.line(f"EXTENSION\tName: {name}\tState: Ready\tEvents: [{', '.join(events)}]")

    def init_failed(self, init_ms: float, error_type: str, phase: str) -> None:
        """phase: `init`, or `invoke` where it was begun anew by an invocation."""
        status = "timeout" if error_type == TIMED_OUT else "error"
        kind = "" if status == "timeout" else f"\tError Type: {error_type}"
        self.line(f"INIT_REPORT Init Duration: {init_ms:.2f} ms\tPhase: {phase}\tStatus: {status}{kind}")

    def start(self, request_id: str) -> None:
        self.line(f"START RequestId: {request_id} Version: {self._function.version}")

    def end(
        self,
        request_id: str,
        *,
        duration_ms: float,
        memory_mb: int,
        init_ms: float | None = None,
        error_type: str = "",
        produced: int = 0,
        exit_text: str = "",
    ) -> None:
        """The lines that close an invocation.

        error_type: of the platform's own errors only. exit_text: how the runtime's process ended, if it did.
        produced: bytes of the handler's answer, which the text format does not tell.
        """
        if error_type == TIMED_OUT:
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
            millis = _now() % 1000
            seconds = f"{self._function.timeout:.2f}"
            self.line(f"{stamp}.{millis:03d}Z {request_id} Task timed out after {seconds} seconds\n")
        elif exit_text:
            # Form: logs that people publish, of `exit status 106` or `signal: segmentation fault`.
            self.line(f"RequestId: {request_id} Error: {exit_text}\n{error_type}")
        self.line(f"END RequestId: {request_id}")
        fields = [
            f"REPORT RequestId: {request_id}",
            f"Duration: {duration_ms:.2f} ms",
            f"Billed Duration: {self.bill(duration_ms, init_ms, 2)} ms",
            f"Memory Size: {self._function.memory} MB",
            f"Max Memory Used: {memory_mb} MB",
        ]
        if init_ms is not None:
            fields.append(f"Init Duration: {init_ms:.2f} ms")
        if error_type == TIMED_OUT:
            fields.append("Status: timeout")
        elif error_type:
            fields += ["Status: error", f"Error Type: {error_type}"]
        self.line("\t".join((*fields, "")))

    def bill(self, duration_ms: float, init_ms: float | None, digits: int) -> int:
        """Count the invocation; the milliseconds that are billed. digits: decimals of the times as shown."""
        # The init phase is billed too, since August 2025. What is billed follows from the times as shown.
        shown = round(duration_ms, digits) + round(init_ms or 0.0, digits)
        billed = math.ceil(round(shown, digits))
        what = self._function
        self._usage.invoked(what.account, what.region, what.name, billed, what.memory)
        return billed


def runtime_version(function: Configuration) -> tuple[str, str]:
    """The version of the runtime that runs, and its ARN."""
    words = runtimes.version_words(function.runtime)
    digest = hashlib.sha256(words.encode()).hexdigest()
    return words, f"arn:aws:lambda:{function.region}::runtime:{digest}"


def _now() -> int:
    return time.time_ns() // 1_000_000
