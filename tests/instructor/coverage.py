"""The page that says where each key point is explained, seen, done and checked.

python -m tests.instructor.coverage        writes docs/instructor/coverage.md anew
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from tests.instructor.labs import Layer, layers
from tests.repository.sources import ROOT

POINTS = Path(__file__).with_name("coverage.toml")
PAGE = ROOT / "docs" / "instructor" / "coverage.md"

_HEAD = """# Where each key point is taught

<!-- Written by `python -m tests.instructor.coverage`; do not edit. -->

The workshop follows a guide of layers and key points. Each is *explained* on a page of this guide, *seen*
in a notebook, in cells that probe it, *done* in a task of a lab, and *checked*: an answer that misses it does
not pass. Tests hold that all these places exist, and that the tasks name their points.

"""


@dataclass(frozen=True)
class Point:
    """One key point. seen: words of code cells; checked: ids of checks."""

    number: str
    point: str
    seen: list[str] = field(repr=False)
    checked: list[str] = field(repr=False)


def points(file: Path = POINTS) -> list[Point]:
    """The key points of the layers that have a lab."""
    return [Point(number, **told) for number, told in tomllib.loads(file.read_text("utf-8")).items()]


def page(of: list[Point] | None = None) -> str:
    """The page, whole. Raises Missing for a place that does not exist."""
    there = layers()
    parts = [_HEAD]
    for number, layer in there.items():
        mine = [point for point in (of or points()) if point.number.partition(".")[0] == number]
        parts.append(f"## {layer.lab.number} · {layer.lab.title}\n\n")
        parts.append("| Key point | Explained | Seen | Done | Checked |\n|---|---|---|---|---|\n")
        parts += [row(layer, point) for point in mine]
        parts.append("\n")
    return "".join(parts).rstrip("\n") + "\n"


def row(layer: Layer, point: Point) -> str:
    """One line of a layer's table."""
    explained = layer.only_heading(point.number)
    page = f"../layers/{layer.page.name}"
    notebook = f"../notebooks/{layer.lab.notebook.name}"
    tasks = "; ".join(one.partition(" (key point")[0] for one in layer.tasks(point.number))
    checks = [f"[`{one.id}`]({page}#{one.id})" for one in layer.named_checks(point.checked)]
    columns = (
        f"**{point.number}** {point.point}",
        f"[{explained.text}]({page}#{explained.anchor})",
        f"[notebook {layer.lab.number}]({notebook}): {'; '.join(layer.sections(point.seen))}",
        f"lab {layer.lab.number}: {tasks}",
        ", ".join(checks),
    )
    return f"| {' | '.join(columns)} |\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
