"""PutLogEvents, whose bytes are counted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sandbox import logs
from sandbox.api_call import ApiCall
from sandbox.backend.moto_backend import MotoBackend
from sandbox.iam import Caller
from sandbox.messages import Reply
from sandbox.usage import Usage


class Ingestion:
    """Counts what PutLogEvents puts; what functions write is counted where they write it."""

    def __init__(self, backend: MotoBackend, usage: Usage) -> None:
        self._backend = backend
        self._usage = usage
        self.operations: dict[tuple[str, str], Callable[[ApiCall, Caller], Awaitable[Reply]]] = {
            ("logs", "PutLogEvents"): self._put
        }

    async def _put(self, call: ApiCall, caller: Caller) -> Reply:
        reply = await logs.answer(call, caller.account, self._backend)
        messages = [event["message"] for event in call.parameters["logEvents"]]
        self._usage.logged(caller.account, call.region, call.parameters["logGroupName"], messages)
        return reply
