"""Incidents in the table: what it takes in a second."""

from __future__ import annotations

from workshop.doctor.layers import table
from workshop.incidents.incident import Incident, Request
from workshop.incidents.stack import Stack

LARGE = Request("POST", "/users", {"name": "Ada", "photo": "x" * 60_000}, 201)
"""An item of 59 KB takes 59 write units."""


def _one_unit(stack: Stack, kind: str) -> None:
    client = stack.client("dynamodb")
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    client.update_table(TableName=stack.table, BillingMode="PROVISIONED", ProvisionedThroughput=units)
    client.get_waiter("table_exists").wait(TableName=stack.table)


INCIDENTS = (
    Incident(
        "one-write-unit",
        table.NAME,
        ("throttled",),
        _one_unit,
        frozenset({"table"}),
        "table",
        LARGE,
        load=True,
    ),
)
