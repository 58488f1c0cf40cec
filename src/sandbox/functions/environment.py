"""One execution environment: a process that takes one event at a time over the Runtime API.

Its life: *init* until the runtime first asks for an event, then *invoke* again and again, frozen in
between, until it is retired, idle for long, timed out, out of memory, or gone by itself. In its *shutdown*
it is killed, after SIGTERM and some time if it has registered an extension.
Source: Lambda Developer Guide, *Understanding the Lambda execution environment lifecycle*.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sandbox.backend.functions import Configuration
from sandbox.functions import failures, memory, orphans
from sandbox.functions.extensions import GRACE_SECONDS, Extensions, hears_sigterm
from sandbox.functions.failures import Failure
from sandbox.functions.freezer import Freezer
from sandbox.functions.invocation import (
    Gone,
    InitFailed,
    Invocation,
    Outcome,
    ended_early,
    event_of,
    refused,
)
from sandbox.functions.logs import EnvironmentLog
from sandbox.functions.process import ProcessGroup
from sandbox.messages import HttpRequest, Reply

RUNTIME_PATH = "/2018-06-01/runtime"

_ACCEPTED = Reply.of_json({"status": "OK"}, 202)
_QUICK_MS = 5.0
"""No process fills its memory limit in so short a time, so there is no need to look."""
_MOST_ROUNDS = 50


class Environment:
    """A started process and what is known of it. `ready` is done once the init phase is."""

    def __init__(
        self,
        environment_id: str,
        function: Configuration,
        log: EnvironmentLog,
        watch: memory.Watch,
        on_end: Callable[[Environment], None],
    ) -> None:
        self.id = environment_id
        self.function = function
        self.log = log
        self.last_used = time.monotonic()
        self.ended = False
        self._watch = watch
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = self._loop.create_future()
        self._began = time.perf_counter()
        self._init_ms = 0.0
        self._invocations = 0
        self._peak = 0
        self._measured = 0.0
        self._next: asyncio.Future[Reply] | None = None
        self._queued: Reply | None = None
        self._invocation: Invocation | None = None
        self._result: asyncio.Future[Outcome] | None = None
        self._invoke_began = 0.0
        self._freezer: Freezer | None = None
        self._extensions: Extensions | None = None
        self._held: Callable[[], None] | None = None
        self._warned = False
        self.process: ProcessGroup | None = None

    def start(self, process: ProcessGroup) -> None:
        """Take the process that was started for this environment."""
        self.process = process
        self._freezer = Freezer(process)
        self._watch.add(self)

    # ---- the invoke phase ----------------------------------------------------------------------------

    async def invoke(self, invocation: Invocation) -> Outcome:
        """Hand over one event and wait for its result. Raises Gone if it was never handed over."""
        if self.ended:
            raise Gone
        result: asyncio.Future[Outcome] = self._loop.create_future()
        self._result = result
        self._invocation = invocation
        self._hand_over(invocation)
        timeout = self.function.timeout
        # uvloop's clock ticks in milliseconds, so its timers may be one early.
        timer = self._loop.call_later(timeout + 0.002, self._fail, failures.timed_out(timeout))
        try:
            return await result
        except asyncio.CancelledError:
            self.end()
            raise
        finally:
            timer.cancel()

    def _hand_over(self, invocation: Invocation) -> None:
        self._invocations += 1
        if invocation.log_tail:
            self.log.keep_tail()
        self.log.start(invocation.request_id)
        self._watch.add(self)
        self._invoke_began = time.perf_counter()
        if self._freezer is not None:
            self._freezer.wake()
        if self._extensions is not None:
            self._extensions.invoke(invocation)
        event = event_of(invocation, self.function.timeout)
        waiting = self._next
        if waiting is None or waiting.done():
            self._queued = event
            return
        self._next = None
        waiting.set_result(event)

    def _settle(self, payload: bytes, *, failed: bool, error_type: str = "") -> None:
        """End the invocation under way with this answer."""
        invocation, result = self._invocation, self._result
        if invocation is None or result is None or result.done():
            return
        duration = _since(self._invoke_began)
        self._invocation = self._result = None
        self._watch.discard(self)
        self.last_used = time.monotonic()
        init_ms = self._init_ms if self._invocations == 1 else None
        if self.process is not None:
            self.process.drain()
        if invocation.log_tail:
            self._close_log(invocation, duration, init_ms, error_type)
            result.set_result(Outcome(payload, failed, duration, init_ms, self.log.take_tail()))
            return
        result.set_result(Outcome(payload, failed, duration, init_ms))
        # After the step that takes the result, and before anything else can be handed over.
        self._loop.call_soon(self._close_log, invocation, duration, init_ms, error_type)

    def _close_log(
        self, invocation: Invocation, duration: float, init_ms: float | None, error_type: str
    ) -> None:
        self.log.end(
            invocation.request_id,
            duration_ms=duration,
            memory_mb=self._memory_mb(),
            init_ms=init_ms,
            error_type=error_type,
        )
        self.log.flush()

    def _fail(self, failure: Failure) -> None:
        """End the invocation under way, and the environment with it."""
        invocation = self._invocation
        self._warned = failure.error_type == failures.TIMED_OUT and self._has_extensions()
        if self.process is not None and not self._warned:
            self.process.kill()
        if invocation is not None:
            payload = failure.payload(invocation.request_id)
            self._settle(payload, failed=True, error_type=failure.error_type)
        self.end()

    # ---- the Runtime API -----------------------------------------------------------------------------

    async def request(self, method: str, path: str, request: HttpRequest, body: bytes) -> Reply:
        """Answer the process. Source: Lambda Developer Guide, *Using the Lambda runtime API*."""
        if self.ended and not self._warned:
            return refused(410, "Gone", "The environment has ended")
        if path == f"{RUNTIME_PATH}/invocation/next" and method == "GET":
            return await self._give_next()
        if method == "POST" and path.startswith(f"{RUNTIME_PATH}/invocation/"):
            request_id, _, kind = path[len(RUNTIME_PATH) + 12 :].partition("/")
            if kind in ("response", "error"):
                return self._take_result(request_id, kind == "error", body)
        if method == "POST" and path == f"{RUNTIME_PATH}/init/error":
            return self._take_init_error(request, body)
        if Extensions.takes(path):
            if self._extensions is None:
                self._extensions = Extensions(self.function, self._extension_ready)
                self._extensions.closed = self.ready.done()
            return await self._extensions.request(method, path, request, body)
        return refused(404, "InvalidPath", f"The Runtime API has no {method} {path}")

    async def _give_next(self) -> Reply:
        if not self.ready.done():
            self._initialised()
        event, self._queued = self._queued, None
        if event is not None:
            return event
        waiting: asyncio.Future[Reply] = self._loop.create_future()
        self._next = waiting
        self._rest()
        return await waiting

    def _initialised(self) -> None:
        """The runtime is: the init phase is over, unless it has registered an extension that is not."""
        if self._extensions is not None:
            self._extensions.closed = True
            if not self._extensions.ready:
                return
            for line in self._extensions.lines():
                self.log.line(line)
        self._init_ms = _since(self._began)
        self._watch.discard(self)
        self.ready.set_result(None)

    def _rest(self) -> None:
        if self._freezer is not None and (self._extensions is None or self._extensions.ready):
            self._freezer.rest()

    def _extension_ready(self) -> None:
        """An extension asks for its next event: what waited for that can go on."""
        if self._extensions is None or not self._extensions.ready or self.ended:
            return
        held, self._held = self._held, None
        if held is not None:
            held()
        if self._next is not None:
            if not self.ready.done():
                self._initialised()
            self._rest()

    def _take_result(self, request_id: str, failed: bool, body: bytes) -> Reply:
        invocation = self._invocation
        taken = self._queued is not None or self._held is not None
        if invocation is None or invocation.request_id != request_id or taken:
            return refused(400, "InvalidRequestID", "Invalid request ID")
        if self._is_out_of_memory():
            self._fail(failures.out_of_memory())
            return _ACCEPTED
        if len(body) > failures.MOST_ANSWER:
            self._settle(failures.too_large(), failed=True, error_type=failures.TOO_LARGE)
            text = f"Exceeded maximum allowed payload size ({failures.MOST_ANSWER} bytes)."
            return refused(413, "RequestEntityTooLarge", text)
        if self._extensions is not None and not self._extensions.ready:
            self._held = partial(self._settle, body, failed=failed)
        else:
            self._settle(body, failed=failed)
        return _ACCEPTED

    def _take_init_error(self, request: HttpRequest, body: bytes) -> Reply:
        if self.ready.done():
            return refused(403, "InvalidStateTransition", "The init phase is over")
        self._fail_init(InitFailed(self, _error_type(request, body), payload=body))
        return _ACCEPTED

    # ---- memory, exit, end ---------------------------------------------------------------------------

    def measure(self) -> None:
        """Look at the memory that the process and its descendants use; end them if it is too much."""
        if self.ended or self.process is None:
            return
        self._peak = max(self._peak, memory.tree(self.process.pid))
        if self._peak <= self.function.memory * memory.MEGABYTE:
            return
        failure = failures.out_of_memory()
        if not self.ready.done():
            self._fail_init(InitFailed(self, failure.error_type, failure=failure))
        self._fail(failure)

    def _is_out_of_memory(self) -> bool:
        """Whether the invocation that is about to end went over its limit between two measurements."""
        if _since(self._invoke_began) < _QUICK_MS:
            return False
        return self._memory_mb() > self.function.memory

    def _memory_mb(self) -> int:
        now = time.perf_counter()
        quick = (now - self._invoke_began) * 1000 < _QUICK_MS and now - self._measured < memory.EVERY_SECONDS
        if not quick and self.process is not None and self.process.alive:
            self._measured = now
            self._peak = max(self._peak, memory.peak(self.process.pid))
        return -(-self._peak // memory.MEGABYTE)

    def exited(self, status: int) -> None:
        """The process has ended by itself; status as subprocess gives it."""
        if self.ended:
            return
        failure = failures.exited(status)
        if self._extensions is not None and self._extensions.failed:
            failure = replace(failure, error_type=self._extensions.failed)
        if not self.ready.done():
            self._fail_init(InitFailed(self, failure.error_type, failure=failure))
        elif self._invocation is not None and self._queued is None:
            self._fail(failure)
        self.end()

    def init_took_too_long(self) -> None:
        """Give up the init phase."""
        failure = failures.timed_out(self.function.timeout)
        self._fail_init(InitFailed(self, failure.error_type, failure=failure))
        self.end()

    def _fail_init(self, error: InitFailed) -> None:
        if self.ready.done():
            return
        self._init_ms = _since(self._began)
        if self.process is not None:
            self.process.drain()
        self.log.init_failed(self._init_ms, error.error_type)
        self.ready.set_exception(error)

    def report_failed_init(self, invocation: Invocation, error: InitFailed) -> Outcome:
        """The outcome of the request that this environment was started for."""
        if invocation.log_tail:
            self.log.keep_tail()
        self.log.start(invocation.request_id)
        self._close_log(invocation, 0.0, self._init_ms, error.error_type)
        payload = error.payload
        if error.failure is not None:
            payload = error.failure.payload(invocation.request_id)
        tail = self.log.take_tail() if invocation.log_tail else b""
        return Outcome(payload, True, 0.0, self._init_ms, tail)

    def end(self) -> None:
        """End the environment and all that it started. Calling it again changes nothing."""
        if self.ended:
            return
        self.ended = True
        self._watch.discard(self)
        if self._freezer is not None:
            self._freezer.close()
        if not self.ready.done():
            self.ready.set_exception(Gone())
        if self._result is not None and not self._result.done():
            # An event that was handed over may have had effects: it is not given to another environment.
            self._result.set_exception(Gone() if self._queued is not None else ended_early())
        idle = self.ready.exception() is None and self._invocation is None
        if idle and self._has_extensions() and hears_sigterm(self.function.runtime):
            self._warned = True
        if self.process is not None:
            if self._warned:
                self.process.terminate()
            else:
                self.process.kill()
        self._on_end(self)

    def _has_extensions(self) -> bool:
        return self._extensions is not None and bool(self._extensions.registered)

    async def close(self) -> None:
        """Wait until nothing of the ended environment is left.

        One that was told so has GRACE_SECONDS to end by itself.
        """
        if self.process is not None:
            if self._warned:
                await self.process.wait(GRACE_SECONDS)
            await self.process.close()
        if self._extensions is not None:
            self._extensions.end()
        if self._next is not None and not self._next.done():
            self._next.set_result(refused(410, "Gone", "The environment has ended"))
        for _ in range(_MOST_ROUNDS):
            # A parent's end makes its children ours, which takes the kernel a moment.
            if not orphans.kill_strays(self.id):
                break
            await asyncio.sleep(0.002)
        self.log.flush()


def _error_type(request: HttpRequest, body: bytes) -> str:
    stated = request.header("lambda-runtime-function-error-type")
    if stated:
        return stated
    try:
        return str(json.loads(body)["errorType"])
    except (ValueError, KeyError, TypeError):
        return "Runtime.Unknown"


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
