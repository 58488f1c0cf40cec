"""The log of an environment whose function has the log format JSON.

Forms: Lambda Developer Guide, *Lambda Telemetry API Event schema reference*, as CloudWatch Logs shows them;
the order of fields and functionArn as in logs of AWS's (2024 to 2026). Which level each event has: *Log-level
filtering*, table *System log level event mapping*. What status each end has: AWS's own emulator,
aws/aws-lambda-runtime-interface-emulator, internal/lambda/rapid/handlers.go: an error that a handler raises
is no failure of the platform's, so it ends in success.

Not written: spans, and events of restores and the Telemetry API, which there are none of; how a process
ended (the text format's `RequestId: … Error: …`) is in the report's status.
"""

from __future__ import annotations

import json
import time
from typing import Any

from sandbox.backend.functions import Configuration
from sandbox.functions import runtimes
from sandbox.functions.failures import TIMED_OUT
from sandbox.functions.log_levels import LevelScreen, passes
from sandbox.functions.log_permission import LogPermission
from sandbox.functions.logs import EnvironmentLog, Records, runtime_version
from sandbox.functions.memory import MEGABYTE

_DIGITS = 3
"""Decimals of times, which are milliseconds."""


def log_of(
    function: Configuration, stream: str, permission: LogPermission, records: Records
) -> EnvironmentLog:
    """The log of an environment of the function, in its format."""
    kind = JsonLog if function.log_format == "JSON" else EnvironmentLog
    return kind(function, stream, permission, records)


class JsonLog(EnvironmentLog):
    """Lambda's own lines as JSON objects; of them and the function's own those that the levels let pass."""

    newline = ""

    def __init__(
        self, function: Configuration, stream: str, permission: LogPermission, records: Records
    ) -> None:
        screen = LevelScreen(function.application_log_level)
        super().__init__(function, stream, permission, records, screen)
        self._level = function.system_log_level

    def into_tail(self, tail: bytearray, message: str) -> None:
        """As lines: what Lambda and its runtimes write in JSON ends without a newline."""
        if tail and not tail.endswith(b"\n"):
            tail += b"\n"
        super().into_tail(tail, message)

    def note(self, text: str) -> None:
        self._write("WARN", "sandbox.note", {"message": text})

    def init_start(self) -> None:
        note = runtimes.note(self._function.runtime)
        if note:
            self.note(note)
        version, arn = runtime_version(self._function)
        record = {
            **_init("init"),
            "runtimeVersion": version,
            "runtimeVersionArn": arn,
            "functionName": self._function.name,
            "functionVersion": self._function.version,
            "instanceId": self.stream,
            "instanceMaxMemory": self._function.memory * MEGABYTE,
        }
        self._write("INFO", "platform.initStart", record)

    def init_done(self, init_ms: float, phase: str) -> None:
        self._end_init("DEBUG", {"status": "success"}, init_ms, phase)

    def extension(self, name: str, events: list[str]) -> None:
        self._write("INFO", "platform.extension", {"name": name, "state": "Ready", "events": events})

    def init_failed(self, init_ms: float, error_type: str, phase: str) -> None:
        self._end_init("WARN", _status(error_type), init_ms, phase)

    def start(self, request_id: str) -> None:
        what = self._function
        record = {"requestId": request_id, "functionArn": what.arn, "version": what.version}
        self._write("INFO", "platform.start", record)

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
        status = _status(error_type)
        failed = status["status"] != "success"
        done = {"durationMs": round(duration_ms, _DIGITS), "producedBytes": produced}
        record = {"requestId": request_id, **status, "metrics": done}
        self._write("WARN" if failed else "DEBUG", "platform.runtimeDone", record)
        if error_type == TIMED_OUT:
            duration_ms = min(duration_ms, self._function.timeout * 1000.0)
        metrics: dict[str, float] = {
            "durationMs": round(duration_ms, _DIGITS),
            "billedDurationMs": self.bill(duration_ms, init_ms, _DIGITS),
            "memorySizeMB": self._function.memory,
            "maxMemoryUsedMB": memory_mb,
        }
        if init_ms is not None:
            metrics["initDurationMs"] = round(init_ms, _DIGITS)
        record = {"requestId": request_id, "metrics": metrics, **status}
        self._write("WARN" if failed else "INFO", "platform.report", record)

    def _end_init(self, level: str, status: dict[str, str], init_ms: float, phase: str) -> None:
        record = {**_init(phase), **status}
        self._write(level, "platform.initRuntimeDone", record)
        metrics = {"durationMs": round(init_ms, _DIGITS)}
        self._write(level, "platform.initReport", {**record, "metrics": metrics})

    def _write(self, level: str, kind: str, record: dict[str, Any]) -> None:
        if passes(level, self._level):
            said = {"time": _stamp(), "type": kind, "record": record}
            self.line(json.dumps(said, separators=(",", ":"), ensure_ascii=False))


def _init(phase: str) -> dict[str, str]:
    return {"initializationType": "on-demand", "phase": phase}


def _status(error_type: str) -> dict[str, str]:
    """How an init or an invocation ended. error_type: of the platform's own errors, or ""."""
    if not error_type:
        return {"status": "success"}
    if error_type == TIMED_OUT:
        return {"status": "timeout"}
    return {"status": "error", "errorType": error_type}


def _stamp() -> str:
    now = time.time_ns() // 1_000_000
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now // 1000))}.{now % 1000:03d}Z"
