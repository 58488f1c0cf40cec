"""Where the boxes and arrows of a scene go. Pure functions; lengths in CSS pixels.

Four columns from the client to the table. Every arrow runs in right angles; between two columns each has
a lane of its own, the outer ones nearer to their ends, so that none of them cross on the usual path.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workshop.picture.scene import HEADINGS, Arrow, Box, Column, Scene

MARGIN = 8
TOP = 34
"""Room for the columns' headings."""
LINE = 17
PADDING = 10
HEAD = 44
"""Height of a box's kind and name."""
EMPTY = 50
"""Height of a box that is planned only."""
BETWEEN = 34
"""Between two boxes of a column; an arrow's label fits into it."""

WIDTHS: dict[Column, int] = {"client": 58, "gateway": 182, "lambda": 208, "data": 150}
GAPS: dict[Column, int] = {"client": 36, "gateway": 112, "lambda": 118, "data": 0}
"""What is free to the right of a column: its arrows' labels go there."""
LANE = 8


@dataclass(frozen=True)
class Rect:
    """A box's place."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def nearest(self, y: float) -> float:
        """The height on this box's side that is nearest to `y`."""
        return min(max(y, self.y + 16), self.bottom - 16)


@dataclass(frozen=True)
class Line:
    """An arrow's way through its corners; its label's left end and baseline. vertical: label beside it."""

    arrow: Arrow
    points: tuple[tuple[float, float], ...]
    label: tuple[float, float]
    vertical: bool = False


@dataclass(frozen=True)
class Layout:
    """All places."""

    width: float
    height: float
    boxes: dict[str, Rect]
    lines: tuple[Line, ...]
    headings: tuple[tuple[str, float], ...]


def arrange(scene: Scene) -> Layout:
    """The places of everything in the scene."""
    x = _columns(scene)
    boxes = _place_boxes(scene, x)
    lines = (*_vertical(scene, boxes), *_horizontal(scene, boxes))
    headings = tuple((text, x[column]) for column, text in HEADINGS.items())
    width = x["data"] + WIDTHS["data"] + MARGIN
    height = max(rect.bottom for rect in boxes.values()) + MARGIN
    return Layout(width, height, boxes, lines, headings)


def height_of(box: Box) -> int:
    """A box's height."""
    return HEAD + LINE * len(box.lines) + PADDING // 2 if box.exists and box.name else EMPTY


def _columns(scene: Scene) -> dict[Column, int]:
    """Where each column begins; functions that share their APIs need lanes beside the labels."""
    x, places = MARGIN, {}
    shared = len([a for a in scene.arrows if a.note]) - len({a.start for a in scene.arrows if a.note})
    for column, width in WIDTHS.items():
        places[column] = x
        x += width + GAPS[column] + (LANE * shared + LANE if shared and column == "gateway" else 0)
    return places


def _place_boxes(scene: Scene, x: dict[Column, int]) -> dict[str, Rect]:
    """The functions first; then each of the others as near as may be to what it is joined to."""
    places: dict[str, Rect] = {}
    for column in ("lambda", "gateway", "data", "client"):
        wishes = [(box, _wish(box, scene, places)) for box in scene.column(column)]
        places.update(_stack(wishes, x[column], WIDTHS[column]))
    lowest = min(rect.y for rect in places.values())
    return {key: Rect(rect.x, rect.y - lowest + TOP, rect.width, rect.height) for key, rect in places.items()}


def _wish(box: Box, scene: Scene, places: dict[str, Rect]) -> float | None:
    """The middle a box would like: that of the boxes it is joined to."""
    joined = {a.end for a in scene.arrows if a.start == box.id} | {
        a.start for a in scene.arrows if a.end == box.id
    }
    # A function that several APIs share pulls them all together: the first one in order decides.
    middles = [places[key].middle for key in places if key in joined]
    if not middles:
        return None
    return middles[0] if box.column == "gateway" else (min(middles) + max(middles)) / 2


def _stack(wishes: Iterable[tuple[Box, float | None]], x: float, width: float) -> dict[str, Rect]:
    places: dict[str, Rect] = {}
    free_from: float | None = None
    for box, wish in wishes:
        height = height_of(box)
        y = wish - height / 2 if wish is not None else (free_from or 0.0)
        y = y if free_from is None else max(y, free_from)
        places[box.id] = Rect(x, y, width, height)
        free_from = y + height + BETWEEN
    return places


def _vertical(scene: Scene, boxes: dict[str, Rect]) -> Iterable[Line]:
    for arrow in scene.arrows:
        start, end = boxes[arrow.start], boxes[arrow.end]
        if start.x != end.x:
            continue
        x = start.x + 28
        y1, y2 = (start.bottom, end.y) if start.y < end.y else (start.y, end.bottom)
        yield Line(arrow, ((x, y1), (x, y2)), (x + 8, (y1 + y2) / 2 + 4), vertical=True)


def _horizontal(scene: Scene, boxes: dict[str, Rect]) -> Iterable[Line]:
    columns = {box.id: box.column for box in scene.boxes}
    for column in HEADINGS:
        arrows = [
            a for a in scene.arrows if columns[a.start] == column and boxes[a.start].x != boxes[a.end].x
        ]
        yield from _between(arrows, boxes, label_first=column == "lambda")


def _between(arrows: list[Arrow], boxes: dict[str, Rect], label_first: bool) -> Iterable[Line]:
    """The arrows from one column to the next. label_first: the label stands before the lanes, else after."""
    entries = _entries(arrows, boxes)
    ways = [(a, boxes[a.start].nearest(y), y) for a, y in entries]
    # Lines that go down: the upper ones turn last; those that go up: the lower ones turn last.
    down = sorted((w for w in ways if w[2] > w[1] + 1), key=lambda w: -w[1])
    up = sorted((w for w in ways if w[2] < w[1] - 1), key=lambda w: w[1])
    turns = {id(w[0]): at for group in (down, up) for at, w in enumerate(group)}
    for arrow, y1, y2 in ways:
        start, end = boxes[arrow.start], boxes[arrow.end]
        lane = turns.get(id(arrow))
        if lane is None:
            points: tuple[tuple[float, float], ...] = ((start.right, y2), (end.x, y2))
        else:
            most = max(len(down), len(up)) - 1
            x = end.x - 16 - LANE * (most - lane) if label_first else start.right + 10 + LANE * lane
            points = ((start.right, y1), (x, y1), (x, y2), (end.x, y2))
        after = start.right + 6 + (0 if label_first or not turns else LANE * len(turns) + 4)
        yield Line(arrow, points, (after, (y1 if label_first else y2) - 6))


def _entries(arrows: list[Arrow], boxes: dict[str, Rect]) -> list[tuple[Arrow, float]]:
    """How high each arrow enters its box: evenly spread, in the order of where they come from."""
    found: list[tuple[Arrow, float]] = []
    for target in dict.fromkeys(arrow.end for arrow in arrows):
        rect = boxes[target]
        mine = sorted((a for a in arrows if a.end == target), key=lambda a: boxes[a.start].middle)
        for at, arrow in enumerate(mine, 1):
            found.append((arrow, rect.y + rect.height * at / (len(mine) + 1)))
    return found
