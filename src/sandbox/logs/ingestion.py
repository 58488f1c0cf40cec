"""What reads or changes log streams: what is put is counted and remembered, as what functions write."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from sandbox import logs
from sandbox.api_call import ApiCall
from sandbox.backend.moto_backend import MotoBackend
from sandbox.iam import Caller
from sandbox.log_history import LogHistory
from sandbox.logs import putting
from sandbox.logs.places import group_of, stream_of
from sandbox.messages import Reply
from sandbox.usage import Usage


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
            **{("logs", name): self._answer for name in logs.ANSWERS},
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
        """The sequence token counts for nothing, and is given back as AWS still does."""
        await self._history.loaded.wait()
        logs.check(call)
        given, account, region = call.parameters, caller.account, call.region
        group = group_of(call, account)
        stream = stream_of(group, given["logStreamName"])
        batch = putting.batch(group, given["logEvents"], int(time.time() * 1000))
        self._usage.logged(account, region, group.name, [message for _, message in batch.taken])
        self._history.write(account, region, group.name, stream.log_stream_name, batch.taken)
        rejected = {"rejectedLogEventsInfo": batch.rejected} if batch.rejected else {}
        return logs.reply({"nextSequenceToken": f"{stream.upload_sequence_token:056d}", **rejected})

    async def _delete(self, call: ApiCall, caller: Caller) -> Reply:
        reply = await self._answer(call, caller)
        given = call.parameters
        self._history.drop(caller.account, call.region, given["logGroupName"], given.get("logStreamName", ""))
        return reply
