"""What the learner's work would have cost on AWS, and both capacity modes over utilisation."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from workshop.cost.report import Report, amount, money
from workshop.figures import page
from workshop.figures.capacity import draw_modes
from workshop.figures.drawing import STYLE, inline_svg, new_plot

if TYPE_CHECKING:
    from workshop.target import Target

_HEAD = f"{page.CELL};font-weight:600;border-bottom:1px solid rgba(128,128,128,.5)"
_NUMBER = f"{page.CELL};text-align:right;font-variant-numeric:tabular-nums"


@dataclass(frozen=True, repr=False)
class CostSheet:
    """What a notebook shows of a report."""

    report: Report

    def __repr__(self) -> str:
        return self.report.as_text()

    def _repr_html_(self) -> str:
        report = self.report
        notes = "<br>".join(escape(line) for line in report.notes)
        body = (
            f"<b>{escape(report.verdict)}</b>{self._lines()}"
            f"<p>{escape(report.assumption)}:</p>{self._svg()}<p>{escape(report.rule)}</p>"
            f"<small>{notes}</small>"
        )
        return page.box(page.BLUE, "What AWS would bill", body)

    def _lines(self) -> str:
        lines = self.report.sheet.lines
        if not lines:
            return ""
        names = ("resource", "unit", "used", "US dollars")
        head = "".join(f'<th scope="col" style="{_HEAD}">{name}</th>' for name in names)
        rows = "".join(
            f'<tr style="{page.PLAIN}"><td style="{page.CELL}">{escape(line.resource)}</td>'
            f'<td style="{page.CELL}">{line.unit}</td><td style="{_NUMBER}">{amount(line.quantity)}</td>'
            f'<td style="{_NUMBER}">{money(line.dollars)}</td></tr>'
            for line in lines
        )
        return page.table(f'<tr style="{page.PLAIN}">{head}</tr>{rows}')

    def _svg(self) -> str:
        import matplotlib

        with matplotlib.rc_context(STYLE):
            figure, axes = new_plot()
            draw_modes(axes, self.report.forecast)
            return inline_svg(figure, "What both capacity modes cost, over utilisation", self.report.rule)


def cost(
    target: Target | None = None,
    *,
    peak_writes: float = 100,
    peak_reads: float = 400,
    storage_gb: float = 10,
    clone: Path | None = None,
) -> CostSheet:
    """What was used up so far at the target, or at the sandbox that runs, and a forecast for this peak.

    Raises NotRunning if no sandbox runs, Problem for a peak or a target that cannot be.
    """
    from workshop.clone import clone_folder
    from workshop.cost.verb import Options, report
    from workshop.target import choose

    where = target or choose(None, clone=clone or clone_folder())
    return CostSheet(report(where, Options(peak_writes, peak_reads, storage_gb)))
