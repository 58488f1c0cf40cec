"""DynamoDB and DynamoDB Streams, put together: who answers which operation."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import dynamodb_tables
from sandbox.backend.moto_backend import MotoBackend
from sandbox.dynamodb import items
from sandbox.dynamodb.answers import reply, reply_of
from sandbox.dynamodb.control import Control
from sandbox.dynamodb.kept import KeptTables
from sandbox.dynamodb.options import Options
from sandbox.dynamodb.partiql import operations as partiql
from sandbox.dynamodb.requests import check
from sandbox.dynamodb.restores import Restores
from sandbox.dynamodb.serialization import check_text
from sandbox.dynamodb.streams import Streams
from sandbox.dynamodb.table_settings import TableSettings
from sandbox.dynamodb.tables import Tables
from sandbox.messages import Reply
from sandbox.store import StateStore

_MADE_BY_MOTO = frozenset(("CreateTable", "RestoreTableFromBackup", "RestoreTableToPointInTime"))
"""They enter the gate by themselves, when they ask moto."""


class DynamoDB:
    """The room of DynamoDB and DynamoDB Streams. options: may be changed at any time."""

    def __init__(self, backend: MotoBackend, store: StateStore, options: Options | None = None) -> None:
        self.options = options or Options()
        self._backend = backend
        self._streams = Streams(self.options.now, store)
        self._kept = KeptTables(store, partial(backend.note, "dynamodb"))
        self.tables = Tables(self.options, self._streams, self._kept)
        self._tokens: dict[tuple[str, str], items.Tokens] = {}
        self._reading: asyncio.Task[None] | None = None
        control = Control(self.tables, backend)
        self._control = {
            **control.operations,
            **TableSettings(control, self.tables).operations,
            **Restores(control, backend).operations,
        }

    async def answer(self, call: ApiCall, account: str, backend: MotoBackend) -> Reply:
        """Answer a call to DynamoDB. Raises AwsError where DynamoDB refuses it."""
        check_text(call.request.body, call.parameters)
        given = check(call.operation, call.parameters)
        if call.operation in items.OPERATIONS:
            return await self._answer_items(call, account, given)
        if call.operation in items.MANY:
            return await self._answer_many(call, account, given)
        if call.operation in partiql.EXECUTIONS or call.operation == "ExecuteTransaction":
            return await self._answer_partiql(call, account, given)
        control = self._control.get(call.operation)
        if control is not None and call.operation in _MADE_BY_MOTO:
            return await control(call, account, given)
        if control is not None:
            async with self._backend.gate.together():
                return await control(call, account, given)
        return await backend.call(call, account)

    async def _answer_items(self, call: ApiCall, account: str, given: dict[str, Any]) -> Reply:
        operation = items.prepare(call.operation, given)
        async with self._backend.gate.together():
            table = self.tables.find(account, call.region, given["TableName"])
            return reply_of(await operation.answer(table))

    async def _answer_many(self, call: ApiCall, account: str, given: dict[str, Any]) -> Reply:
        home = (account, call.region)
        tokens = self._tokens_of(home)
        operation = items.prepare_many(call.operation, given, tokens, self.options.transaction_seconds)
        async with self._backend.gate.together():
            return reply_of(await operation.answer(partial(self.tables.find, *home)))

    async def _answer_partiql(self, call: ApiCall, account: str, given: dict[str, Any]) -> Reply:
        home = (account, call.region)
        find = partial(self.tables.find, *home)
        async with self._backend.gate.together():
            if call.operation != "ExecuteTransaction":
                return reply(await partiql.EXECUTIONS[call.operation](given, find))
            seconds = self.options.transaction_seconds
            return reply(await partiql.execute_transaction(given, find, self._tokens_of(home), seconds))

    def _tokens_of(self, home: tuple[str, str]) -> items.Tokens:
        return self._tokens.setdefault(home, items.Tokens(self.options.clock))

    async def answer_streams(self, call: ApiCall, account: str, backend: MotoBackend) -> Reply:
        """Answer a call to DynamoDB Streams. Raises AwsError where it is refused."""
        return reply(self._streams.answer(call.operation, account, call.region, call.parameters))

    def keep(self, store: StateStore) -> None:
        """Keep what has changed of tables and streams; items are kept as they change."""
        self._kept.keep()
        self._streams.keep()

    def restore(self, store: StateStore) -> None:
        """Take up streams and the states of tables; their items are read beside the first requests."""
        self._streams.restore()
        self._kept.restore()
        self._reading = asyncio.create_task(self._read_items())

    async def _read_items(self) -> None:
        for handle in dynamodb_tables.everywhere():
            if handle.alive():
                self.tables.of(handle)
            await asyncio.sleep(0)

    def reset(self) -> None:
        """Forget streams and request tokens; the tables go with moto's."""
        self._streams.clear()
        self._kept.clear()
        self._tokens.clear()
