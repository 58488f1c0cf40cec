"""What Lambda itself says in place of a handler that failed to answer.

Sources: cases lam-timeout, lam-exit, lam-oom; the words after `Error:` are those of Go's os.ProcessState.
"""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass

MOST_PAYLOAD = 6 * 1024 * 1024
"""Bytes of a request or answer of a synchronous invocation (Lambda quotas)."""
MOST_ANSWER = MOST_PAYLOAD + 100
"""Bytes at which an answer is refused: the number that Lambda's error text gives."""

TIMED_OUT = "Sandbox.Timedout"
OUT_OF_MEMORY = "Runtime.OutOfMemory"
EXITED = "Runtime.ExitError"
TOO_LARGE = "Function.ResponseSizeTooLarge"

_SIGNALS = {
    signal.SIGABRT: "aborted",
    signal.SIGBUS: "bus error",
    signal.SIGFPE: "floating point exception",
    signal.SIGHUP: "hangup",
    signal.SIGILL: "illegal instruction",
    signal.SIGINT: "interrupt",
    signal.SIGKILL: "killed",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGTERM: "terminated",
}


@dataclass(frozen=True)
class Failure:
    """Why an invocation has no answer of the handler's: a type, and a text for its request."""

    error_type: str
    text: str

    @property
    def exit_text(self) -> str:
        """What the log says of the end of the runtime's process; "" for a time-out."""
        return "" if self.error_type == TIMED_OUT else self.text

    def payload(self, request_id: str) -> bytes:
        """The answer that the invoker gets."""
        message = f"RequestId: {request_id} Error: {self.text}"
        return _json({"errorType": self.error_type, "errorMessage": message})


def timed_out(seconds: int) -> Failure:
    return Failure(TIMED_OUT, f"Task timed out after {seconds:.2f} seconds")


def out_of_memory() -> Failure:
    return Failure(OUT_OF_MEMORY, "Runtime exited with error: signal: killed")


def exited(status: int) -> Failure:
    """status: as subprocess gives it, a negative one is a signal's number."""
    if status == 0:
        return Failure(EXITED, "Runtime exited without providing a reason")
    if status > 0:
        return Failure(EXITED, f"Runtime exited with error: exit status {status}")
    words = _SIGNALS.get(signal.Signals(-status)) if -status in set(signal.Signals) else None
    return Failure(EXITED, f"Runtime exited with error: signal: {words or -status}")


def too_large() -> bytes:
    """The answer in place of one that is too large."""
    text = f"Response payload size exceeded maximum allowed payload size ({MOST_ANSWER} bytes)."
    return _json({"errorType": TOO_LARGE, "errorMessage": text})


def _json(value: dict[str, str]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
