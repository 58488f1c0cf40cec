"""What UpdateTable refuses before it looks at the table.

Sources: architect/dynalite `validations/updateTable.js`; the ACK API-quirks lab's catalogue of refusals,
measured on AWS in us-east-1 and us-west-2 in October 2026 (DDB-TABLE-442).
"""

from __future__ import annotations

from typing import Any

from sandbox.dynamodb.requests import schemas
from sandbox.dynamodb.requests.words import bad_values, invalid

# What a request can change, by parameter and by the name in AWS's message.
_CHANGES = {
    "ProvisionedThroughput": "ProvisionedThroughput",
    "BillingMode": "BillingMode",
    "StreamSpecification": "UpdateStreamEnabled",
    "GlobalSecondaryIndexUpdates": "GlobalSecondaryIndexUpdates",
    "SSESpecification": "SSESpecification",
    "ReplicaUpdates": "ReplicaUpdates",
    "DeletionProtectionEnabled": "DeletionProtectionEnabled",
    "OnDemandThroughput": "OnDemandThroughput",
    "WarmThroughput": "WarmThroughput",
    "TableClass": "TableClass",
    "VectorIndexUpdates": "VectorIndexUpdates",
    "GlobalTableWitnessUpdates": "GlobalTableWitnessUpdates",
    "GlobalTableSettingsReplicationMode": "GlobalTableSettingsReplicationMode",
    "DisassociationProtectionEnabled": "DisassociationProtectionEnabled",
}
_REQUIRED = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
    "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, "
    "MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass "
    "is required"
)

_ALONE = {
    "SSESpecification": "Server-Side Encryption modification must be the only operation in the request",
    "TableClass": "TableClass modification must be the only operation in the request",
    "DeletionProtectionEnabled": "DeletionProtection modification must be the only operation in the request",
    "WarmThroughput": "WarmThroughput must be the only operation in the request",
}


def update_table(given: dict[str, Any]) -> None:
    """The rules of UpdateTable. Raises AwsError."""
    changes = [name for name in _CHANGES if name in given]
    if not changes:
        raise invalid(_REQUIRED)
    for name, message in _ALONE.items():
        if name in changes and len(changes) > 1:
            raise bad_values(message)
    _check_modes(given)
    _check_stream(given)
    _check_indexes(given)


def _check_modes(given: dict[str, Any]) -> None:
    mode, throughput = given.get("BillingMode"), given.get("ProvisionedThroughput")
    if mode == "PAY_PER_REQUEST" and throughput is not None:
        raise schemas.units_on_demand()
    if mode == "PROVISIONED" and throughput is None:
        raise bad_values("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
    schemas.check_units(throughput or {})


def _check_stream(given: dict[str, Any]) -> None:
    stream = given.get("StreamSpecification")
    if stream is None:
        return
    if "ProvisionedThroughput" in given:
        raise bad_values("You cannot modify stream status while updating table IOPS")
    if stream["StreamEnabled"] and "StreamViewType" not in stream:
        raise bad_values("If stream is being enabled then UpdateViewType is required")
    if not stream["StreamEnabled"] and "StreamViewType" in stream:
        raise bad_values("If stream is being disabled, then UpdateViewType must not be specified")


def _check_indexes(given: dict[str, Any]) -> None:
    updates = given.get("GlobalSecondaryIndexUpdates")
    if updates is None:
        return
    if not updates:
        raise bad_values("List of GlobalSecondaryIndexUpdates is empty")
    seen = set()
    for update in updates:
        name = _index_name(update)
        if name in seen:
            text = (
                f"Only one global secondary index update per index is allowed simultaneously. Index: {name}"
            )
            raise bad_values(text)
        seen.add(name)
        if "Create" in update:
            _check_new_index(update["Create"], given.get("AttributeDefinitions"))
    comes_or_goes = any("Create" in update or "Delete" in update for update in updates)
    if comes_or_goes and "ProvisionedThroughput" in given:
        raise bad_values("You cannot create or delete index while updating table IOPS")
    if comes_or_goes and "StreamSpecification" in given:
        raise bad_values("You cannot create or delete index while changing stream status")


def _index_name(update: dict[str, Any]) -> str:
    if not update:
        raise bad_values(
            "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
            "GlobalSecondaryIndexUpdate.Delete must not be null"
        )
    if len(update) > 1:
        raise bad_values(
            "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"
        )
    (action,) = update.values()
    return str(action["IndexName"])


def _check_new_index(index: dict[str, Any], definitions: schemas.Definitions | None) -> None:
    if not definitions:
        raise bad_values(f"AttributeDefinitions is not specified for index: {index['IndexName']}")
    schemas.check_definitions(definitions)
    schemas.check_defined(index["KeySchema"], definitions)
    schemas.check_key_schema(index["KeySchema"])
    schemas.check_projection(index["Projection"])
    schemas.check_units(index.get("ProvisionedThroughput", {}))
