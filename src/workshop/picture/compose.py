"""From a snapshot to the scene that shows it, and what is new in it. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workshop.picture.arrows import arrows_of
from workshop.picture.boxes import boxes_of
from workshop.picture.scene import PLAN, Box, Scene
from workshop.picture.snapshot import Snapshot


def compose(snapshot: Snapshot, before: Scene | None = None, plan: Sequence[str] = PLAN) -> Scene:
    """The scene of a snapshot. before: the scene shown last; without one nothing is marked as new.

    plan: which of PLAN to show dashed while there is none.
    """
    scene = Scene(boxes_of(snapshot, plan), ())
    scene = replace(scene, arrows=tuple(arrows_of(scene, snapshot)))
    return scene if before is None else _compare(scene, before)


def _compare(scene: Scene, before: Scene) -> Scene:
    """Marks what was not in the scene before; names what has gone."""
    then = {box.id: box for box in before.boxes if box.exists}
    boxes = tuple(_marked(box, then.get(box.id)) for box in scene.boxes)
    open_then = {(a.start, a.end) for a in before.arrows if a.state == "open"}
    arrows = tuple(
        replace(arrow, new=arrow.state == "open" and (arrow.start, arrow.end) not in open_then)
        for arrow in scene.arrows
    )
    now = {box.id for box in scene.boxes}
    gone = tuple(f"{box.kind} {box.name}" for box in then.values() if box.id not in now)
    return Scene(boxes, arrows, gone)


def _marked(box: Box, then: Box | None) -> Box:
    if not box.exists:
        return box
    if then is None:
        return replace(box, new=True)
    known = {line.text for line in then.lines}
    return replace(box, lines=tuple(replace(line, new=line.text not in known) for line in box.lines))
