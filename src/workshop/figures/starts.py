"""Cold and warm starts of functions, from the REPORT lines in their logs; in JSON, platform.report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from workshop.figures.drawing import BLUE, FONTS, STYLE, VERMILLION, inline_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_REPORT = re.compile(r"REPORT RequestId: \S+\tDuration: ([\d.]+) ms")
_INIT = re.compile(r"\tInit Duration: ([\d.]+) ms")
_IN_JSON = '"platform.report"'


class Invocation(NamedTuple):
    """One invocation. duration: ms in the handler; init: ms before it, None if the start was warm."""

    duration: float
    init: float | None

    @property
    def whole(self) -> float:
        """Milliseconds of both."""
        return self.duration + (self.init or 0.0)


@dataclass(frozen=True, repr=False)
class Starts:
    """Invocations in their order, by the name of what was invoked."""

    functions: Mapping[str, tuple[Invocation, ...]]

    def cold(self, name: str) -> tuple[Invocation, ...]:
        """Those that had to wait for an execution environment."""
        return tuple(one for one in self.functions[name] if one.init is not None)

    def warm(self, name: str) -> tuple[Invocation, ...]:
        """Those that took one that was there."""
        return tuple(one for one in self.functions[name] if one.init is None)

    @property
    def summary(self) -> str:
        """All of it, a sentence for each function."""
        return " ".join(f"{name}: {self._sentence(name)}." for name in self.functions)

    def _sentence(self, name: str) -> str:
        cold, warm = self.cold(name), self.warm(name)
        words = f"{len(cold)} cold" + (f", {_middle(cold):.0f} ms" if cold else "")
        return words + f"; {len(warm)} warm" + (f", {_middle(warm):.1f} ms" if warm else "")

    def __repr__(self) -> str:
        lines = []
        for name, invocations in self.functions.items():
            lines.append(f"{name}\n{'invocation':>10}  {'init ms':>8}  {'handler ms':>10}")
            lines += [
                f"{number:>10}  {'-' if one.init is None else f'{one.init:.1f}':>8}  {one.duration:>10.1f}"
                for number, one in enumerate(invocations, 1)
            ]
        return "\n".join([*lines, f"{self.summary} (Medians of init and handler together.)"])

    def _repr_html_(self) -> str:
        style = f"font-family:{escape(FONTS)};font-size:13px;margin:4px 0"
        words = f"{self.summary} Medians of init and handler together."
        return (
            f'<figure style="margin:0;max-width:720px">{self._svg()}'
            f'<figcaption style="{style}">{escape(words)}</figcaption></figure>'
        )

    def _svg(self) -> str:
        import matplotlib
        from matplotlib.figure import Figure

        with matplotlib.rc_context(STYLE):
            figure = Figure(figsize=(7.2, 3.6), layout="constrained")
            count = len(self.functions)
            every = figure.subplots(1, count, sharey=True, squeeze=False)[0]
            for axes, (name, invocations) in zip(every, self.functions.items(), strict=True):
                self._draw(axes, name, invocations)
            every[0].set_ylabel("time (ms)")
            figure.legend(
                *every[0].get_legend_handles_labels(), loc="outside upper right", frameon=False, ncols=2
            )
            return inline_svg(figure, "Cold and warm starts", repr(self))

    def _draw(self, axes: Axes, name: str, invocations: tuple[Invocation, ...]) -> None:
        numbers = range(1, len(invocations) + 1)
        inits = [one.init or 0.0 for one in invocations]
        durations = [one.duration for one in invocations]
        axes.bar(
            numbers,
            inits,
            label="init: the code outside the handler",
            facecolor="none",
            edgecolor=VERMILLION,
            hatch="///",
            linewidth=1.5,
        )
        axes.bar(numbers, durations, bottom=inits, color=BLUE, label="the handler")
        for number, one in enumerate(invocations, 1):
            axes.annotate(
                f"{one.whole:.{0 if one.whole >= 10 else 1}f}",
                (number, one.whole),
                (0, 2),
                textcoords="offset points",
                ha="center",
                fontsize=9,
            )
        axes.set_title(name, loc="left", fontsize=11)
        axes.set_xlabel("invocation")
        axes.set_xticks(list(numbers))
        axes.margins(y=0.1)


def _middle(invocations: tuple[Invocation, ...]) -> float:
    """The median of what they took, in ms."""
    return median(one.whole for one in invocations)


def starts(logs: Mapping[str, Iterable[str]]) -> Starts:
    """Reads the REPORT lines (in JSON: platform.report) among the log lines of each function, and no others.

    Raises ValueError for a function without any.
    """
    found = {name: tuple(_invocations(lines)) for name, lines in logs.items()}
    without = [name for name, invocations in found.items() if not invocations]
    if without or not found:
        raise ValueError(f"no REPORT line of {', '.join(without) or 'any function'}")
    return Starts(found)


def _invocations(lines: Iterable[str]) -> Iterator[Invocation]:
    for line in lines:
        if _IN_JSON in line:
            metrics = json.loads(line)["record"]["metrics"]
            yield Invocation(metrics["durationMs"], metrics.get("initDurationMs"))
        report, init = _REPORT.search(line), _INIT.search(line)
        if report:
            yield Invocation(float(report[1]), float(init[1]) if init else None)
