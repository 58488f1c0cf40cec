"""The share of stale reads over the age of the write that they should have seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from workshop.figures.drawing import BLUE, FONTS, STYLE, VERMILLION, inline_svg, new_plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Read(NamedTuple):
    """One read after a write. age: of the write when it was read, in milliseconds."""

    age: float
    consistent: bool
    stale: bool


class Share(NamedTuple):
    """Of `reads` so many were stale."""

    stale: int
    reads: int

    @property
    def percent(self) -> float | None:
        """None where nothing was read."""
        return 100 * self.stale / self.reads if self.reads else None

    def __str__(self) -> str:
        return f"{self.percent:.0f}% of {self.reads}" if self.reads else "none read"


@dataclass(frozen=True, repr=False)
class Staleness:
    """Reads that were measured, counted in steps of `step` milliseconds up to `until`."""

    reads: tuple[Read, ...]
    step: float
    until: float

    def share(self, consistent: bool, since: float = 0.0, until: float | None = None) -> Share:
        """How many of the reads of one kind were stale, of writes of this age."""
        end = self.until if until is None else until
        some = [one for one in self.reads if one.consistent == consistent and since <= one.age < end]
        return Share(sum(one.stale for one in some), len(some))

    @property
    def oldest(self) -> float | None:
        """The age in ms of the oldest write that a default read did not show; None if there is none."""
        return max((one.age for one in self.reads if one.stale and not one.consistent), default=None)

    @property
    def _edges(self) -> list[float]:
        count = round(self.until / self.step)
        return [number * self.step for number in range(count + 1)]

    def _rows(self) -> Iterator[tuple[float, float, Share, Share]]:
        for since, until in pairwise(self._edges):
            yield since, until, self.share(False, since, until), self.share(True, since, until)

    @property
    def summary(self) -> str:
        """All of it in a sentence or two."""
        default, strong = self.share(False), self.share(True)
        last = "" if self.oldest is None else f", the last one {self.oldest:.0f} ms after the write"
        return (
            f"Default reads: {default.stale} of {default.reads} were stale{last}. "
            f"Strongly consistent reads: {strong.stale} of {strong.reads}."
        )

    def __repr__(self) -> str:
        lines = [f"{'age of the write':<18}{'default reads stale':<22}strongly consistent reads stale"]
        lines += [
            f"{f'{since:g} to {until:g} ms':<18}{default!s:<22}{strong}"
            for since, until, default, strong in self._rows()
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

        with matplotlib.rc_context(STYLE):
            figure, axes = new_plot()
            self._draw(axes)
            return inline_svg(figure, "Stale reads over the age of the write", repr(self))

    def _draw(self, axes: Axes) -> None:
        rows = list(self._rows())
        shares = [default.percent or 0.0 for _, _, default, _ in rows]
        axes.stairs(shares, self._edges, color=BLUE, alpha=0.25, fill=True)
        axes.stairs(shares, self._edges, color=BLUE, linewidth=2)
        strong = [(since + self.step / 2, share.percent) for since, _, _, share in rows if share.reads]
        axes.plot(*zip(*strong, strict=True), "s-", color=VERMILLION, markersize=4, clip_on=False)
        top = max(40.0, *shares) * 1.15
        axes.set(xlim=(0, self.until), ylim=(-0.03 * top, top))
        axes.annotate("default reads", (rows[0][1], shares[0]), (6, 4), textcoords="offset points")
        end = (self.until, 0)
        axes.annotate("strongly consistent reads", end, (0, 14), textcoords="offset points", ha="right")
        axes.set_xlabel("age of the write when it was read (ms)")
        axes.set_ylabel("stale reads (%)")


def staleness(
    reads: Iterable[tuple[float, bool, bool]], step: float = 10.0, until: float = 200.0
) -> Staleness:
    """Counts reads after writes: (age of the write in ms, whether strongly consistent, whether stale).

    Reads of writes older than `until` ms are left out. Raises ValueError if not both kinds were read.
    """
    found = tuple(read for read in (Read(*one) for one in reads) if 0 <= read.age < until)
    if len({read.consistent for read in found}) < 2:
        raise ValueError("there must be default and strongly consistent reads of writes of this age")
    return Staleness(found, step, until)
