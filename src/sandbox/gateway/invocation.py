"""Invokes the function behind an integration, within the integration's time-out."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.errors import AwsError
from sandbox.gateway.endpoints import Endpoints
from sandbox.gateway.notes import Notes, Result
from sandbox.gateway.permission import AS_CALLER, Permissions
from sandbox.gateway.targets import Target
from sandbox.iam import Caller
from sandbox.iam.explain import explain
from sandbox.trace import Trace

# Made once: json.dumps makes one a call where it is given options.
_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)

MOST_EVENT = 6 * 1024 * 1024
"""Bytes of an event (AWS Lambda Developer Guide, *Lambda quotas*: synchronous invocation payload)."""


class Functions(Protocol):
    """The Lambda service, as far as API Gateway knows it."""

    async def invoke(
        self,
        *,
        account: str,
        region: str,
        function_name: str,
        qualifier: str | None = None,
        payload: bytes,
        trace: Trace | None = None,
    ) -> Result: ...


@dataclass(frozen=True, slots=True)
class LambdaIntegration:
    """An AWS_PROXY integration. target: None where its URI names no function. seconds: its time-out.

    problem: why it always fails, or "".
    """

    target: Target | None
    payload_format: str
    seconds: float
    credentials: str = ""
    problem: str = ""


class InvocationFailed(Exception):
    """The function gave no result; the text says why, for the trace.

    kind: `permission`, `timeout`, `throttled`, `too-large` or `function`.
    """

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


class Invoker:
    """Checks the permission to invoke, invokes, and waits as long as the integration says.

    endpoints: what HTTP integrations call instead.
    """

    def __init__(self, functions: Functions) -> None:
        self.permissions = Permissions()
        self.endpoints = Endpoints()
        self._functions = functions
        self._running: set[asyncio.Task[Result]] = set()

    async def invoke(
        self,
        integration: LambdaIntegration,
        source: str,
        account: str,
        event: dict[str, Any],
        trace: Trace,
        notes: Notes | None = None,
        caller: Caller | None = None,
    ) -> bytes:
        """The function's result, as JSON. Raises InvocationFailed, also where the function failed.

        source: the AWS:SourceArn of the request. account: the API's. notes: take what a log wants to know.
        caller: whose signature let the request in.
        """
        payload = _ENCODER.encode(event).encode("utf-8", "replace")
        result = await self.run(integration, source, account, payload, trace, notes, caller)
        if result.function_error:
            raise InvocationFailed("function", f"the function failed: {_error_in(result.payload)}")
        return result.payload

    async def run(
        self,
        integration: LambdaIntegration,
        source: str,
        account: str,
        payload: bytes,
        trace: Trace,
        notes: Notes | None = None,
        caller: Caller | None = None,
    ) -> Result:
        """What the invocation comes to, be it the function's failure. Raises InvocationFailed."""
        target = integration.target
        if notes is not None and target is not None:
            notes.target = target.arn
        with trace.hop("permission") as hop:
            if target is None or integration.problem:
                raise InvocationFailed("permission", integration.problem or "the URI names no function")
            if integration.credentials == AS_CALLER:
                decision = self.permissions.check_caller(caller, target)
            elif integration.credentials:
                decision = self.permissions.check_role(integration.credentials, target, account)
            else:
                decision = self.permissions.check(target, source, account)
            hop.note(function=target.arn, source_arn=source, allowed=decision.allowed, because=decision.why)
            if not decision.allowed:
                if decision.judgement is not None:
                    hop.note(explanation=explain(decision.judgement).as_dict())
                raise InvocationFailed("permission", decision.why)
        if len(payload) > MOST_EVENT:
            raise InvocationFailed("too-large", f"the event is over Lambda's {MOST_EVENT} bytes")
        if notes is not None:
            notes.sends(payload)
        result = await self._in_time(target, payload, integration.seconds, trace)
        if notes is not None:
            notes.gets(result)
        return result

    async def _in_time(self, target: Target, payload: bytes, seconds: float, trace: Trace) -> Result:
        """Wait for the result, at most `seconds`; a function that takes longer goes on without us."""
        task = asyncio.get_running_loop().create_task(
            self._functions.invoke(
                account=target.account,
                region=target.region,
                function_name=target.name,
                qualifier=target.qualifier,
                payload=payload,
                trace=trace,
            )
        )
        # asyncio itself keeps no hold of a task: one that nobody waits for any more could vanish.
        self._running.add(task)
        task.add_done_callback(self._forget)
        if not await _done(task, seconds):
            raise InvocationFailed(
                "timeout", f"the function took longer than {seconds:g} s, the integration's time-out"
            )
        try:
            return task.result()
        except AwsError as error:
            kind = "throttled" if error.code == "TooManyRequestsException" else "function"
            raise InvocationFailed(kind, f"Lambda refused: {error}") from error

    def _forget(self, task: asyncio.Task[Result]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # seen, so that asyncio does not complain of it


async def _done(task: asyncio.Task[Any], seconds: float) -> bool:
    """Whether a task ends within `seconds`; it is never cancelled. Half the price of asyncio.wait."""
    loop = asyncio.get_running_loop()
    ended = loop.create_future()

    def end(_: object = None) -> None:
        if not ended.done():
            ended.set_result(None)

    timer = loop.call_later(seconds, end)
    task.add_done_callback(end)
    try:
        await ended
    finally:
        timer.cancel()
    return task.done()


def _error_in(payload: bytes) -> str:
    """The error of a failed function in a few words."""
    try:
        error = json.loads(payload)
        return f"{error['errorType']}: {error['errorMessage']}"[:500]
    except (ValueError, KeyError, TypeError):
        return payload[:200].decode("utf-8", "replace")
