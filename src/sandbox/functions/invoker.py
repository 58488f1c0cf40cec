"""Invocations: from a function's name and an event to its result."""

from __future__ import annotations

import asyncio
import os
import uuid
from dataclasses import dataclass

from sandbox.backend.functions import Configuration, Functions
from sandbox.errors import AwsError
from sandbox.functions import names
from sandbox.functions.concurrency import Concurrency
from sandbox.functions.environment import Environment
from sandbox.functions.invocation import Gone, InitFailed, Invocation, Outcome, ended_early
from sandbox.functions.names import FunctionName
from sandbox.functions.pool import Pool
from sandbox.functions.starter import NOT_ASSUMABLE, Starter, trust_in_lambda
from sandbox.functions.states import FunctionStates
from sandbox.iam import told
from sandbox.trace import Trace, new_trace_id

_ATTEMPTS = 5
"""How often an event is handed to another environment because the one chosen had just ended."""


@dataclass(frozen=True, slots=True)
class InvokeResult:
    """How an invocation ended. function_error: "" or "Unhandled". log_tail: the last 4 KB of log, if asked
    for. cold: whether it was the environment's first. Times are milliseconds; init_ms is 0 unless cold."""

    payload: bytes
    function_error: str
    executed_version: str
    request_id: str
    log_tail: bytes
    cold: bool
    duration_ms: float
    init_ms: float


class Invoker:
    """Finds an environment for each event and minds how many run at once."""

    def __init__(self, functions: Functions, concurrency: Concurrency) -> None:
        self._functions = functions
        self._concurrency = concurrency
        self._pools: dict[tuple[str, str, str, str], Pool] = {}
        self.starter: Starter
        self.states: FunctionStates
        self.closing = False

    async def invoke(
        self,
        target: FunctionName,
        payload: bytes,
        *,
        trace: Trace | None = None,
        log_tail: bool = False,
        client_context: str = "",
        request_id: str = "",
    ) -> InvokeResult:
        """Invoke a function once. request_id: the invocation's, or a fresh one.

        Raises AwsError if it does not exist or cannot be started.
        """
        function, reserved = self._functions.find(
            target.account, target.region, target.name, target.qualifier or names.LATEST
        )
        if function is None:
            raise names.not_found(target, qualified=True)
        self.states.check_invocable(target)
        # AWS notices at the next start of an environment, or when the credentials of one run out.
        _check_trust(function, trace)
        root = trace.root if trace is not None else new_trace_id()
        invocation = Invocation(
            request_id or str(uuid.uuid4()),
            payload or b"{}",
            target.qualified_arn,
            f"Root={root};Parent={os.urandom(8).hex()};Sampled=1",
            client_context,
            log_tail,
        )
        places = self._concurrency.enter(target.account, target.region, target.name, reserved)
        try:
            if trace is None:
                outcome = await self._run(function, invocation)
            else:
                outcome = await self._traced(function, invocation, trace)
        finally:
            self._concurrency.leave(places)
        return InvokeResult(
            outcome.payload,
            "Unhandled" if outcome.failed else "",
            function.version,
            invocation.request_id,
            outcome.log_tail,
            outcome.init_ms is not None,
            outcome.duration_ms,
            outcome.init_ms or 0.0,
        )

    async def _traced(self, function: Configuration, invocation: Invocation, trace: Trace) -> Outcome:
        with trace.hop("lambda", function=function.name, request_id=invocation.request_id) as hop:
            outcome = await self._run(function, invocation)
            cold = outcome.init_ms is not None
            hop.note(environment="cold" if cold else "warm", handler_ms=round(outcome.duration_ms, 3))
            hop.note(event_bytes=len(invocation.payload), result_bytes=len(outcome.payload))
            if outcome.init_ms is not None:
                hop.note(init_ms=round(outcome.init_ms, 3))
            if outcome.failed:
                hop.error = outcome.payload[:500].decode("utf-8", "replace")
        return outcome

    async def _run(self, function: Configuration, invocation: Invocation) -> Outcome:
        for _ in range(_ATTEMPTS):
            if self.closing:
                break
            pool = self._pool(function)
            environment: Environment | None = None
            try:
                environment = await pool.acquire()
                return await environment.invoke(invocation)
            except Gone:
                continue
            except InitFailed as error:
                return error.environment.report_failed_init(invocation, error)
            finally:
                if environment is not None:
                    pool.release(environment)
                    if self.starter.crowded:
                        self.make_room()
        if self.closing:
            raise ended_early()
        raise AwsError("ServiceException", "No environment of the function stays alive.", 500)

    def _pool(self, function: Configuration) -> Pool:
        key = (function.account, function.region, function.name, function.version)
        pool = self._pools.get(key)
        if pool is not None and pool.function is function:
            return pool
        if pool is not None:
            pool.retire()
        pool = self._pools[key] = Pool(function, self.starter.start)
        return pool

    # ---- care ----------------------------------------------------------------------------------------

    def retire(self, account: str, region: str, name: str, version: str | None) -> None:
        """End the environments of a version as soon as each has finished: it was changed or deleted.

        version: None for all of the function's.
        """
        of_function = [key for key in self._pools if key[:3] == (account, region, name)]
        for key in [key for key in of_function if version in (None, key[3])]:
            self._pools.pop(key).retire()

    def make_room(self) -> None:
        """End the idle environment that nobody has used for longest."""
        idle = [found for pool in self._pools.values() if (found := pool.idle_longest()) is not None]
        if idle:
            min(idle, key=lambda environment: environment.last_used).end()

    def reap(self, idle_seconds: float) -> None:
        """End what nobody has needed for so long."""
        for pool in self._pools.values():
            pool.reap(self.starter.expires_soon, idle_seconds)
        self.starter.reap()

    async def close(self) -> None:
        """End every environment, also those with requests under way."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()
        await self.starter.close()
        # Requests under way see that their environment is gone.
        await asyncio.sleep(0)


def _check_trust(function: Configuration, trace: Trace | None) -> None:
    """Raises AwsError where Lambda may not assume the function's role; the trace then tells why."""
    judgement = trust_in_lambda(function.account, function.role)
    if judgement is not None and judgement.decision.allowed:
        return
    if trace is not None:
        with trace.hop("lambda", function=function.name, service="lambda", operation="Invoke") as hop:
            hop.error = NOT_ASSUMABLE
            if judgement is not None:
                hop.note(iam=[told(judgement)])
    raise AwsError("AccessDeniedException", NOT_ASSUMABLE, 403)
