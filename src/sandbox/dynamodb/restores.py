"""RestoreTableFromBackup and RestoreTableToPointInTime: moto makes the table, its state is ours.

The items are those of the backup, or of the source as it is now: moto keeps no history of a table.
"""

from __future__ import annotations

from sandbox.api_call import ApiCall
from sandbox.backend.moto_backend import MotoBackend
from sandbox.dynamodb.answers import reply
from sandbox.dynamodb.control import Control, Json, Operation, refuse_members
from sandbox.messages import Reply

_NOT_MODELLED = (
    *("BillingModeOverride", "GlobalSecondaryIndexOverride", "LocalSecondaryIndexOverride"),
    *("OnDemandThroughputOverride", "ProvisionedThroughputOverride", "RestoreDateTime"),
    *("SourceTableArn", "SSESpecificationOverride"),
)


class Restores:
    """The operations, by name in `operations`."""

    def __init__(self, control: Control, backend: MotoBackend) -> None:
        self._control = control
        self._backend = backend
        self.operations: dict[str, Operation] = {
            "RestoreTableFromBackup": self._restore,
            "RestoreTableToPointInTime": self._restore,
        }

    async def _restore(self, call: ApiCall, account: str, given: Json) -> Reply:
        refuse_members(given, _NOT_MODELLED, call.operation)
        await self._backend.call(call, account)
        table = self._control.table(call, account, {"TableName": given["TargetTableName"]})
        return reply({"TableDescription": self._control.created(table)})
