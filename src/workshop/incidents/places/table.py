"""The table: what it takes in a second. Its items are never touched."""

from __future__ import annotations

from typing import Any

from workshop.incidents.stack import Stack

Plain = dict[str, Any]
ON_DEMAND = "PAY_PER_REQUEST"


def read(stack: Stack) -> Plain:
    """Which table it is, and its capacity."""
    told = stack.client("dynamodb").describe_table(TableName=stack.table)["Table"]
    units = told.get("ProvisionedThroughput", {})
    return {
        "TableName": told["TableName"],
        "TableArn": told["TableArn"],
        "TableId": told.get("TableId", ""),
        "CreationDateTime": told["CreationDateTime"].isoformat(),
        "KeySchema": told["KeySchema"],
        "BillingMode": told.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
        "Units": {name: units.get(name, 0) for name in ("ReadCapacityUnits", "WriteCapacityUnits")},
    }


def restore(stack: Stack, before: Plain) -> None:
    """The same capacity again."""
    now, client = read(stack), stack.client("dynamodb")
    if (now["BillingMode"], now["Units"]) == (before["BillingMode"], before["Units"]):
        return
    given: Plain = {"BillingMode": before["BillingMode"]}
    if before["BillingMode"] != ON_DEMAND:
        given["ProvisionedThroughput"] = before["Units"]
    client.update_table(TableName=stack.table, **given)
    client.get_waiter("table_exists").wait(TableName=stack.table)
