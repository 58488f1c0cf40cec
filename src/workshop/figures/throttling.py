"""What became of requests to a provisioned table: units consumed, burst credit left, requests refused."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from workshop.figures.drawing import BLUE, FONTS, INK, STYLE, VERMILLION, inline_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BURST_SECONDS = 300
"""For how long DynamoDB keeps capacity that was not used (*Burst and adaptive capacity*)."""


class Attempt(NamedTuple):
    """A request, so many seconds after the first. units: what it consumed; None if it was refused."""

    seconds: float
    units: float | None


class Second(NamedTuple):
    """One second of a run. credit: units of burst left at its end; below 0 is debt."""

    begin: int
    consumed: float
    credit: float
    refused: int


@dataclass(frozen=True, repr=False)
class Throttling:
    """Requests in order of time, to a table that was not used before. provisioned: units a second."""

    attempts: tuple[Attempt, ...]
    provisioned: float

    @property
    def succeeded(self) -> int:
        return sum(one.units is not None for one in self.attempts)

    @property
    def refused(self) -> int:
        return len(self.attempts) - self.succeeded

    @property
    def consumed(self) -> float:
        """Units, by those that succeeded."""
        return sum(one.units or 0.0 for one in self.attempts)

    @property
    def first_refused(self) -> float | None:
        """Seconds until the first was refused; None if none was."""
        return next((one.seconds for one in self.attempts if one.units is None), None)

    @property
    def burst(self) -> float:
        """Units saved up at the start."""
        return self.provisioned * BURST_SECONDS

    def credit(self) -> Iterator[tuple[float, float]]:
        """(seconds, units left) before and after each request that consumed; at the start and the end."""
        left, when = self.burst, 0.0
        yield when, left
        for one in self.attempts:
            left = min(self.burst, left + (one.seconds - when) * self.provisioned)
            when = one.seconds
            if one.units:
                yield when, left
                left -= one.units
                yield when, left
        yield when, left

    def seconds(self) -> list[Second]:
        """The run, second by second."""
        levels, found = list(self.credit()), []
        for begin in range(math.floor(self.attempts[-1].seconds) + 1):
            now = [one for one in self.attempts if begin <= one.seconds < begin + 1]
            when, left = next(level for level in reversed(levels) if level[0] < begin + 1)
            credit = min(self.burst, left + (begin + 1 - when) * self.provisioned)
            consumed = sum(one.units or 0.0 for one in now)
            found.append(Second(begin, consumed, credit, sum(one.units is None for one in now)))
        return found

    @property
    def summary(self) -> str:
        """All of it in a sentence or two."""
        first = self.first_refused
        when = "" if first is None else f", the first after {first:.1f} seconds"
        return (
            f"{self.succeeded} requests succeeded and consumed {self.consumed:g} units; "
            f"{self.refused} were refused{when}. Provisioned: {self.provisioned:g} a second, so "
            f"{self.burst:g} units of burst at the start. DynamoDB does not tell what is left of them: it is "
            "reckoned from what the answers say they consumed."
        )

    def __repr__(self) -> str:
        lines = [f"{'second':>6}  {'units consumed':>14}  {'burst credit left':>17}  {'refused':>7}"]
        lines += [
            f"{one.begin + 1:>6}  {one.consumed:>14g}  {round(one.credit, 1) + 0.0:>17.1f}  {one.refused:>7}"
            for one in self.seconds()
        ]
        return "\n".join([*lines, self.summary])

    def _repr_html_(self) -> str:
        style = f"font-family:{escape(FONTS)};font-size:13px;margin:4px 0"
        return (
            f'<figure style="margin:0;max-width:720px">{self._svg()}'
            f'<figcaption style="{style}">{escape(self.summary)}</figcaption></figure>'
        )

    def _svg(self) -> str:
        import matplotlib
        from matplotlib.figure import Figure

        with matplotlib.rc_context(STYLE):
            figure = Figure(figsize=(7.2, 5.6), layout="constrained")
            self._draw(*figure.subplots(3, 1, sharex=True))
            return inline_svg(figure, "Capacity consumed, burst credit and refused requests", repr(self))

    def _draw(self, consumed: Axes, credit: Axes, refused: Axes) -> None:
        seconds = self.seconds()
        edges = [*(one.begin for one in seconds), len(seconds)]
        consumed.stairs([one.consumed for one in seconds], edges, color=BLUE, fill=True)
        consumed.axhline(self.provisioned, color=INK, linestyle="--", linewidth=1.5)
        words = f"provisioned: {self.provisioned:g} a second"
        consumed.annotate(
            words, (len(seconds), self.provisioned), (0, 5), textcoords="offset points", ha="right"
        )
        consumed.set_title("Consumed in each second", loc="left", fontsize=11)
        consumed.set_ylabel("units")
        credit.plot(*zip(*self.credit(), strict=True), color=BLUE, linewidth=2.5)
        credit.set_title("Burst credit left", loc="left", fontsize=11)
        credit.set(ylabel="units", ylim=(min(0.0, -0.02 * self.burst), self.burst * 1.05))
        counts = [one.refused for one in seconds]
        refused.stairs(
            counts, edges, fill=True, facecolor="none", edgecolor=VERMILLION, hatch="///", linewidth=1.5
        )
        refused.set_title("Refused in each second", loc="left", fontsize=11)
        refused.set(
            ylabel="requests", xlabel="time (s)", xlim=(0, len(seconds)), ylim=(0, max([1, *counts]) * 1.1)
        )


def throttling(attempts: Iterable[tuple[float, float | None]], provisioned: float) -> Throttling:
    """Requests to a new table: (seconds since the first one, units consumed, or None if refused), in order.

    provisioned: units a second, reads or writes. Raises ValueError if there are no requests, or not in order.
    """
    found = tuple(Attempt(*one) for one in attempts)
    if not found:
        raise ValueError("there are no requests to show")
    if any(before.seconds > after.seconds for before, after in pairwise(found)):
        raise ValueError("the requests must be in the order of time")
    return Throttling(found, provisioned)
