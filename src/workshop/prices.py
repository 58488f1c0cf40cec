"""What AWS charges, from one dated file, prices.toml."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True)
class DynamoDBPrices:
    """Prices of capacity in US dollars: of one request on demand, of one unit for an hour provisioned.

    A write unit is a write of up to 1 KB; a read unit is a strongly consistent read of up to 4 KB, or two
    eventually consistent ones. A provisioned unit does one of them a second.
    """

    on_demand_write: float
    on_demand_read: float
    provisioned_write_unit_hour: float
    provisioned_read_unit_hour: float


@dataclass(frozen=True)
class Prices:
    """Prices of one region, as they were in a month, given by its first day."""

    month: datetime.date
    region: str
    source: str
    dynamodb: DynamoDBPrices


def load(file: Path = FILE) -> Prices:
    """Reads the prices. Raises KeyError or TypeError where the file lacks one, or has one too many."""
    import tomllib

    data = tomllib.loads(file.read_text(encoding="utf-8"))
    month = datetime.date.fromisoformat(f"{data['month']}-01")
    return Prices(month, data["region"], data["source"], DynamoDBPrices(**data["dynamodb"]))
