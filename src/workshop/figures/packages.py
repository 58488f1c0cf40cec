"""What an SDK costs in a deployment package: sizes and cold starts, side by side.

The figures were measured by benchmarks/packages.py, which writes them to packages.json with day and machine.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop.figures.drawing import BLUE, FONTS, INK, STYLE, VERMILLION, inline_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FILE = Path(__file__).with_name("packages.json")
_LANGUAGES = {"nodejs": "Node.js", "python": "Python"}


@dataclass(frozen=True)
class Package:
    """One way to package a function. zipped, unzipped: bytes; init_ms: its cold starts, as measured."""

    language: str
    label: str
    zipped: int
    unzipped: int
    init_ms: tuple[float, ...]

    @property
    def name(self) -> str:
        """Language and way, as the figure has them."""
        return f"{_LANGUAGES[self.language]}: {self.label}"

    @property
    def least_ms(self) -> float:
        """The fastest cold start: what it takes when the machine does nothing else."""
        return min(self.init_ms)


@dataclass(frozen=True, repr=False)
class Packages:
    """All ways that were measured. measured: the day; script: what measured it."""

    packages: tuple[Package, ...]
    measured: str
    machine: str
    versions: str
    script: str

    def __getitem__(self, label: str) -> Package:
        """The way of this label. Raises KeyError."""
        found = {one.label: one for one in self.packages}
        return found[label]

    @property
    def source(self) -> str:
        """When, where and by what it was measured."""
        rounds = min(len(one.init_ms) for one in self.packages)
        return (
            f"Measured on {self.measured} by {self.script} on the sandbox ({self.machine}): the fastest of "
            f"{rounds} cold starts (Init Duration). {self.versions}."
        )

    def __repr__(self) -> str:
        width = max(len(one.name) for one in self.packages)
        lines = [f"{'package':<{width}}  {'unzipped':>10}  {'zipped':>10}  {'cold start':>10}"]
        lines += [
            f"{one.name:<{width}}  {size(one.unzipped):>10}  {size(one.zipped):>10}  {one.least_ms:>7.0f} ms"
            for one in self.packages
        ]
        return "\n".join([*lines, self.source])

    def _repr_html_(self) -> str:
        style = f"font-family:{escape(FONTS)};font-size:13px;margin:4px 0"
        return (
            f'<figure style="margin:0;max-width:820px">{self._svg()}'
            f'<figcaption style="{style}"><small>{escape(self.source)}</small></figcaption></figure>'
        )

    def _svg(self) -> str:
        import matplotlib
        from matplotlib.figure import Figure

        with matplotlib.rc_context(STYLE):
            figure = Figure(figsize=(8.2, 0.42 * len(self.packages) + 0.9), layout="constrained")
            sizes, times = figure.subplots(1, 2, sharey=True)
            self._draw_sizes(sizes)
            self._draw_times(times)
            return inline_svg(figure, "Deployment packages: sizes and cold starts", repr(self))

    def _draw_sizes(self, axes: Axes) -> None:
        values = [one.unzipped / 1e6 for one in self.packages]
        axes.barh([one.name for one in self.packages], values, color=BLUE, height=0.6)
        axes.invert_yaxis()
        for number, one in enumerate(self.packages):
            _label(axes, number, values[number], size(one.unzipped))
        axes.set(xlabel="unzipped size (MB)", xlim=(0, max(values) * 1.3))
        axes.tick_params(axis="y", length=0)

    def _draw_times(self, axes: Axes) -> None:
        values = [one.least_ms for one in self.packages]
        axes.barh(
            range(len(values)),
            values,
            facecolor="none",
            edgecolor=VERMILLION,
            hatch="///",
            linewidth=1.5,
            height=0.6,
        )
        for number, value in enumerate(values):
            _label(axes, number, value, f"{value:.0f} ms")
        axes.set(xlabel="cold start: Init Duration (ms)", xlim=(0, max(values) * 1.25))
        axes.tick_params(axis="y", length=0)


def _label(axes: Axes, number: int, value: float, words: str) -> None:
    axes.annotate(words, (value, number), (5, 0), textcoords="offset points", va="center", color=INK)


def size(count: int) -> str:
    """Bytes as people say them, in steps of 1000.

    >>> size(264), size(330_800), size(103_151_100)
    ('264 bytes', '331 KB', '103 MB')
    """
    if count < 1000:
        return f"{count} bytes"
    if count < 999_500:
        return f"{count / 1000:.0f} KB"
    return f"{count / 1e6:.0f} MB" if count >= 9_950_000 else f"{count / 1e6:.1f} MB"


def package_sizes(file: Path = FILE) -> Packages:
    """Reads what was measured."""
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    rows = tuple(
        Package(one["language"], one["label"], one["zipped"], one["unzipped"], tuple(one["init_ms"]))
        for one in found["packages"]
    )
    about = {name: found[name] for name in ("measured", "machine", "versions", "script")}
    return Packages(rows, **about)
