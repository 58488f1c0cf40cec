"""What an environment's log says of its phases: the lines that frame them, with their time and memory."""

from __future__ import annotations

import time

from sandbox.functions.failures import Failure
from sandbox.functions.invocation import InitFailed, Invocation, Outcome
from sandbox.functions.logs import EnvironmentLog
from sandbox.functions.memory import Meter
from sandbox.functions.process import ProcessGroup


class Reports:
    """The reports of one environment.

    again: whether its init phase was begun anew, after one that failed. It is then part of the invocation
    that waits for it: the REPORT line counts it in `Duration`, and has no `Init Duration`.
    began: when the phase under way did. init_ms: how long the init phase took.
    """

    def __init__(self, log: EnvironmentLog, meter: Meter, again: bool) -> None:
        self.log = log
        self.began = time.perf_counter()
        self.init_ms = 0.0
        self._meter = meter
        self._again = again
        self._phase = "invoke" if again else "init"
        self._invocations = 0

    @property
    def init_before(self) -> float:
        """Seconds of an invocation's time that went by in an init phase, before its handler is called."""
        return self.init_ms / 1000 if self._again and self._invocations == 0 else 0.0

    def initialised(self, process: ProcessGroup | None) -> None:
        self._init_ends(process)
        self.log.init_done(self.init_ms, self._phase)

    def init_failed(self, error_type: str, process: ProcessGroup | None) -> None:
        self._init_ends(process)
        self.log.init_failed(self.init_ms, error_type, self._phase)

    def _init_ends(self, process: ProcessGroup | None) -> None:
        self.init_ms = since(self.began)
        if process is not None:
            process.drain()

    def start(self, invocation: Invocation) -> None:
        """An event is handed over."""
        self._invocations += 1
        if invocation.log_tail:
            self.log.keep_tail()
        else:
            self.log.take_tail()
        self.log.start(invocation.request_id)
        self.began = time.perf_counter()

    def outcome(self, payload: bytes, failed: bool) -> Outcome:
        """How the invocation under way ended, just now. The tail of its log is not in it."""
        return Outcome(payload, failed, since(self.began), self.init_ms if self._invocations == 1 else None)

    def close(
        self,
        invocation: Invocation,
        outcome: Outcome,
        process: ProcessGroup | None,
        error_type: str = "",
        failure: Failure | None = None,
    ) -> None:
        """Write the lines at the end of an invocation, with what was collected before."""
        init_ms = outcome.init_ms
        kind = failure.error_type if failure is not None else error_type
        within = init_ms if self._again and init_ms is not None else 0.0
        self.log.end(
            invocation.request_id,
            duration_ms=outcome.duration_ms + within,
            memory_mb=self._meter.used(process, self.began),
            init_ms=None if self._again else init_ms,
            error_type=kind,
            produced=0 if kind else len(outcome.payload),
            exit_text=failure.exit_text if failure is not None else "",
        )
        self.log.flush()

    def of_failed_init(
        self, invocation: Invocation, error: InitFailed, process: ProcessGroup | None
    ) -> Outcome:
        """The outcome of the request that the environment was started for."""
        self.start(invocation)
        payload = error.failure.payload(invocation.request_id) if error.failure else error.payload
        outcome = Outcome(payload, True, 0.0, self.init_ms)
        self.close(invocation, outcome, process, error.error_type, error.failure)
        tail = self.log.take_tail() if invocation.log_tail else b""
        return Outcome(payload, True, 0.0, self.init_ms, tail)


def since(began: float) -> float:
    """Milliseconds since a time of `time.perf_counter`."""
    return (time.perf_counter() - began) * 1000
