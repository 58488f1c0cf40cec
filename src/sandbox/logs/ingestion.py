"""What changes log streams: the bytes of PutLogEvents are counted, and all of it is remembered."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from sandbox import logs
from sandbox.api_call import ApiCall
from sandbox.backend.moto_backend import MotoBackend
from sandbox.iam import Caller
from sandbox.log_history import LogHistory
from sandbox.messages import Reply
from sandbox.usage import Usage

_READS = ("DescribeLogGroups", "DescribeLogStreams", "FilterLogEvents", "GetLogEvents", "StartQuery")

_OLDEST = 14 * 24 * 3600 * 1000
_NEWEST = 2 * 3600 * 1000
"""Milliseconds before and after now, beyond which events are rejected (API Reference, *PutLogEvents*)."""


class Ingestion:
    """Counts what PutLogEvents puts; what functions write is counted where they write it.

    What reads or changes streams waits until the history has been read.
    """

    def __init__(self, backend: MotoBackend, usage: Usage, history: LogHistory) -> None:
        self._backend = backend
        self._usage = usage
        self._history = history
        self.operations: dict[tuple[str, str], Callable[[ApiCall, Caller], Awaitable[Reply]]] = {
            ("logs", "PutLogEvents"): self._put,
            ("logs", "DeleteLogGroup"): self._delete,
            ("logs", "DeleteLogStream"): self._delete,
            ("logs", "CreateLogStream"): self._create,
            **{("logs", name): self._answer for name in _READS},
        }

    async def _answer(self, call: ApiCall, caller: Caller) -> Reply:
        await self._history.loaded.wait()
        return await logs.answer(call, caller.account, self._backend)

    async def _create(self, call: ApiCall, caller: Caller) -> Reply:
        reply = await self._answer(call, caller)
        given = call.parameters
        self._history.made(caller.account, call.region, given["logGroupName"], given["logStreamName"])
        return reply

    async def _put(self, call: ApiCall, caller: Caller) -> Reply:
        reply = await self._answer(call, caller)
        given = call.parameters
        group, events = given["logGroupName"], given["logEvents"]
        messages = [event["message"] for event in events]
        self._usage.logged(caller.account, call.region, group, messages)
        now = int(time.time() * 1000)
        taken = [
            (int(event["timestamp"]), event["message"])
            for event in events
            if now - _OLDEST <= event["timestamp"] <= now + _NEWEST
        ]
        self._history.put(caller.account, call.region, group, given["logStreamName"], taken, now)
        return reply

    async def _delete(self, call: ApiCall, caller: Caller) -> Reply:
        reply = await self._answer(call, caller)
        given = call.parameters
        self._history.drop(caller.account, call.region, given["logGroupName"], given.get("logStreamName", ""))
        return reply
