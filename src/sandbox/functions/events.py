"""The queue of asynchronous invocations: each event is run, and tried again where that failed.

Source: Lambda Developer Guide, *How Lambda handles errors and retries with asynchronous invocation*:
- the function's own error: two more attempts, after one minute and after two more;
- throttled (429), or a fault of Lambda's (5xx): again after 1 s, then twice as long each time, up to
  5 minutes, as long as the event is not too old;
- the request id stays the same, and an event that would be too old at its next attempt is not kept until
  then (recorded: localstack/localstack, test_lambda_destinations.py, test_retries, test_maxeventage).

Minutes are too long to wait in class, so the waits after a function's error are shorter here
(`options.event_retry_seconds`). They make the event as old as AWS's would: `MaximumEventAgeInSeconds` ends
the attempts that it ends on AWS.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from sandbox.backend import event_invoke, functions
from sandbox.errors import AwsError
from sandbox.functions import named
from sandbox.functions.names import FunctionName
from sandbox.functions.options import FunctionOptions
from sandbox.trace import Trace

MOST_WAITING = 1000
"""Asynchronous invocations that wait or run; what comes on top is throttled."""

RETRIES = 2
AGE_SECONDS = 6 * 3600.0
"""What holds where no EventInvokeConfig says otherwise."""

_MINUTE = 60.0
_MOST_BACKOFF = 300.0


class Result(Protocol):
    """How an invocation ended: function_error is "" or `Unhandled`."""

    @property
    def function_error(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """How long a function's events are tried.

    retries: after errors of the function. age_seconds: of an event, at most. switched_off: whether the
    function's reserved concurrency is 0.
    """

    retries: int = RETRIES
    age_seconds: float = AGE_SECONDS
    switched_off: bool = False


def rules_of(target: FunctionName) -> Rules:
    """The rules for a function, a version or an alias as it was named in the invocation."""
    account, region, name, qualifier = named.of(target)
    config = event_invoke.configs(account, region, name).get(qualifier, {})
    return Rules(
        config.get("MaximumRetryAttempts", RETRIES),
        config.get("MaximumEventAgeInSeconds", AGE_SECONDS),
        functions.reserved_concurrency(account, region, name) == 0,
    )


@dataclass(frozen=True, slots=True)
class Event:
    """What is to be run. payload: JSON. trace: of the request that brought it."""

    target: FunctionName
    payload: bytes
    trace: Trace
    request_id: str


Invoke = Callable[[Event], Awaitable[Result]]
"""Invokes the function of an event once. Raises AwsError where it could not be run."""


@dataclass(slots=True)
class _Attempts:
    """What became of an event until now.

    errors: of the function. refusals: throttled, or failed in Lambda. skipped: seconds of AWS's waits that
    were not waited here.
    """

    errors: int = 0
    refusals: int = 0
    skipped: float = 0.0


class EventQueue:
    """Runs events, each in its own time.

    rules: asked after each failed attempt, so a change holds for events that wait, too. clock: seconds,
    never going back. wait: sleeps so many seconds.
    """

    def __init__(
        self,
        invoke: Invoke,
        options: FunctionOptions,
        *,
        rules: Callable[[FunctionName], Rules] = rules_of,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._invoke = invoke
        self._options = options
        self._rules = rules
        self._clock = clock
        self._wait = wait
        self._events: set[asyncio.Task[None]] = set()

    def take(self, target: FunctionName, payload: bytes, trace: Trace) -> str:
        """Take an event: its request id. Raises AwsError (429) where too many wait."""
        if len(self._events) >= MOST_WAITING:
            raise AwsError("TooManyRequestsException", "Rate Exceeded.", 429, message_key="message")
        event = Event(target, payload, trace, str(uuid.uuid4()))
        task = asyncio.get_running_loop().create_task(self.run(event))
        self._events.add(task)
        task.add_done_callback(self._events.discard)
        return event.request_id

    def give_up(self) -> None:
        """Forget all events, also those that run."""
        for task in self._events:
            task.cancel()

    async def run(self, event: Event) -> None:
        """Try until it succeeds, or must be given up; the trace then says why."""
        accepted, attempts = self._clock(), _Attempts()
        while True:
            try:
                result = await self._invoke(event)
            except AwsError as error:
                rules = self._rules(event.target)
                why = f"{error.code}: {error.message}"
                wait = _after_refusal(attempts, rules, error.status)
            else:
                if not result.function_error:
                    return
                rules = self._rules(event.target)
                why = "RetriesExhausted"
                wait = self._after_error(attempts, rules)
            if wait is None:
                break
            on_aws, here = wait
            if self._clock() - accepted + attempts.skipped + on_aws > rules.age_seconds:
                why = "EventAgeExceeded"
                break
            await self._wait(here)
            attempts.skipped += on_aws - here
        _discarded(event, attempts, why)

    def _after_error(self, attempts: _Attempts, rules: Rules) -> tuple[float, float] | None:
        """Seconds until the next attempt, on AWS and here; None if there is none."""
        attempts.errors += 1
        if attempts.errors > rules.retries:
            return None
        return _MINUTE * attempts.errors, self._options.event_retry_seconds * attempts.errors


def _after_refusal(attempts: _Attempts, rules: Rules, status: int) -> tuple[float, float] | None:
    """The same, after an attempt that did not reach the function."""
    attempts.refusals += 1
    if status != 429 and status < 500:
        return None
    if status == 429 and rules.switched_off:
        # Not kept at all (ZeroReservedConcurrency): localstack/localstack, test_reserved_concurrency.
        return None
    backoff = min(2.0 ** (attempts.refusals - 1), _MOST_BACKOFF)
    return backoff, backoff


def _discarded(event: Event, attempts: _Attempts, why: str) -> None:
    with event.trace.hop("lambda", function=event.target.name, request_id=event.request_id) as hop:
        made = attempts.errors + attempts.refusals
        hop.note(attempts=made)
        hop.error = f"The event is discarded, attempt {made} was the last: {why}"
