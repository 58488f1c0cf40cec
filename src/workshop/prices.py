"""What AWS charges, from one dated file, prices.toml. Prices are US dollars."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True)
class Sourced:
    """source: where the prices were looked up. free: what costs nothing in a month, in words."""

    source: str
    free: str


@dataclass(frozen=True)
class DynamoDBPrices(Sourced):
    """Of one request on demand, of one unit for an hour provisioned, of a GB for a month.

    A write unit is a write of up to 1 KB; a read unit is a strongly consistent read of up to 4 KB, or two
    eventually consistent ones. A provisioned unit does one of them a second.
    """

    on_demand_write: float
    on_demand_read: float
    provisioned_write_unit_hour: float
    provisioned_read_unit_hour: float
    storage_gb_month: float


@dataclass(frozen=True)
class FunctionPrices(Sourced):
    """Of an invocation, and of a second with 1 GB of memory."""

    request: float
    gb_second: float


@dataclass(frozen=True)
class ApiPrices(Sourced):
    """Of a request; HTTP APIs count one for each 512 KB begun."""

    http_request: float
    rest_request: float


@dataclass(frozen=True)
class TransferPrices(Sourced):
    """Of a GB sent to the internet."""

    gb_out: float


@dataclass(frozen=True)
class LogPrices(Sourced):
    """Of a GB taken in, and of a GB kept for a month."""

    gb_ingested: float
    gb_month_stored: float


@dataclass(frozen=True)
class Prices:
    """Prices of one region, as they were in a month, given by its first day."""

    month: datetime.date
    region: str
    dynamodb: DynamoDBPrices
    functions: FunctionPrices
    apis: ApiPrices
    transfer: TransferPrices
    logs: LogPrices

    @property
    def parts(self) -> tuple[Sourced, ...]:
        """All services' prices."""
        return self.dynamodb, self.functions, self.apis, self.transfer, self.logs

    def outdated(self, today: datetime.date) -> bool:
        """Whether it is more than a year since the month in which they were looked up."""
        return today >= self.month.replace(year=self.month.year + 1) + datetime.timedelta(days=31)


def load(file: Path = FILE) -> Prices:
    """Reads the prices. Raises KeyError or TypeError where the file lacks one, or has one too many."""
    import tomllib

    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return Prices(
        datetime.date.fromisoformat(f"{data['month']}-01"),
        data["region"],
        DynamoDBPrices(**data["dynamodb"]),
        FunctionPrices(**data["functions"]),
        ApiPrices(**data["apis"]),
        TransferPrices(**data["transfer"]),
        LogPrices(**data["logs"]),
    )
