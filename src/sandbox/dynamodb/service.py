"""DynamoDB and DynamoDB Streams, put together: who answers which operation."""

from __future__ import annotations

from sandbox.api_call import ApiCall
from sandbox.backend.moto_backend import MotoBackend
from sandbox.dynamodb.answers import reply
from sandbox.dynamodb.control import Control
from sandbox.dynamodb.options import Options
from sandbox.dynamodb.requests import check
from sandbox.dynamodb.streams import Streams
from sandbox.dynamodb.table_settings import TableSettings
from sandbox.dynamodb.tables import Tables
from sandbox.dynamodb.wording import reworded
from sandbox.errors import AwsError
from sandbox.messages import Reply


class DynamoDB:
    """The room of DynamoDB and DynamoDB Streams. options: may be changed at any time."""

    def __init__(self, backend: MotoBackend, options: Options | None = None) -> None:
        self.options = options or Options()
        self._backend = backend
        self._streams = Streams(self.options.now)
        self.tables = Tables(self.options, self._streams)
        control = Control(self.tables, backend)
        self._control = {**control.operations, **TableSettings(control, self.tables).operations}

    async def answer(self, call: ApiCall, account: str, backend: MotoBackend) -> Reply:
        """Answer a call to DynamoDB. Raises AwsError where DynamoDB refuses it."""
        check(call.operation, call.parameters)
        operation = self._control.get(call.operation)
        if operation is not None:
            return await operation(call, account)
        try:
            return await backend.call(call, account)
        except AwsError as error:
            raise reworded(call.operation, call.parameters, error) from error

    async def answer_streams(self, call: ApiCall, account: str, backend: MotoBackend) -> Reply:
        """Answer a call to DynamoDB Streams. Raises AwsError where it is refused."""
        return reply(self._streams.answer(call.operation, account, call.region, call.parameters))

    def reset(self) -> None:
        """Forget the streams; the tables go with moto's."""
        self._streams.clear()
