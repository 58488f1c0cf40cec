"""What calls of DynamoDB ask for.

Sources: Service Authorization Reference, *Actions, resources, and condition keys for Amazon DynamoDB*;
DynamoDB Developer Guide, *DynamoDB API permissions: Actions, resources, and conditions reference*,
*Using IAM with DynamoDB transactions*, *IAM security policies with PartiQL for DynamoDB*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.iam.actions import dynamodb_keys as keys
from sandbox.iam.actions import partiql
from sandbox.iam.actions.ask import Ask, Call
from sandbox.iam.actions.rules import Rule, ask, plain, tagging, words

_ARN = "arn:aws:dynamodb:{region}:{account}:"
_TABLE = _ARN + "table/{TableName}"

# What restoring writes into the new table (Service Authorization Reference, dependent actions).
_RESTORES = ("BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")

_TRANSACTED = {
    "Put": ("dynamodb:PutItem", "Item"),
    "Update": ("dynamodb:UpdateItem", "Key"),
    "Delete": ("dynamodb:DeleteItem", "Key"),
    "ConditionCheck": ("dynamodb:ConditionCheckItem", "Key"),
}


def _table(call: Call, name: Any) -> str:
    text = name if isinstance(name, str) else "" if name is None else str(name)
    if text.startswith("arn:"):
        return text
    return f"arn:aws:dynamodb:{call.region}:{call.account}:table/{text}"


def _indexed(call: Call) -> str:
    """The index that is read, or the table: an index has its own ARN (case iam-arn-table)."""
    table, index = _table(call, call.parameters.get("TableName")), call.text("IndexName")
    return f"{table}/index/{index}" if index else table


def _write(operation: str, place: str) -> Rule:
    action = f"dynamodb:{operation}"

    def rule(call: Call) -> tuple[Ask, ...]:
        table = _table(call, call.parameters.get("TableName"))
        return (keys.ask(call, action, table, lambda: keys.item_keys(call, call.parameters, table, place)),)

    return rule


def _get(call: Call) -> tuple[Ask, ...]:
    table = _table(call, call.parameters.get("TableName"))
    return (keys.ask(call, "dynamodb:GetItem", table, lambda: keys.get_keys(call, call.parameters, table)),)


def _query(call: Call) -> tuple[Ask, ...]:
    read = _indexed(call)
    return (keys.ask(call, "dynamodb:Query", read, lambda: keys.query_keys(call, call.parameters, read)),)


def _scan(call: Call) -> tuple[Ask, ...]:
    return (keys.ask(call, "dynamodb:Scan", _indexed(call), lambda: keys.scan_keys(call.parameters)),)


def _batch_get(call: Call) -> tuple[Ask, ...]:
    capacity = call.parameters.get("ReturnConsumedCapacity")

    def of(table: str, wanted: Any) -> Ask:
        return keys.ask(
            call,
            "dynamodb:BatchGetItem",
            table,
            lambda: keys.batch_get_keys(call, wanted, table, capacity),
        )

    return tuple(of(_table(call, name), wanted) for name, wanted in _requests(call))


def _batch_write(call: Call) -> tuple[Ask, ...]:
    capacity = call.parameters.get("ReturnConsumedCapacity")

    def of(table: str, requests: Any) -> Ask:
        return keys.ask(
            call,
            "dynamodb:BatchWriteItem",
            table,
            lambda: keys.batch_write_keys(call, requests, table, capacity),
        )

    return tuple(of(_table(call, name), requests) for name, requests in _requests(call))


def _requests(call: Call) -> list[tuple[str, Any]]:
    items = call.parameters.get("RequestItems")
    return list(items.items()) if isinstance(items, Mapping) else []


def _transact_write(call: Call) -> tuple[Ask, ...]:
    return tuple(
        _transacted(call, item, *_TRANSACTED[kind]) for kind, item in _parts(call) if kind in _TRANSACTED
    )


def _transacted(call: Call, item: Mapping[str, Any], action: str, place: str) -> Ask:
    table = _table(call, item.get("TableName"))
    return keys.ask(
        call, action, table, lambda: keys.item_keys(call, item, table, place, "TransactWriteItems")
    )


def _transact_get(call: Call) -> tuple[Ask, ...]:
    return tuple(_transacted_get(call, item) for _, item in _parts(call))


def _transacted_get(call: Call, item: Mapping[str, Any]) -> Ask:
    table = _table(call, item.get("TableName"))
    return keys.ask(
        call, "dynamodb:GetItem", table, lambda: keys.get_keys(call, item, table, "TransactGetItems")
    )


def _parts(call: Call) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The parts of a transaction: what is done, and with which parameters."""
    items = call.parameters.get("TransactItems")
    for entry in items if isinstance(items, list | tuple) else ():
        for kind, item in entry.items() if isinstance(entry, Mapping) else ():
            if isinstance(item, Mapping):
                yield kind, item


def _execute(call: Call) -> tuple[Ask, ...]:
    return _statements(call, [call.parameters], "")


