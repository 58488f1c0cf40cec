"""matplotlib's plots as inline SVG that follows the page: its text colour, and nothing from outside."""

from __future__ import annotations

import hashlib
import io
import re
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE = "#0072B2"
VERMILLION = "#D55E00"
"""Okabe-Ito: colour-blind people tell them apart, and both stand out from white and from black by 3:1."""

INK = "#010203"
"""Stands for the page's own text colour; no plot uses it for anything else."""

FONTS = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # letters stay letters: selectable, and small
    "svg.hashsalt": "workshop",
    "font.size": 11,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
}


def new_plot(width: float = 7.2, height: float = 3.8) -> tuple[Figure, Axes]:
    """An empty plot, measured in inches of 72 points. Belongs inside `matplotlib.rc_context(STYLE)`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def inline_svg(figure: Figure, title: str, description: str) -> str:
    """The figure as one `<svg>` element with a title and a description for those who do not see it."""
    memory = io.StringIO()
    figure.savefig(memory, format="svg", transparent=True, metadata={"Date": None})
    svg = memory.getvalue()
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font: ([\d.]+)px [^;\"]+", rf"font: \1px {escape(FONTS)}", svg)
    # Ids are the document's, and a notebook has many plots.
    key = hashlib.sha256(description.encode()).hexdigest()[:8]
    svg = re.sub(r'\bid="|(?<=url\(#)|(?<=href="#)', lambda match: f"{match[0]}f{key}-", svg)
    names = f'role="img" aria-labelledby="t{key} d{key}" style="max-width:100%;height:auto"'
    words = f'<title id="t{key}">{escape(title)}</title><desc id="d{key}">{escape(description)}</desc>'
    return re.sub(r"<svg\b([^>]*)>", lambda match: f"<svg{match[1]} {names}>{words}", svg, count=1)
