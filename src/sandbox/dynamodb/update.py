"""UpdateTable: what it refuses, what changes at once, and what when the state is over.

Sources: API Reference *UpdateTable*; what was measured on AWS in October 2026 by the ACK API-quirks lab:
streams (DDB-TABLE-050), table classes (283, 443), deletion protection (017), warm throughput (061, 179).
"""

from __future__ import annotations

from typing import Any

from sandbox.dynamodb import states
from sandbox.dynamodb.describe import describe
from sandbox.dynamodb.effects import ChangeClass
from sandbox.dynamodb.requests import check_against_table
from sandbox.dynamodb.states import Step
from sandbox.dynamodb.tables import Table
from sandbox.dynamodb.update_indexes import IndexUpdates, invalid
from sandbox.dynamodb.update_throughput import ThroughputUpdate
from sandbox.errors import AwsError, NotModelled

Json = dict[str, Any]

_NOT_MODELLED = (
    *("DisassociationProtectionEnabled", "GlobalTableSettingsReplicationMode", "GlobalTableWitnessUpdates"),
    *("MultiRegionConsistency", "OnDemandThroughput", "ReplicaUpdates", "SSESpecification"),
    "VectorIndexUpdates",
)
_CLASS_CHANGES, _CLASS_SECONDS = 2, 30 * 24 * 3600


class Update:
    """One UpdateTable of a table. Nothing is changed before all is checked."""

    def __init__(self, table: Table, given: Json) -> None:
        self._table = table
        self._given = given
        self._name = table.name
        self._indexes = IndexUpdates(table, given)
        self._throughput = ThroughputUpdate(table, given, self._indexes)

    def make(self) -> Json:
        """Do it: the TableDescription of the answer. Raises AwsError."""
        for name in _NOT_MODELLED:
            if self._given.get(name) is not None:
                raise NotModelled(f"{name} of UpdateTable")
        _raise(states.refusal_of_any_change(self._table.progress, self._name))
        self._indexes.check_names()
        check_against_table("UpdateTable", self._given, self._table.definition)
        self._indexes.check()
        self._throughput.check()
        self._check_stream()
        self._check_class()
        self._check_warm()
        self._throughput.apply()
        self._indexes.apply()
        self._apply_stream()
        self._apply_class()
        self._apply_warm()
        protected = self._given.get("DeletionProtectionEnabled")
        if protected is not None:
            self._table.handle.table.deletion_protection_enabled = bool(protected)
        described = describe(self._table)
        if self._throughput.is_told_anew:
            described["TableStatus"] = "UPDATING"
        return described

    def _check_stream(self) -> None:
        wanted = self._given.get("StreamSpecification")
        if wanted is None:
            return
        _raise(states.refusal_of_stream(self._table.progress, self._name))
        enabled = self._table.stream is not None and self._table.stream.enabled
        if wanted.get("StreamEnabled") and enabled:
            raise invalid(f"Table already has an enabled stream: TableName: {self._name}")
        if not wanted.get("StreamEnabled") and not enabled:
            raise invalid(f"Table has no stream to disable: TableName: {self._name}")

    def _apply_stream(self) -> None:
        wanted = self._given.get("StreamSpecification")
        if wanted is None:
            return
        table, moto = self._table, self._table.handle.table
        if wanted.get("StreamEnabled"):
            moto.stream_specification = dict(wanted)
            table.open_stream()
            operation = "ENABLE"
        else:
            moto.stream_specification = {"StreamEnabled": False}
            table.close_stream()
            operation = "DISABLE"
        label = table.stream.label if table.stream is not None else ""
        note = f"Stream: {label} Operation: {operation}"
        table.begin(Step("stream", table.until(), table="UPDATING", note=note))

    def _check_class(self) -> None:
        if self._given.get("TableClass") is None:
            return
        _raise(states.refusal_of_class(self._table.progress, self._name))
        since = self._table.options.now() - _CLASS_SECONDS
        if len([one for one in self._table.class_changes if one > since]) >= _CLASS_CHANGES:
            text = "Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s)."
            raise AwsError("LimitExceededException", text, 400)

    def _apply_class(self) -> None:
        wanted = self._given.get("TableClass")
        table = self._table
        if wanted is None or wanted == (table.table_class or "STANDARD"):
            return
        table.class_changes.append(table.options.now())
        effect = ChangeClass(str(wanted))
        table.begin(Step("class", table.until(), effect, table="UPDATING", note=str(wanted)))

    def _check_warm(self) -> None:
        wanted = self._given.get("WarmThroughput") or {}
        current = self._table.handle.table.warm_throughput
        for unit, value in wanted.items():
            if int(value) < int(current.get(unit, 0)):
                raise invalid(
                    f"One or more parameter values were invalid: Requested {unit} for WarmThroughput for "
                    "table is lower than current WarmThroughput, decreasing WarmThroughput is not supported"
                )

    def _apply_warm(self) -> None:
        moto = self._table.handle.table
        moto.warm_throughput = {**moto.warm_throughput, **(self._given.get("WarmThroughput") or {})}


def _raise(refused: AwsError | None) -> None:
    if refused is not None:
        raise refused