def _batch_execute(call: Call) -> tuple[Ask, ...]:
    return _statements(call, call.parameters.get("Statements"), "")


def _execute_transaction(call: Call) -> tuple[Ask, ...]:
    return _statements(call, call.parameters.get("TransactStatements"), "ExecuteTransaction")


def _statements(call: Call, entries: Any, enclosing: str) -> tuple[Ask, ...]:
    given = entries if isinstance(entries, list | tuple) else ()
    parsed = (partiql.parse(e.get("Statement"), e.get("Parameters")) for e in given if isinstance(e, Mapping))
    return tuple(_statement(call, statement, enclosing) for statement in parsed if statement)


def _statement(call: Call, statement: partiql.Statement, enclosing: str) -> Ask:
    table = _table(call, statement.table)
    resource = f"{table}/index/{statement.index}" if statement.index else table
    return keys.ask(
        call,
        statement.action,
        resource,
        lambda: partiql.keys(statement, call.lookup.key_name(resource), enclosing),
    )


def _create_table(call: Call) -> tuple[Ask, ...]:
    """Tags at creation need TagResource besides (hashicorp/terraform-provider-aws issue 10943)."""
    table = _table(call, call.parameters.get("TableName"))
    return (ask(call, "dynamodb:CreateTable", table), *tagging(call, "dynamodb:TagResource", table))


def _restore_backup(call: Call) -> tuple[Ask, ...]:
    table = _table(call, call.parameters.get("TargetTableName"))
    return (
        ask(call, "dynamodb:RestoreTableFromBackup", call.text("BackupArn")),
        ask(call, "dynamodb:RestoreTableFromBackup", table),
        *_restored(call, table),
    )


def _restore_point(call: Call) -> tuple[Ask, ...]:
    source = call.text("SourceTableArn") or _table(call, call.parameters.get("SourceTableName"))
    table = _table(call, call.parameters.get("TargetTableName"))
    return (ask(call, "dynamodb:RestoreTableToPointInTime", source), *_restored(call, table))


def _restored(call: Call, table: str) -> tuple[Ask, ...]:
    return tuple(ask(call, f"dynamodb:{action}", table) for action in _RESTORES)


def _import_table(call: Call) -> tuple[Ask, ...]:
    wanted = call.parameters.get("TableCreationParameters")
    name = wanted.get("TableName") if isinstance(wanted, Mapping) else None
    return (ask(call, "dynamodb:ImportTable", _table(call, name)),)


RULES: dict[str, Rule] = {
    **plain(
        "dynamodb",
        {
            # AWS names this resource in its refusals: "… dynamodb:ListTables on resource: …:table/*".
            _ARN + "table/*": "ListTables",
            _TABLE: (
                "DeleteTable DescribeContinuousBackups DescribeTable DescribeTimeToLive UpdateTable"
                " UpdateContinuousBackups UpdateTimeToLive CreateBackup"
                " DescribeKinesisStreamingDestination DisableKinesisStreamingDestination"
                " EnableKinesisStreamingDestination UpdateKinesisStreamingDestination"
                " DescribeTableReplicaAutoScaling UpdateTableReplicaAutoScaling"
            ),
            _indexed: "DescribeContributorInsights UpdateContributorInsights",
            "{BackupArn}": "DeleteBackup DescribeBackup",
            "{ExportArn}": "DescribeExport",
            "{ImportArn}": "DescribeImport",
            "{TableArn}": "ExportTableToPointInTime",
            "{ResourceArn}": (
                "TagResource UntagResource ListTagsOfResource GetResourcePolicy PutResourcePolicy"
                " DeleteResourcePolicy"
            ),
            "*": (
                "DescribeEndpoints DescribeLimits ListBackups ListContributorInsights ListExports"
                " ListGlobalTables ListImports"
            ),
        },
    ),
    "PutItem": _write("PutItem", "Item"),
    "UpdateItem": _write("UpdateItem", "Key"),
    "DeleteItem": _write("DeleteItem", "Key"),
    "GetItem": _get,
    "Query": _query,
    "Scan": _scan,
    "BatchGetItem": _batch_get,
    "BatchWriteItem": _batch_write,
    "TransactWriteItems": _transact_write,
    "TransactGetItems": _transact_get,
    "ExecuteStatement": _execute,
    "BatchExecuteStatement": _batch_execute,
    "ExecuteTransaction": _execute_transaction,
    "CreateTable": _create_table,
    "RestoreTableFromBackup": _restore_backup,
    "RestoreTableToPointInTime": _restore_point,
    "ImportTable": _import_table,
}

REFUSED = words(
    # Global tables of 2017, and what has no page in the Service Authorization Reference yet.
    "CreateGlobalTable DescribeGlobalTable DescribeGlobalTableSettings UpdateGlobalTable"
    " UpdateGlobalTableSettings CancelBulkOperation DescribeBulkOperation ListBulkOperations"
    " StartBulkPutItems SearchVectors"
)
