"""The cost sheet and the forecast, as text and as JSON."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workshop.cost.forecast import Forecast
from workshop.cost.sheet import Sheet
from workshop.prices import Prices

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

WIDTH = 100


@dataclass(frozen=True)
class Report:
    """What is shown. seconds: since when the sandbox has counted. today: to say whether prices are old."""

    sheet: Sheet
    forecast: Forecast
    prices: Prices
    seconds: float
    today: datetime.date

    def write(self, console: Console) -> None:
        """Print it."""
        for part in self._parts():
            console.print(part, highlight=False, markup=False)

    def as_text(self) -> str:
        """It as plain text, without spaces at the ends of lines."""
        from rich.console import Console

        page = io.StringIO()
        # In a notebook rich would show it by itself, in bold, and write nothing to `file`.
        self.write(Console(file=page, width=WIDTH, no_color=True, force_jupyter=False, force_terminal=False))
        return "\n".join(line.rstrip() for line in page.getvalue().splitlines())

    def as_dict(self) -> dict[str, Any]:
        return {
            "region": self.prices.region,
            "prices_of": f"{self.prices.month:%Y-%m}",
            "seconds": self.seconds,
            "so_far": self.sheet.as_dict(),
            "forecast": self.forecast.as_dict(),
        }

    @property
    def verdict(self) -> str:
        """The total in words."""
        total = self.sheet.total
        if not total:
            return "Nothing that AWS bills was used yet."
        once = f"For one dollar you could do all of it {1 / total:,.0f} times." if total < 0.5 else ""
        return f"On AWS this would have cost {money(total)}, without the free tier. {once}".rstrip()

    @property
    def rule(self) -> str:
        """The forecast in words."""
        forecast = self.forecast
        return (
            f"Both modes cost the same at {forecast.crossover:.0%} utilisation: "
            f"below it on-demand is cheaper, above it provisioned."
        )

    @property
    def assumption(self) -> str:
        """What the forecast is of."""
        forecast = self.forecast
        return (
            f"A month of a table with {forecast.peak_writes:g} writes (up to 1 KB) and "
            f"{forecast.peak_reads:g} reads (up to 4 KB, strongly consistent) a second at its peak"
        )

    @property
    def notes(self) -> list[str]:
        """What else a reader must know."""
        prices = self.prices
        said = [f"Storage of {self.forecast.storage_gb:g} GB adds {money(self.forecast.storage)} in either."]
        free = "; ".join(part.free for part in prices.parts)
        said.append(f"Free every month, and not taken off here: {free}.")
        said.append(f"Prices of {prices.region} in {prices.month:%B %Y}: {', '.join(self.sources)}")
        if prices.outdated(self.today):
            said.append("These prices are more than a year old: look them up before you rely on them.")
        return said

    @property
    def sources(self) -> list[str]:
        """Where the prices are from."""
        return [part.source for part in self.prices.parts]

    def _parts(self) -> Iterator[RenderableType]:
        yield f"What AWS would bill for your work, since the sandbox began {duration(self.seconds)} ago"
        if self.sheet.lines:
            yield ""
            yield self._lines()
        yield ""
        yield self.verdict
        yield ""
        yield f"{self.assumption}, over its utilisation: the average as a share of the peak"
        yield ""
        yield self._shares()
        yield ""
        yield self.rule
        yield from self.notes

    def _lines(self) -> RenderableType:
        from rich.table import Table

        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        for name in ("Resource", "Unit"):
            table.add_column(name, overflow="fold")
        for name in ("Used", "US dollars"):
            table.add_column(name, justify="right", no_wrap=True)
        for line in self.sheet.lines:
            table.add_row(line.resource, line.unit, amount(line.quantity), money(line.dollars))
        return table

    def _shares(self) -> RenderableType:
        from rich.table import Table

        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        for name in ("Utilisation", "On-demand", "Provisioned"):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("Cheaper")
        for share, on_demand, provisioned, cheaper in self.forecast.rows():
            table.add_row(f"{share:.0%}", f"${on_demand:,.2f}", f"${provisioned:,.2f}", cheaper)
        return table


def money(dollars: float) -> str:
    """Dollars, as small as they are.

    >>> money(12.3), money(0.0000012345), money(0)
    ('$12.30', '$0.0000012', '$0')
    """
    if not dollars:
        return "$0"
    return f"${dollars:,.2f}" if dollars >= 0.1 else f"${_small(dollars)}"


def amount(quantity: float) -> str:
    """A count: whole, or with the digits that matter.

    >>> amount(1234.5), amount(3.0), amount(0.000000789)
    ('1,234.5', '3', '0.00000079')
    """
    if quantity >= 0.1:
        return f"{quantity:,.2f}".rstrip("0").rstrip(".")
    return _small(quantity)


def _small(number: float) -> str:
    """Two digits that are not 0, without an exponent."""
    digits = 1 - int(f"{number:e}".partition("e")[2])
    return f"{number:.{digits}f}"


def duration(seconds: float) -> str:
    """
    >>> duration(42), duration(7200), duration(200_000)
    ('42 seconds', '2 hours', '2 days')
    """
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size:.0f} {unit}s"
    return f"{seconds:.0f} seconds"
