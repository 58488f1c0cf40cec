"""The way of a request over time, as HTML for notebooks: a bar for each step, and what is known of it."""

from __future__ import annotations

from html import escape

from workshop.figures import page
from workshop.tracing.spans import Step, Way
from workshop.tracing.tree import text

LEAST_WIDTH = 0.4
"""Percent: a bar of a step that took no time to speak of can still be seen."""
COLOURS = {"lambda": page.BLUE, "aws-api": page.PURPLE, "dynamodb": page.PURPLE}


class Waterfall:
    """Draws itself in a notebook, and is a tree of text elsewhere."""

    def __init__(self, way: Way) -> None:
        self.way = way

    def __repr__(self) -> str:
        return text(self.way)

    def _repr_html_(self) -> str:
        way = self.way
        status = "no answer yet" if way.status is None else str(way.status)
        head = (
            f"<div><strong>{escape(way.title)} → {status}</strong>, {way.took:.1f} ms, "
            f"trace <code>{escape(way.trace_id)}</code></div>"
        )
        rows = "".join(_row(step, depth, way.took) for step, depth in _flat(way))
        colour = page.ORANGE if way.first_trouble else page.GREEN
        return page.box(colour, f"The way of {way.title}", head + page.table(rows) + trouble(way))


def _flat(way: Way) -> list[tuple[Step, int]]:
    def below(step: Step, depth: int) -> list[tuple[Step, int]]:
        return [(step, depth), *(pair for child in step.children for pair in below(child, depth + 1))]

    return [pair for step in way.steps for pair in below(step, 0)]


def _row(step: Step, depth: int, whole: float) -> str:
    mark = "✗ " if step.trouble else ""
    known = facts(step)
    said = f"{mark}{escape(step.title)}"
    named = f"<details><summary>{said}</summary>{known}</details>" if known else said
    took = "" if step.took is None else f"{step.took:.1f} ms"
    return (
        f'<tr style="{page.PLAIN}"><td style="{page.CELL};padding-left:{16 * depth}px">{named}</td>'
        f'<td style="{page.CELL};width:45%">{bar(step, whole)}</td>'
        f'<td style="{page.CELL};text-align:right;white-space:nowrap">{took}</td></tr>'
    )


def trouble(way: Way) -> str:
    """The first step that went wrong, as HTML; "" if none did."""
    step = way.first_trouble
    if step is None:
        return ""
    return f"<p>✗ First trouble: <strong>{escape(step.title)}</strong>: {escape(step.trouble)}</p>"


def facts(step: Step) -> str:
    """What is known of a step, as HTML; "" if it is nothing."""
    said = (fact for fact in (*step.facts, step.trouble) if fact)
    return "".join(
        f'<div style="overflow-wrap:anywhere;padding-left:14px;opacity:.85">{escape(fact)}</div>'
        for fact in said
    )


def bar(step: Step, whole: float) -> str:
    """A bar for the step over `whole` milliseconds, as HTML; "" if no time is known."""
    if not whole:
        return ""
    left = 100 * step.offset / whole
    width = max(100 * (step.took or 0.0) / whole, LEAST_WIDTH)
    left = min(left, 100 - width)
    colour = page.ORANGE if step.trouble else COLOURS.get(step.kind, page.GREEN)
    label = f"from {step.offset:.1f} ms, {step.took or 0.0:.1f} ms"
    return (
        f'<div role="img" aria-label="{label}" title="{label}" style="position:relative;height:1.1em;'
        f'background:rgba(128,128,128,.14)"><div style="position:absolute;left:{left:.2f}%;'
        f'width:{width:.2f}%;height:100%;background:{colour}"></div></div>'
    )
