"""A scene in plain characters, from the client inwards, for terminals and screen readers."""

from __future__ import annotations

from collections.abc import Iterator

from workshop.picture.scene import Arrow, Box, Column, Scene

PATH = "client -> API Gateway -> Lambda -> DynamoDB"
LAYERS: tuple[Column, ...] = ("gateway", "lambda", "data")


def write(scene: Scene, prefix: str) -> str:
    """The scene as lines; `*` marks what is new since the picture before."""
    boxes = [box for layer in LAYERS for box in scene.column(layer)]
    width = max((len(box.kind) for box in boxes), default=0)
    lines = [f"What exists (names that begin with {prefix}): {PATH}"]
    for box in boxes:
        lines += _box(box, scene, width)
    lines.append(summary(scene, prefix))
    return "\n".join(lines)


def summary(scene: Scene, prefix: str) -> str:
    """One sentence or two: how much there is, what is new, what has gone."""
    count = len(scene.existing)
    parts = [f"{count} resources exist." if count != 1 else "1 resource exists."]
    if not count:
        parts = [f"Nothing with a name that begins with {prefix} exists."]
    if any(box.new or any(line.new for line in box.lines) for box in scene.boxes) or any(
        arrow.new for arrow in scene.arrows
    ):
        parts.append("* new since the picture before.")
    if scene.gone:
        parts.append(f"Gone since then: {', '.join(scene.gone)}.")
    return " ".join(parts)


def _box(box: Box, scene: Scene, width: int) -> Iterator[str]:
    mark = "*" if box.new else " "
    yield f"{mark} {box.kind:<{width}}  {box.name or '(not made yet)'}".rstrip()
    indent = " " * (width + 2)
    for line in box.lines:
        yield f"{'*' if line.new else ' '} {indent}{line.text}"
    for arrow in scene.arrows:
        if arrow.start == box.id and arrow.state != "planned":
            yield f"{'*' if arrow.new else ' '} {indent}{_arrow(arrow, scene)}"


def _arrow(arrow: Arrow, scene: Scene) -> str:
    end = next(box for box in scene.boxes if box.id == arrow.end)
    sign = "->" if arrow.state == "open" else "-x"
    facts = ", ".join(filter(None, (arrow.label, arrow.note)))
    return f"{sign} {end.kind} {end.name}" + (f" ({facts})" if facts else "")
