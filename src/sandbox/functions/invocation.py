"""What goes into an execution environment and what comes out of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.errors import AwsError
from sandbox.functions.failures import Failure
from sandbox.messages import HttpRequest, Reply

if TYPE_CHECKING:
    from sandbox.functions.environment import Environment
    from sandbox.functions.logs import EnvironmentLog


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event on its way to a handler. trace: the header that SDKs pass on. client_context: JSON."""

    request_id: str
    payload: bytes
    function_arn: str
    trace: str
    client_context: str = ""
    log_tail: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an invocation ended. failed: whether the payload is an error. Times are milliseconds.

    duration_ms: in the handler. init_ms: for the first invocation of an environment, else None.
    """

    payload: bytes
    failed: bool
    duration_ms: float
    init_ms: float | None
    log_tail: bytes = b""


@dataclass(frozen=True)
class Slot:
    """What outlives a failure of an environment: the next one begins its init phase anew in it.

    log: goes on in the same stream. temporary: its TMPDIR, which is not emptied. discard: removes that.
    Source: Lambda Developer Guide, *Understanding the Lambda execution environment lifecycle*, *Failures
    during the invoke phase*.
    """

    log: EnvironmentLog
    temporary: Path
    discard: Callable[[], None]


class InitFailed(Exception):
    """An environment could not be initialised; `failure` or the runtime's own `payload` says why."""

    def __init__(
        self,
        environment: Environment,
        error_type: str,
        payload: bytes = b"",
        failure: Failure | None = None,
    ) -> None:
        super().__init__(error_type)
        self.environment = environment
        self.error_type = error_type
        self.payload = payload
        self.failure = failure


class Gone(Exception):
    """The environment ended before it took the event: another one can take it."""


def ended_early() -> AwsError:
    """The answer to a request whose environment was ended under it."""
    text = "The sandbox ended the execution environment: it was reset, or is ending."
    return AwsError("ServiceException", text, 500)


def error_type_of(request: HttpRequest, body: bytes) -> str:
    """The type of the error that a runtime reports."""
    stated = request.header("lambda-runtime-function-error-type")
    if stated:
        return stated
    try:
        return str(json.loads(body)["errorType"])
    except (ValueError, KeyError, TypeError):
        return "Runtime.Unknown"


def refused(status: int, error_type: str, text: str) -> Reply:
    """An answer of the Runtime API to a request that it does not take."""
    return Reply.of_json({"errorMessage": text, "errorType": error_type}, status)


def event_of(invocation: Invocation, timeout: float) -> Reply:
    """The Runtime API's answer that carries an event. timeout: seconds the handler has."""
    headers = [
        ("Content-Type", "application/json"),
        ("Lambda-Runtime-Aws-Request-Id", invocation.request_id),
        ("Lambda-Runtime-Deadline-Ms", str(int((time.time() + timeout) * 1000))),
        ("Lambda-Runtime-Invoked-Function-Arn", invocation.function_arn),
        ("Lambda-Runtime-Trace-Id", invocation.trace),
    ]
    if invocation.client_context:
        headers.append(("Lambda-Runtime-Client-Context", invocation.client_context))
    return Reply(200, tuple(headers), invocation.payload)
