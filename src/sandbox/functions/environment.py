"""One execution environment: a process that takes one event at a time over the Runtime API.

Its life: *init* until the runtime first asks for an event, then *invoke* again and again, frozen in
between, until it is retired, idle for long, timed out, out of memory, or gone by itself. In its *shutdown*
it is killed, after SIGTERM and some time if it has registered an extension.
Source: Lambda Developer Guide, *Understanding the Lambda execution environment lifecycle*.
"""

from __future__ import annotations

import asyncio
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
    Slot,
    ended_early,
    error_type_of,
    event_of,
    refused,
)
from sandbox.functions.process import ProcessGroup
from sandbox.functions.reports import Reports
from sandbox.messages import HttpRequest, Reply

RUNTIME_PATH = "/2018-06-01/runtime"

_ACCEPTED = Reply.of_json({"status": "OK"}, 202)


class Environment:
    """A started process and what is known of it. `ready` is done once the init phase is.

    after: the environment that it follows in the same slot, beginning anew what has failed. failed: whether
    it has ended by a failure of its own, so that another may begin anew.
    """

    def __init__(
        self,
        environment_id: str,
        function: Configuration,
        slot: Slot,
        watch: memory.Watch,
        on_end: Callable[[Environment], None],
        after: Environment | None = None,
    ) -> None:
        self.id = environment_id
        self.function = function
        self.slot = slot
        self.log = slot.log
        self.again = after is not None
        # Only an init phase that follows a failed one takes from the function's time: a slow machine must
        # not keep a function with a short time-out from ever starting again, once it has run out of it.
        self.hurried = after is not None and not after.has_begun
        self.last_used = time.monotonic()
        self.ended = self.failed = False
        self._watch = watch
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = self._loop.create_future()
        self._meter = memory.Meter(function.memory)
        self._reports = Reports(slot.log, self._meter, self.again)
        self._next: asyncio.Future[Reply] | None = None
        self._queued: Reply | None = None
        self._invocation: Invocation | None = None
        self._result: asyncio.Future[Outcome] | None = None
        self._freezer: Freezer | None = None
        self._extensions = Extensions(function, self._extension_ready)
        self._held: Callable[[], None] | None = None
        self._warned = False
        self.process: ProcessGroup | None = None

    def start(self, process: ProcessGroup) -> None:
        """Take the process that was started for this environment."""
        self.process = process
        self._freezer = Freezer(process)
        self._watch.add(self)

    @property
    def has_begun(self) -> bool:
        """Whether its init phase has succeeded."""
        ready = self.ready
        return ready.done() and not ready.cancelled() and ready.exception() is None

    # ---- the invoke phase ----------------------------------------------------------------------------

    async def invoke(self, invocation: Invocation) -> Outcome:
        """Hand over one event and wait for its result. Raises Gone if it was never handed over."""
        if self.ended:
            raise Gone
        result: asyncio.Future[Outcome] = self._loop.create_future()
        self._result = result
        self._invocation = invocation
        used = self._reports.init_before if self.hurried else 0.0
        left = max(0.0, self.function.timeout - used)
        self._hand_over(invocation, left)
        # uvloop's clock ticks in milliseconds, so its timers may be one early.
        timer = self._loop.call_later(left + 0.002, self._fail, failures.timed_out(self.function.timeout))
        try:
            return await result
        except asyncio.CancelledError:
            self.end()
            raise
        finally:
            timer.cancel()

    def _hand_over(self, invocation: Invocation, seconds: float) -> None:
        self._reports.start(invocation)
        self._watch.add(self)
        if self._freezer is not None:
            self._freezer.wake()
        self._extensions.invoke(invocation)
        event = event_of(invocation, seconds)
        waiting = self._next
        if waiting is None or waiting.done():
            self._queued = event
            return
        self._next = None
        waiting.set_result(event)

    def _settle(
        self, payload: bytes, *, failed: bool, error_type: str = "", failure: Failure | None = None
    ) -> None:
        """End the invocation under way with this answer."""
        invocation, result = self._invocation, self._result
        if invocation is None or result is None or result.done():
            return
        outcome = self._reports.outcome(payload, failed)
        self._invocation = self._result = self._held = None
        self._watch.discard(self)
        self.last_used = time.monotonic()
        if self.process is not None:
            self.process.drain()
        close = partial(self._reports.close, invocation, outcome, self.process, error_type, failure)
        if invocation.log_tail:
            close()
            result.set_result(replace(outcome, log_tail=self.log.take_tail()))
            return
        result.set_result(outcome)
        # After the step that takes the result, and before anything else can be handed over.
        self._loop.call_soon(close)

    def _fail(self, failure: Failure) -> None:
        """End the invocation under way, and the environment with it."""
        invocation = self._invocation
        self.failed = True
        self._warned = failure.error_type == failures.TIMED_OUT and bool(self._extensions.registered)
        if self.process is not None and not self._warned:
            self.process.kill()
        if invocation is not None:
            self._settle(failure.payload(invocation.request_id), failed=True, failure=failure)
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
        self._extensions.closed = True
        if not self._extensions.ready:
            return
        self._reports.initialised(self.process)
        for one in self._extensions.registered.values():
            self.log.extension(one.name, one.events)
        self._watch.discard(self)
        self.ready.set_result(None)

    def _rest(self) -> None:
        if self._freezer is not None and self._extensions.ready:
            self._freezer.rest()

    def _extension_ready(self) -> None:
        """An extension asks for its next event: what waited for that can go on."""
        if not self._extensions.ready or self.ended:
            return
        if self._held is not None:
            self._held()
        if self._next is not None:
            if not self.ready.done():
                self._initialised()
            self._rest()

    def _take_result(self, request_id: str, failed: bool, body: bytes) -> Reply:
        invocation = self._invocation
        taken = self._queued is not None or self._held is not None
        if invocation is None or invocation.request_id != request_id or taken:
            return refused(400, "InvalidRequestID", "Invalid request ID")
        if self._meter.was_over(self.process, self._reports.began):
            self._fail(failures.out_of_memory())
            return _ACCEPTED
        if len(body) > failures.MOST_ANSWER:
            self._settle(failures.too_large(), failed=True, error_type=failures.TOO_LARGE)
            text = f"Exceeded maximum allowed payload size ({failures.MOST_ANSWER} bytes)."
            return refused(413, "RequestEntityTooLarge", text)
        if self._extensions.ready:
            self._settle(body, failed=failed)
        else:
            self._held = partial(self._settle, body, failed=failed)
        return _ACCEPTED

    def _take_init_error(self, request: HttpRequest, body: bytes) -> Reply:
        if self.ready.done():
            return refused(403, "InvalidStateTransition", "The init phase is over")
        self._fail_init(InitFailed(self, error_type_of(request, body), payload=body))
        return _ACCEPTED

    # ---- memory, exit, end ---------------------------------------------------------------------------

    def measure(self) -> None:
        """Look at the memory that the process and its descendants use; end them if it is too much."""
        if self.ended or self.process is None or not self._meter.is_over_now(self.process):
            return
        failure = failures.out_of_memory()
        if not self.ready.done():
            self._fail_init(InitFailed(self, failure.error_type, failure=failure))
        self._fail(failure)

    def exited(self, status: int) -> None:
        """The process has ended by itself; status as subprocess gives it."""
        if self.ended:
            return
        self.failed = True
        failure = failures.exited(status)
        if self._extensions.failed:
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
        self.failed = True
        self._reports.init_failed(error.error_type, self.process)
        self.ready.set_exception(error)

    def report_failed_init(self, invocation: Invocation, error: InitFailed) -> Outcome:
        """The outcome of the request that this environment was started for."""
        return self._reports.of_failed_init(invocation, error, self.process)

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
        idle = self.has_begun and self._invocation is None and hears_sigterm(self.function.runtime)
        self._warned |= idle and bool(self._extensions.registered)
        if self.process is not None:
            (self.process.terminate if self._warned else self.process.kill)()
        self._on_end(self)

    async def close(self) -> None:
        """Wait until nothing of the ended environment is left.

        One that was told so has GRACE_SECONDS to end by itself.
        """
        if self.process is not None:
            if self._warned:
                await self.process.wait(GRACE_SECONDS)
            await self.process.close()
        self._extensions.end()
        if self._next is not None and not self._next.done():
            self._next.set_result(refused(410, "Gone", "The environment has ended"))
        await orphans.end_strays(self.id)
        self.log.flush()
