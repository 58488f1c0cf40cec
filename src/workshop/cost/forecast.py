"""What a table costs a month in both capacity modes, over how evenly it is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workshop.prices import Prices

HOURS = 730
"""Of a month, as AWS counts them in its examples."""

SECONDS = 3600 * HOURS
SHARES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
"""The utilisations that a table shows, the crossover beside them."""


@dataclass(frozen=True)
class Forecast:
    """A table whose peak is known, in units a second; dollars are per month.

    Provisioned is what serves the peak at every hour, without auto scaling. Utilisation is the average as
    a share of the peak, of reads and writes alike. Storage costs the same in both modes.
    """

    prices: Prices
    peak_writes: float = 0.0
    peak_reads: float = 0.0
    storage_gb: float = 0.0

    def __post_init__(self) -> None:
        if min(self.peak_writes, self.peak_reads, self.storage_gb) < 0:
            raise ValueError("a peak and a storage are 0 or more")
        if not self.peak_writes and not self.peak_reads:
            raise ValueError("without reads and writes there is nothing to forecast")

    @property
    def provisioned(self) -> float:
        """For the peak's capacity, used or not."""
        dynamodb = self.prices.dynamodb
        writes = self.peak_writes * dynamodb.provisioned_write_unit_hour
        return (writes + self.peak_reads * dynamodb.provisioned_read_unit_hour) * HOURS

    def on_demand_at(self, utilisation: float) -> float:
        """For the requests that come, were the average this share of the peak."""
        dynamodb = self.prices.dynamodb
        writes = self.peak_writes * dynamodb.on_demand_write
        return utilisation * SECONDS * (writes + self.peak_reads * dynamodb.on_demand_read)

    @property
    def storage(self) -> float:
        """For what is stored."""
        return self.storage_gb * self.prices.dynamodb.storage_gb_month

    @property
    def crossover(self) -> float:
        """The utilisation at which both cost the same; below it on demand is cheaper.

        It depends on the prices, not on how large the peak is.
        """
        return self.provisioned / self.on_demand_at(1)

    def cheaper_at(self, utilisation: float) -> str:
        """`on-demand`, `provisioned`, or `neither` where they differ by less than a cent."""
        on_demand, provisioned = self.on_demand_at(utilisation), self.provisioned
        if round(on_demand, 2) == round(provisioned, 2):
            return "neither"
        return "on-demand" if on_demand < provisioned else "provisioned"

    def rows(self) -> list[tuple[float, float, float, str]]:
        """(utilisation, on demand, provisioned, which is cheaper), storage not counted."""
        shares = sorted({*SHARES, self.crossover})
        return [(at, self.on_demand_at(at), self.provisioned, self.cheaper_at(at)) for at in shares]

    def as_dict(self) -> dict[str, Any]:
        return {
            "peak_writes": self.peak_writes,
            "peak_reads": self.peak_reads,
            "storage_gb": self.storage_gb,
            "storage": self.storage,
            "crossover": self.crossover,
            "by_utilisation": [
                {"utilisation": at, "on_demand": on_demand, "provisioned": provisioned, "cheaper": cheaper}
                for at, on_demand, provisioned, cheaper in self.rows()
            ],
        }
