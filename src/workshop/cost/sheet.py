"""The cost sheet: what was used up × what it costs, a line each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from workshop.cost.counting import Counts
from workshop.cost.forecast import HOURS
from workshop.prices import Prices

GB = 2**30
MONTH_SECONDS = HOURS * 3600


@dataclass(frozen=True)
class Line:
    """quantity × price = dollars. unit: what is counted, in AWS's words."""

    resource: str
    unit: str
    quantity: float
    price: float

    @property
    def dollars(self) -> float:
        return self.quantity * self.price


@dataclass(frozen=True)
class Sheet:
    """The lines of all resources, those that cost nothing left out."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> float:
        """Dollars, without the free tier."""
        return sum(line.dollars for line in self.lines)

    def as_dict(self) -> dict[str, Any]:
        lines = [{**asdict(line), "dollars": line.dollars} for line in self.lines]
        return {"lines": lines, "total": self.total}

    @classmethod
    def of(cls, counts: Counts, prices: Prices) -> Sheet:
        """The sheet of what was counted.

        Storage is what is there now, for the time since the sandbox was started. AWS compresses what logs
        keep; here they count as they are.
        """
        months = counts.seconds / MONTH_SECONDS
        lines = (
            *(line for table in counts.tables for line in _table(table, months, prices)),
            *(line for function in counts.functions for line in _function(function, prices)),
            *(line for api in counts.apis for line in _api(api, prices)),
            *(line for group in counts.log_groups for line in _log_group(group, months, prices)),
        )
        return cls(tuple(line for line in lines if line.quantity))


def _table(table: dict[str, Any], months: float, prices: Prices) -> Iterator[Line]:
    name, dynamodb = f"table {table['table']}", prices.dynamodb
    yield Line(name, "write request units", table["write_request_units"], dynamodb.on_demand_write)
    yield Line(name, "read request units", table["read_request_units"], dynamodb.on_demand_read)
    writes, reads = table["write_capacity_unit_hours"], table["read_capacity_unit_hours"]
    yield Line(name, "write capacity unit-hours", writes, dynamodb.provisioned_write_unit_hour)
    yield Line(name, "read capacity unit-hours", reads, dynamodb.provisioned_read_unit_hour)
    yield Line(name, "GB-months stored", table["bytes_stored"] / GB * months, dynamodb.storage_gb_month)


def _function(function: dict[str, Any], prices: Prices) -> Iterator[Line]:
    name = f"function {function['function']}"
    yield Line(name, "requests", function["requests"], prices.functions.request)
    yield Line(name, "GB-seconds", function["gb_seconds"], prices.functions.gb_second)


def _api(api: dict[str, Any], prices: Prices) -> Iterator[Line]:
    name = f"{api['kind']} API {api['api']}"
    price = prices.apis.http_request if api["kind"] == "HTTP" else prices.apis.rest_request
    yield Line(name, "requests", api["metered_requests"], price)
    yield Line(name, "GB sent out", api["bytes_out"] / GB, prices.transfer.gb_out)


def _log_group(group: dict[str, Any], months: float, prices: Prices) -> Iterator[Line]:
    name, size = f"log group {group['log_group']}", group["bytes_ingested"] / GB
    yield Line(name, "GB ingested", size, prices.logs.gb_ingested)
    yield Line(name, "GB-months stored", size * months, prices.logs.gb_month_stored)
