"""The decision tree, drawn: questions from left to right, an answer in each box, a layer at each end."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from workshop.figures.decisions import LEAVES, QUESTIONS, Leaf
from workshop.figures.drawing import BLUE, FONTS, VERMILLION
from workshop.figures.page import GREEN

if TYPE_CHECKING:
    from workshop.figures.decisions import DecisionTree

COLUMNS = ((10, 104), (138, 82), (244, 146))
"""Left edge and width of the boxes of each question."""
ENDS = 418
WIDTH, ROW, TOP, BOX = 720, 47, 34, 28
SHOWN = 680
"""So wide it is shown: as wide as a column of the guide."""
MONO = "ui-monospace, 'SF Mono', Menlo, 'DejaVu Sans Mono', monospace"
DIM = 0.45
"""How much is left of what is not on the way."""


class Box(NamedTuple):
    """An answer at its place. first, last: the rows of the ends that it leads to."""

    way: tuple[str, ...]
    first: int
    last: int

    @property
    def middle(self) -> float:
        return TOP + ROW * (self.first + self.last + 1) / 2

    @property
    def left(self) -> int:
        return COLUMNS[len(self.way) - 1][0]

    @property
    def right(self) -> int:
        return sum(COLUMNS[len(self.way) - 1])


def boxes() -> list[Box]:
    """Every answer, in the order of the ends."""
    ways = dict.fromkeys(one.way[: depth + 1] for one in LEAVES for depth in range(len(one.way)))
    found = []
    for way in ways:
        rows = [row for row, one in enumerate(LEAVES) if one.way[: len(way)] == way]
        found.append(Box(way, rows[0], rows[-1]))
    return found


def svg(tree: DecisionTree) -> str:
    """The tree as one `<svg>` element, with a title and a description for those who do not see it."""
    height = TOP + ROW * len(LEAVES) + 6
    described = " ".join(f"{', '.join(one.way)}: {one.layer} ({one.look})." for one in LEAVES)
    key = "tree" if tree.found is None else f"tree{LEAVES.index(tree.found)}"  # ids are the page's
    shown = f'width="{SHOWN}" height="{height * SHOWN / WIDTH:.0f}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {shown} role="img" '
        f'aria-labelledby="{key}-t {key}-d" font-family="{FONTS}" font-size="13" fill="currentColor">'
    )
    words = (
        f'<title id="{key}-t">From the answer to the layer</title>'
        f'<desc id="{key}-d">{escape(described)}</desc>'
    )
    return "\n".join([head, words, *_questions(), *_boxes(tree.found), *_ends(tree.found), "</svg>"])


def _questions() -> Iterator[str]:
    for said, (left, _) in zip(QUESTIONS, COLUMNS, strict=True):
        yield f'<text x="{left}" y="20" font-weight="700">{said}</text>'
    yield f'<text x="{ENDS}" y="20" font-weight="700">so look at</text>'


def _boxes(found: Leaf | None) -> Iterator[str]:
    there = {one.way: one for one in boxes()}
    last = () if found is None else [found.way[: depth + 1] for depth in range(len(found.way))]
    for way, box in sorted(there.items(), key=lambda pair: pair[0] in last):  # what is on the way lies on top
        on_way = way in last
        yield _dimmed(found is not None and not on_way)
        if len(way) > 1:
            yield _elbow(there[way[:-1]].right, there[way[:-1]].middle, box.left, box.middle, on_way)
        edge = f'stroke="{VERMILLION}" stroke-width="3"' if on_way else f'stroke="{BLUE}" stroke-width="1.5"'
        width = box.right - box.left
        yield (
            f'<rect x="{box.left}" y="{box.middle - BOX / 2:g}" width="{width}" height="{BOX}" rx="6" '
            f'fill="{BLUE}" fill-opacity="0.09" {edge}/>'
        )
        weight = ' font-weight="700"' if on_way else ""
        yield (
            f'<text x="{box.left + width / 2:g}" y="{box.middle + 4.5:g}" text-anchor="middle"{weight}>'
            f"{escape(way[-1])}</text></g>"
        )


def _ends(found: Leaf | None) -> Iterator[str]:
    there = {one.way: one for one in boxes()}
    for row, one in enumerate(LEAVES):
        middle, on_way = TOP + ROW * (row + 0.5), one == found
        yield _dimmed(found is not None and not on_way)
        yield _elbow(there[one.way].right, middle, ENDS - 8, middle, on_way)
        colour = VERMILLION if on_way else GREEN
        yield f'<path d="M{ENDS - 9} {middle - 18:g}V{middle + 18:g}" stroke="{colour}" stroke-width="4"/>'
        yield f'<text x="{ENDS}" y="{middle - 4:g}" font-weight="700">{escape(one.layer)}</text>'
        if one.entry:
            yield (
                f'<text x="{WIDTH - 6}" y="{middle - 4:g}" text-anchor="end" font-size="11.5">'
                f"guide {escape(one.entry)}</text>"
            )
        mono = f' font-family="{MONO}"' if one.look.startswith(("aws", "curl", "get-export")) else ""
        yield f'<text x="{ENDS}" y="{middle + 13:g}" font-size="12"{mono}>{escape(one.look)}</text></g>'


def _dimmed(dim: bool) -> str:
    return f'<g opacity="{DIM}">' if dim else "<g>"


def _elbow(left: float, high: float, right: float, low: float, on_way: bool) -> str:
    """A line from one box to the next, with a step half-way."""
    half = right - 9
    stroke = (
        f'stroke="{VERMILLION}" stroke-width="3"' if on_way else 'stroke="currentColor" stroke-width="1.2"'
    )
    return f'<path d="M{left} {high:g}H{half}V{low:g}H{right}" fill="none" {stroke}/>'
