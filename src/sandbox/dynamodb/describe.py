"""A table as DescribeTable, and the answers of CreateTable, UpdateTable and DeleteTable, describe it.

Sources: case ddb-lifecycle; API Reference *TableDescription*; what was measured on AWS in October 2026 by the
ACK API-quirks lab: a table that was never on demand has no BillingModeSummary (DDB-TABLE-033), a stream's ARN
stays when it is disabled (050), decreases are counted by the UTC day (185), a table on demand has
throughput 0 (064).
"""

from __future__ import annotations

from typing import Any

from sandbox.dynamodb.tables import Table

Json = dict[str, Any]

_DAY = 24 * 3600


def describe(table: Table) -> Json:
    """The TableDescription."""
    moto = table.handle.table
    on_demand = table.handle.on_demand
    found: Json = {
        "AttributeDefinitions": moto.attr,
        "TableName": table.name,
        "KeySchema": moto.schema,
        "TableStatus": table.progress.status,
        "CreationDateTime": table.created,
        "ProvisionedThroughput": throughput(moto.throughput, on_demand, table.options.now()),
        "TableSizeBytes": table.contents.size_in_bytes,
        "ItemCount": table.contents.count,
        "TableArn": table.handle.arn,
        "TableId": table.table_id,
        "DeletionProtectionEnabled": bool(moto.deletion_protection_enabled),
        "WarmThroughput": moto.warm_throughput,
    }
    if table.last_on_demand is not None or on_demand:
        found["BillingModeSummary"] = _billing(table, on_demand)
    if moto.indexes:
        found["LocalSecondaryIndexes"] = [_index(table, one) for one in moto.indexes]
    if moto.global_indexes:
        found["GlobalSecondaryIndexes"] = [
            _global_index(table, one, on_demand) for one in moto.global_indexes
        ]
    if table.stream is not None:
        found |= {"LatestStreamLabel": table.stream.label, "LatestStreamArn": table.stream.arn}
        if table.stream.enabled:
            view_type = table.stream.view_type
            found["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view_type}
    return found | _rarely_there(table)


def _billing(table: Table, on_demand: bool) -> Json:
    summary: Json = {"BillingMode": "PAY_PER_REQUEST" if on_demand else "PROVISIONED"}
    if table.last_on_demand is not None and table.progress.status != "CREATING":
        summary["LastUpdateToPayPerRequestDateTime"] = table.last_on_demand
    return summary


def _rarely_there(table: Table) -> Json:
    moto = table.handle.table
    found: Json = {}
    if table.table_class:
        found["TableClassSummary"] = {"TableClass": table.table_class}
        if table.class_changes:
            found["TableClassSummary"]["LastUpdateDateTime"] = table.class_changes[-1]
    encryption = moto.sse_specification or {}
    if encryption.get("Enabled"):
        key = encryption.get("KMSMasterKeyId")
        found["SSEDescription"] = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key}
    restored = getattr(moto, "restore_date_time", None)
    if restored is not None:
        found["RestoreSummary"] = {
            "SourceTableArn": moto.source_table_arn,
            "RestoreDateTime": table.created,
            "RestoreInProgress": table.progress.status == "CREATING",
        }
        if getattr(moto, "source_backup_arn", None):
            found["RestoreSummary"]["SourceBackupArn"] = moto.source_backup_arn
    return found


def throughput(kept: Json, on_demand: bool, now: float) -> Json:
    """ProvisionedThroughput: the counter of decreases begins anew at midnight, UTC."""
    found = {
        "NumberOfDecreasesToday": decreases_today(kept, now),
        **{k: kept[k] for k in kept if "Date" in k},
    }
    for name in ("ReadCapacityUnits", "WriteCapacityUnits"):
        found[name] = 0 if on_demand else kept[name]
    return found


def decreases_today(kept: Json, now: float) -> int:
    """How often a throughput was decreased since midnight, UTC."""
    if int(kept.get("LastDecreaseDateTime", 0)) // _DAY != int(now) // _DAY:
        return 0
    return int(kept.get("NumberOfDecreasesToday", 0))


def _index(table: Table, index: Any) -> Json:
    kept = table.contents.indexes.get(index.name)
    return {
        "IndexName": index.name,
        "KeySchema": index.schema,
        "Projection": index.projection,
        "IndexSizeBytes": kept.size_in_bytes if kept else 0,
        "ItemCount": kept.count if kept else 0,
        "IndexArn": f"{table.handle.arn}/index/{index.name}",
    }


def _global_index(table: Table, index: Any, on_demand: bool) -> Json:
    status = table.progress.index_status(index.name)
    found = {
        **_index(table, index),
        "IndexStatus": status,
        "ProvisionedThroughput": throughput(index.throughput, on_demand, table.options.now()),
        "WarmThroughput": index.warm_throughput,
    }
    if status == "CREATING" and table.progress.status != "CREATING":
        found["Backfilling"] = table.progress.is_backfilling(index.name)
    return found
