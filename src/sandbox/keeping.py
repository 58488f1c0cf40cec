"""Brings to disk what calls changed, before they are answered.

    await keeping.settle()      # all that was changed until now is on disk

A commit takes one picture of everything: what rooms have changed, what of moto's state was named, and what
was buffered, so that no part is on disk without another that it goes with. It is made on the event loop: with
0.05 ms for a written item it takes less than handing it to a thread. Requests that are under way together
share it where they wait for the same call in a thread.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import Protocol

from sandbox.api_call import ApiCall
from sandbox.backend.kept_state import KeptState
from sandbox.backend.moto_backend import MotoBackend
from sandbox.store import NotKept, StateStore

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.5
"""How late log events, and what changes without a call, may be on disk."""

_READS = re.compile(
    r"(BatchGet|Describe|Estimate|Filter|Get|Head|List|Lookup|Query|Scan|Search|Select|Simulate|TransactGet|"
    r"Validate)[A-Z]?.*|TestInvokeMethod|TestMetricFilter"
)

_KEPT_OTHERWISE = {
    "cloudformation": re.compile(".*"),
    "dynamodb": re.compile("(Put|Update|Delete|BatchWrite)Item|TransactWriteItems|(Batch)?Execute.*"),
    "dynamodbstreams": re.compile(".*"),
    "lambda": re.compile("Invoke.*"),
    "logs": re.compile("PutLogEvents|(Create|Delete)LogStream"),
    "sts": re.compile(".*"),
}
"""Operations that change nothing of moto's state, but what rooms keep themselves."""


class Room(Protocol):
    """Keeps state of its own."""

    def keep(self, store: StateStore) -> None:
        """Keep what has changed since the last time; takes no time where nothing has."""

    def restore(self, store: StateStore) -> None:
        """Take up what was kept, before the first request. Raises store.StateUnusable."""


def only_reads(call: ApiCall) -> bool:
    """Whether a call changes nothing, by the name of its operation."""
    return _READS.fullmatch(call.operation) is not None


class Keeping:
    """The store, and who has something for it."""

    def __init__(self, store: StateStore, backend: MotoBackend, rooms: Sequence[Room]) -> None:
        self._store = store
        self._backend = backend
        self._moto = KeptState(store)
        self._rooms = rooms
        self._turn = asyncio.Lock()
        # Until it is, rooms are empty: what they would keep is not what there is.
        self._taken_up = False
        self._timer: asyncio.Task[None] | None = None

    def note(self, call: ApiCall, account: str) -> None:
        """Note that a call was made, which may have changed moto's state even where it failed."""
        otherwise = _KEPT_OTHERWISE.get(call.service)
        if only_reads(call) or (otherwise is not None and otherwise.fullmatch(call.operation)):
            return
        self._backend.note(call.service, account, call.region)
        if call.operation == "ExportTableToPointInTime":
            self._backend.note("s3", account, call.region)

    def restore(self) -> None:
        """Take up all that was kept. Raises store.StateUnusable."""
        if self._store.path is not None:
            self._moto.restore()
            for room in self._rooms:
                room.restore(self._store)
            self._taken_up = True

    def start(self) -> None:
        """Keep every now and then, too, what no answer waits for."""
        if self._store.path is not None:
            self._timer = asyncio.create_task(self._keep_on())

    async def settle(self) -> None:
        """Return once all that was changed before is on disk. Raises store.NotKept."""
        if not self._taken_up:
            return
        self._collect()
        if not self._backend.noted:
            if self._store.pending:
                self._store.commit()
            return
        if not any(self._backend.lock_of(service).locked() for service in self._services()):
            self._commit()
            return
        # A call in a thread is changing what is to be written.
        async with self._turn:
            while not await self._commit_between_calls():
                pass

    async def close(self) -> None:
        """Bring everything to disk, and let go of the state folder."""
        if self._timer is not None:
            self._timer.cancel()
        try:
            await self.settle()
        except NotKept as error:
            log.error("%s", error)
        self._store.close()

    def clear(self) -> None:
        """Forget everything that was kept. Raises store.NotKept."""
        self._backend.noted.clear()
        self._store.clear()

    def _collect(self) -> None:
        """Buffer what rooms have changed. Raises NotKept."""
        try:
            for room in self._rooms:
                room.keep(self._store)
        except Exception as error:
            raise _failed(error) from error

    async def _commit_between_calls(self) -> bool:
        """Whether it was done; not where meanwhile services were named whose locks are not held."""
        held = self._services()
        async with self._backend.locked(held):
            self._collect()
            if not self._services() <= held:
                return False
            self._commit()
            return True

    def _services(self) -> set[str]:
        return {service for service, _, _ in self._backend.noted}

    def _commit(self) -> None:
        """What was named and what is buffered, in one transaction. Raises NotKept."""
        try:
            while self._backend.noted:
                self._moto.keep(*self._backend.noted.pop())
        except Exception as error:
            raise _failed(error) from error
        self._store.commit()

    async def _keep_on(self) -> None:
        told = ""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.settle()
                self._store.commit()
                told = ""
            except NotKept as error:
                if str(error) != told:
                    told = str(error)
                    log.error("%s", error)


def _failed(error: Exception) -> NotKept:
    """The answer says it: nothing is acknowledged that is not on disk."""
    log.error("The state could not be kept", exc_info=error)
    return NotKept(f"The sandbox failed to keep its state: {error}")
