"""What DynamoDB's two capacity modes cost, over how evenly a table is used."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from workshop import prices
from workshop.cost.forecast import Forecast
from workshop.figures.drawing import BLUE, FONTS, INK, STYLE, VERMILLION, inline_svg, new_plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Kind = Literal["writes", "reads"]
UNIT: dict[Kind, str] = {"writes": "up to 1 KB", "reads": "up to 4 KB, strongly consistent"}


@dataclass(frozen=True, repr=False)
class CapacityModes:
    """Both modes for a table whose traffic is known: its peak, and its average, in requests a second.

    Provisioned is what serves the peak at every hour, without auto scaling; dollars are per month.
    """

    peak: float
    average: float
    kind: Kind
    prices: prices.Prices

    @property
    def utilisation(self) -> float:
        """The average as a share of the peak."""
        return self.average / self.peak

    @property
    def provisioned(self) -> float:
        """Dollars a month for the peak's capacity, used or not."""
        return self._forecast.provisioned

    @property
    def on_demand(self) -> float:
        """Dollars a month for the requests that come, on average."""
        return self.on_demand_at(self.utilisation)

    def on_demand_at(self, utilisation: float) -> float:
        """Dollars a month on demand, were the average this share of the peak."""
        return self._forecast.on_demand_at(utilisation)

    @property
    def crossover(self) -> float:
        """The utilisation at which both cost the same. It depends on the prices alone, not on the peak."""
        return self._forecast.crossover

    @property
    def cheaper(self) -> str:
        """`on-demand`, `provisioned`, or `neither`."""
        return self._forecast.cheaper_at(self.utilisation)

    @property
    def _forecast(self) -> Forecast:
        writes = self.kind == "writes"
        return Forecast(self.prices, **{"peak_writes" if writes else "peak_reads": self.peak})

    def __repr__(self) -> str:
        return (
            f"{self.kind.capitalize()} of {UNIT[self.kind]}: peak {self.peak:g} a second, "
            f"average {self.average:g} a second, which is {self.utilisation:.0%} of it.\n"
            f"On-demand:   ${self.on_demand:,.2f} a month, for the requests that come\n"
            f"Provisioned: ${self.provisioned:,.2f} a month, for the peak at every hour\n"
            f"Cheaper here: {self.cheaper}. Both cost the same at {self.crossover:.0%}; "
            f"below it on-demand is cheaper.\n{self._source}"
        )

    def _repr_html_(self) -> str:
        first, *table, last, source = repr(self).splitlines()
        style = f"font-family:{escape(FONTS)};font-size:13px;margin:4px 0"
        words = "<br>".join(escape(line) for line in (first, *table, last))
        return (
            f'<figure style="margin:0;max-width:720px">{self._svg()}'
            f'<figcaption style="{style}">{words}<br><small>{escape(source)}</small></figcaption></figure>'
        )

    @property
    def _source(self) -> str:
        facts = f"Prices of {self.prices.region} in {self.prices.month:%B %Y}, {self.prices.dynamodb.source}"
        return f"{facts}; without free tier, reserved capacity, auto scaling and storage."

    def _svg(self) -> str:
        import matplotlib

        with matplotlib.rc_context(STYLE):
            figure, axes = new_plot()
            self._draw(axes)
            title = "What both capacity modes cost, over utilisation"
            return inline_svg(figure, title, repr(self))

    def _draw(self, axes: Axes) -> None:
        draw_modes(axes, self._forecast)
        self._draw_this_table(axes)
        axes.set_title(f"Peak of {self.peak:g} {self.kind} a second", loc="left", fontsize=12)

    def _draw_this_table(self, axes: Axes) -> None:
        """A line from one mode's cost to the other's, with its label where no other is."""
        at = self.utilisation * 100
        ends = [self.on_demand, self.provisioned]
        axes.plot([at, at], ends, color=INK, linewidth=1.5, marker="o", markerfacecolor="none", clip_on=False)
        below = self.utilisation < self.crossover + 0.04  # close behind it the lines leave no room
        height = self.provisioned if below else sum(ends) / 2
        to_the_right = at < (14 if below else 75)
        away = (0 if below else 8 if to_the_right else -8, 8 if below else 0)
        label = _label("left" if to_the_right else "right", "bottom" if below else "center")
        axes.annotate(f"this table: {self.utilisation:.0%}", (at, height), away, **label)


def draw_modes(axes: Axes, forecast: Forecast) -> None:
    """Both modes' cost over utilisation, and where they cost the same."""
    top, flat = forecast.on_demand_at(1), forecast.provisioned
    axes.plot([0, 100], [flat, flat], color=BLUE, linewidth=2.5, linestyle="--")
    axes.plot([0, 100], [0, top], color=VERMILLION, linewidth=2.5)
    axes.annotate("provisioned for the peak", (99, flat), (0, -6), **_label("right", "top"))
    axes.annotate("on-demand", (78, top * 0.78), (-8, 2), **_label("right", "bottom"))
    same = (forecast.crossover * 100, flat)
    axes.plot(*same, "o", color=INK, markersize=6)
    axes.annotate(f"the same at {forecast.crossover:.0%}", same, (5, -6), **_label("left", "top"))
    axes.set(xlim=(0, 100), ylim=(0, top * 1.03))
    axes.set_xlabel("utilisation: average as a share of the peak (%)")
    axes.set_ylabel("US dollars a month")


def _label(horizontal: str, vertical: str) -> dict[str, Any]:
    return {"textcoords": "offset points", "ha": horizontal, "va": vertical}


def capacity_modes(peak: float, average: float, kind: Kind = "writes") -> CapacityModes:
    """Compares the modes for a table with this peak and this average, in requests a second.

    Raises ValueError if the average is not between 0 and the peak, or the kind is not writes or reads.
    """
    if kind not in UNIT:
        raise ValueError(f"kind is {kind!r}; it can be {' or '.join(map(repr, UNIT))}")
    if peak <= 0 or not 0 <= average <= peak:
        raise ValueError(f"peak {peak:g}, average {average:g}: the average must lie between 0 and the peak")
    return CapacityModes(peak, average, kind, prices.load())
