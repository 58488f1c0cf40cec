"""What a request says that the table it names does not allow.

Sources: case ddb-gsi-consistent, ddb-index-missing; architect/dynalite `actions/query.js`, `scan.js`,
`updateTable.js`; nubo-db/dynoxide `src/actions/update_table.rs`; the catalogue named in `table_updates`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.dynamodb.model import Definition, Index, Throughput
from sandbox.dynamodb.requests import schemas
from sandbox.dynamodb.requests.keys import check_key, check_start_key
from sandbox.dynamodb.requests.tables import MOST_GLOBAL
from sandbox.dynamodb.requests.words import Parameters, bad_values, invalid
from sandbox.errors import AwsError


def check_against_table(operation: str, parameters: Parameters, definition: Definition) -> None:
    """Pass parameters that fit the table; `check` has passed them before.

    Knows UpdateTable, Query, Scan, GetItem, DeleteItem and UpdateItem; passes others. Items are
    `check_item_keys`'s.
    Raises AwsError: ValidationException, ResourceNotFoundException, LimitExceededException.
    """
    checks = _CHECKS.get(operation)
    if checks is not None:
        checks(parameters, definition)


def _check_key(parameters: Parameters, definition: Definition) -> None:
    check_key(parameters["Key"], definition.schema)


def _check_read(parameters: Parameters, definition: Definition) -> None:
    """The index that is read: there, with the consistency and the attributes that are asked of it."""
    name = parameters.get("IndexName")
    index = None if name is None else definition.indexes.get(name)
    if name is not None and index is None:
        raise invalid(f"The table does not have the specified index: {name}")
    if index is not None and index.is_global:
        _check_global_read(parameters, index)
    start = parameters.get("ExclusiveStartKey")
    if start is not None:
        check_start_key(start, definition, index)


def _check_global_read(parameters: Parameters, index: Index) -> None:
    if parameters.get("ConsistentRead"):
        raise invalid("Consistent reads are not supported on global secondary indexes")
    if parameters.get("Select") == "ALL_ATTRIBUTES" and index.projected is not None:
        raise bad_values(
            f"Select type ALL_ATTRIBUTES is not supported for global secondary index {index.name} "
            "because its projection type is not ALL"
        )


def _check_update(parameters: Parameters, definition: Definition) -> None:
    mode, wanted = parameters.get("BillingMode"), parameters.get("ProvisionedThroughput")
    updates = parameters.get("GlobalSecondaryIndexUpdates") or ()
    on_demand = definition.on_demand if mode is None else mode == "PAY_PER_REQUEST"
    if wanted is not None and on_demand:
        raise schemas.units_on_demand()
    if wanted is not None and definition.throughput is not None:
        _check_changes(wanted, definition.throughput, "the table")
    if mode == "PROVISIONED" and definition.on_demand:
        _check_all_provisioned(updates, definition)
    for update in updates:
        _check_index_update(update, definition, on_demand)
    _check_index_count(updates, definition)


def _check_changes(wanted: dict[str, int], current: Throughput, of: str) -> None:
    read, write = wanted["ReadCapacityUnits"], wanted["WriteCapacityUnits"]
    if (read, write) != (current.read, current.write):
        return
    raise invalid(
        f"The provisioned throughput for {of} will not change. The requested value equals the current value. "
        f"Current ReadCapacityUnits provisioned for the table: {current.read}. "
        f"Requested ReadCapacityUnits: {read}. "
        f"Current WriteCapacityUnits provisioned for the table: {current.write}. "
        f"Requested WriteCapacityUnits: {write}. "
        "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
    )


def _check_all_provisioned(updates: Any, definition: Definition) -> None:
    """A table that leaves on demand takes units for each of its global indexes."""
    given = {action["IndexName"] for update in updates for action in update.values()}
    missing = [
        index.name for index in definition.indexes.values() if index.is_global and index.name not in given
    ]
    if missing:
        raise bad_values(f"ProvisionedThroughput must be specified for index: {','.join(missing)}")


def _check_index_update(update: dict[str, Any], definition: Definition, on_demand: bool) -> None:
    ((kind, action),) = update.items()
    index = definition.indexes.get(action["IndexName"])
    if index is not None and not index.is_global and kind != "Create":
        verb = kind.lower()
        raise invalid(f"Cannot {verb} an index that is not a GlobalSecondaryIndex: {index.name}")
    _UPDATES[kind](action, index, on_demand)


def _check_create(action: dict[str, Any], index: Index | None, on_demand: bool) -> None:
    if index is not None:
        raise invalid("Attempting to create an index which already exists")
    name, throughput = action["IndexName"], action.get("ProvisionedThroughput")
    if on_demand and throughput is not None:
        raise bad_values(
            f"Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {name} "
            "when BillingMode is PAY_PER_REQUEST"
        )
    if not on_demand and throughput is None:
        raise bad_values(f"Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {name}")


def _check_change(action: dict[str, Any], index: Index | None, on_demand: bool) -> None:
    if index is None:
        raise invalid(
            "This operation cannot be performed with given input values. "
            "Please contact DynamoDB service team for more info: Action Blocked: IndexUpdate"
        )
    throughput = action.get("ProvisionedThroughput")
    if throughput is None:
        return
    if on_demand:
        raise bad_values(
            f"The only Updates for index: {index.name} when TableThroughputMode is PAY_PER_REQUEST "
            "can be to OnDemandThroughput, WarmThroughput"
        )
    if index.throughput is not None:
        _check_changes(throughput, index.throughput, f"the index {index.name}")


def _check_delete(action: dict[str, Any], index: Index | None, on_demand: bool) -> None:
    if index is None:
        text = "Requested resource not found"
        raise AwsError("ResourceNotFoundException", text, 400)


def _check_index_count(updates: Any, definition: Definition) -> None:
    """One index comes or goes at a time; a table has 20 at most."""
    comes = sum("Create" in update for update in updates)
    goes = sum("Delete" in update for update in updates)
    if comes + goes > 1:
        raise AwsError(
            "LimitExceededException",
            "Subscriber limit exceeded: Only 1 online index can be created or deleted "
            "simultaneously per table",
            400,
        )
    if comes and sum(index.is_global for index in definition.indexes.values()) >= MOST_GLOBAL:
        text = f"GlobalSecondaryIndex count exceeds the per-table limit of {MOST_GLOBAL}"
        raise AwsError("LimitExceededException", f"One or more parameter values were invalid: {text}", 400)


_UPDATES: dict[str, Callable[[dict[str, Any], Index | None, bool], None]] = {
    "Create": _check_create,
    "Update": _check_change,
    "Delete": _check_delete,
}

_CHECKS: dict[str, Callable[[Parameters, Definition], None]] = {
    "UpdateTable": _check_update,
    "Query": _check_read,
    "Scan": _check_read,
    "GetItem": _check_key,
    "DeleteItem": _check_key,
    "UpdateItem": _check_key,
}
