"""What the figures that are tables and cards have in common: fonts, edges, marked letters.

Text takes the page's own colour and background, so that it is right on light and dark themes; no meaning is
in a colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

GREEN, ORANGE, PURPLE, BLUE = "#009E73", "#D55E00", "#B06AB3", "#0087CC"
"""Stand out from white and from black by 3:1 (WCAG 2.2, 1.4.11); after the Okabe-Ito palette."""

SANS = "system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif"
MONO = "ui-monospace,'SF Mono',Menlo,'DejaVu Sans Mono',monospace"
BOX = f"font-family:{SANS};font-size:14px;line-height:1.45;max-width:60em;margin:4px 0 12px;overflow-x:auto"
EDGE = "border:1px solid rgba(128,128,128,.5);border-left:6px solid {};border-radius:6px;padding:10px 14px"
PLAIN = "font-size:inherit;line-height:inherit;color:inherit;background:none;border:none"
"""Notebooks give tables a look of their own, made for one theme."""
CELL = f"{PLAIN};text-align:left;vertical-align:top;padding:2px 14px 2px 0"
MONO_CELL = f"{CELL};font-family:{MONO};white-space:nowrap"
CODE = (
    f"font-family:{MONO};font-size:12.5px;white-space:pre-wrap;overflow-wrap:anywhere;margin:4px 0;"
    "padding:6px 8px;background:rgba(128,128,128,.14);color:inherit;border-radius:4px"
)
_MARK = f"background:none;color:inherit;font-weight:700;border-bottom:3px solid {ORANGE};padding:0"


def box(colour: str, label: str, body: str) -> str:
    """A framed part of a page. label: for those who do not see it."""
    # A group: a section with a label would be a landmark, and a notebook shows a figure more than once.
    return f'<div role="group" style="{BOX};{EDGE.format(colour)}" aria-label="{escape(label)}">{body}</div>'


def marked(text: str, spans: Sequence[Sequence[int]]) -> str:
    """The text as HTML with the letters of `spans` marked: bold, and underlined thickly.

    >>> marked("tabel", [(3, 5)]).count("<mark")
    1
    """
    parts, at = [], 0
    for start, end in spans:
        parts += [escape(text[at:start]), f'<mark style="{_MARK}">{escape(text[start:end])}</mark>']
        at = end
    return "".join([*parts, escape(text[at:])])


def code(text: str) -> str:
    """A block of code."""
    return f'<pre style="{CODE}">{escape(text)}</pre>'


def row(label: str, html: str) -> str:
    """A row of a table: what it is, and the thing."""
    return (
        f'<tr style="{PLAIN}"><th scope="row" style="{CELL};white-space:nowrap">{escape(label)}</th>'
        f'<td style="{CELL}">{html}</td></tr>'
    )


def table(rows: str) -> str:
    """A table of rows, without the page's own look."""
    return f'<table style="{PLAIN};border-collapse:collapse;margin:4px 0"><tbody>{rows}</tbody></table>'
