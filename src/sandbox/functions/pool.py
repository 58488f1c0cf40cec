"""The execution environments of one function version, and who gets the next one.

A request takes an idle environment, the most recently used first; if there is none it waits, and one is
started for it. Whatever is free first serves the request that waits longest, so every request is answered
even where the machine cannot start as many environments as there are requests.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

from sandbox.backend.functions import Configuration
from sandbox.functions.environment import Environment
from sandbox.functions.invocation import Gone, ended_early

WARM = 8
"""So many idle environments of a function are kept for their time; more go after IDLE_SECONDS_MORE."""
IDLE_SECONDS_MORE = 10.0

Start = Callable[["Pool"], Awaitable[Environment]]


class Pool:
    """Environments of one configuration. start: starts one, and waits for its init phase."""

    def __init__(self, function: Configuration, start: Start) -> None:
        self.function = function
        self.retired = False
        self._start = start
        self._idle: list[Environment] = []
        self._failed: list[Environment] = []
        self._waiting: deque[asyncio.Future[Environment]] = deque()
        self._starting: set[asyncio.Task[None]] = set()

    @property
    def wanted(self) -> bool:
        """Whether an environment that is started now would be used at once."""
        return any(not waiter.done() for waiter in self._waiting)

    async def acquire(self) -> Environment:
        """An environment for one request.

        Raises InitFailed or AwsError if the one that was started for it could not be.
        """
        while self._idle:
            environment = self._idle.pop()
            if not environment.ended:
                return environment
            self.leave(environment)
        waiter: asyncio.Future[Environment] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self._start_one()
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self.release(waiter.result())
            raise

    def release(self, environment: Environment) -> None:
        """Take an environment back."""
        if environment.ended:
            self.leave(environment)
            return
        waiter = self._next_waiter()
        if waiter is not None:
            waiter.set_result(environment)
        elif self.retired:
            environment.end()
        else:
            self._idle.append(environment)

    def leave(self, environment: Environment) -> None:
        """Keep an environment that has failed, for `inherit`."""
        if not environment.failed:
            return
        if self.retired:
            environment.slot.discard()
        else:
            self._failed.append(environment)

    def inherit(self) -> Environment | None:
        """An environment that has failed, if there is one: the next begins anew in its slot."""
        return self._failed.pop() if self._failed else None

    def retire(self) -> None:
        """End what is idle now, and the others when they have finished."""
        self.retired = True
        while self._idle:
            environment = self._idle.pop()
            environment.end()
            self.leave(environment)
        while self._failed:
            self._failed.pop().slot.discard()

    def close(self) -> None:
        """End everything; requests that wait get an error."""
        self.retire()
        while waiter := self._next_waiter():
            waiter.set_exception(ended_early())
        for task in self._starting:
            task.cancel()

    def reap(self, expired: Callable[[Environment], bool], idle_seconds: float) -> None:
        """End environments that nobody has needed for so long, or whose credentials run out."""
        now = time.monotonic()
        kept = []
        for place, environment in enumerate(reversed(self._idle)):
            most = idle_seconds if place < WARM else min(idle_seconds, IDLE_SECONDS_MORE)
            if environment.ended:
                self.leave(environment)
                continue
            if now - environment.last_used > most or expired(environment):
                environment.end()
            else:
                kept.append(environment)
        self._idle = kept[::-1]
        for environment in [one for one in self._failed if now - one.last_used > idle_seconds]:
            self._failed.remove(environment)
            environment.slot.discard()

    def idle_longest(self) -> Environment | None:
        """The environment that has not been used for longest, of those that are idle."""
        return next((environment for environment in self._idle if not environment.ended), None)

    def _next_waiter(self) -> asyncio.Future[Environment] | None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                return waiter
        return None

    def _start_one(self) -> None:
        task = asyncio.get_running_loop().create_task(self._bring_up())
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _bring_up(self) -> None:
        """Start an environment and give it to whoever waits longest."""
        try:
            environment = await self._start(self)
        except (Exception, asyncio.CancelledError) as error:
            waiter = self._next_waiter()
            if waiter is not None:  # else it has been served meanwhile, and nobody need know
                waiter.set_exception(Gone() if isinstance(error, asyncio.CancelledError) else error)
            return
        self.release(environment)
