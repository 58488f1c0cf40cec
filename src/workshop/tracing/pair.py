"""Two requests side by side over the same time: where do their ways part?"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from html import escape

from workshop.figures import page
from workshop.tracing.spans import Step, Way
from workshop.tracing.tree import text
from workshop.tracing.waterfall import bar, facts, trouble

Beside = tuple[Step | None, Step | None]
_SIDE = f"{page.CELL};width:50%;min-width:19em;padding:3px 18px 3px 0"


class Waterfalls:
    """Draws two ways in a notebook, like steps in one row; two trees of text elsewhere."""

    def __init__(self, first: Way, second: Way) -> None:
        self.ways = (first, second)

    @property
    def rows(self) -> list[Beside]:
        """Like steps side by side; None where only the other request has the step."""
        return list(_aligned(*(list(way.walk()) for way in self.ways)))

    def __repr__(self) -> str:
        return "\n\n".join(map(text, self.ways))

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col" style="{_SIDE}">{_title(way)}</th>' for way in self.ways)
        longest = max(way.took for way in self.ways)
        rows = "".join(
            f'<tr style="{page.PLAIN}">{"".join(_cell(step, longest) for step in pair)}</tr>'
            for pair in self.rows
        )
        table = page.table(f'<tr style="{page.PLAIN}">{head}</tr>{rows}')
        colour = page.ORANGE if any(way.first_trouble for way in self.ways) else page.GREEN
        foot = "".join(map(trouble, self.ways))
        return page.box(colour, "Two requests side by side", f"{table}{foot}")


def _aligned(first: list[Step], second: list[Step]) -> Iterator[Beside]:
    ours, theirs = ([step.kind for step in steps] for steps in (first, second))
    for tag, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from zip(first[a:b], second[c:d], strict=True)
            continue
        yield from ((step, None) for step in first[a:b])
        yield from ((None, step) for step in second[c:d])


def _title(way: Way) -> str:
    status = "no answer yet" if way.status is None else way.status
    return f"{escape(way.title)} → {status}, {way.took:.1f} ms"


def _cell(step: Step | None, longest: float) -> str:
    if step is None:
        return f'<td style="{_SIDE};opacity:.7">no such step</td>'
    known = facts(step)
    said = escape(f"{'✗ ' if step.trouble else ''}{step.title}")
    named = f"<details><summary>{said}</summary>{known}</details>" if known else said
    took = "" if step.took is None else f"{step.took:.1f} ms"
    return (
        f'<td style="{_SIDE}">{named}<div style="display:flex;gap:10px;align-items:center">'
        f'<div style="flex:1">{bar(step, longest)}</div>'
        f'<div style="width:5em;text-align:right">{took}</div></div></td>'
    )
