"""Pictures taken one after the other: each marks what is new since the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workshop.picture.compose import compose
from workshop.picture.read import Reader
from workshop.picture.scene import PLAN, Scene
from workshop.picture.svg import draw
from workshop.picture.text import write


@dataclass(frozen=True, repr=False)
class Picture:
    """One picture: a drawing where HTML is shown, text elsewhere."""

    scene: Scene
    prefix: str

    def _repr_html_(self) -> str:
        return draw(self.scene, self.prefix)

    def __repr__(self) -> str:
        return write(self.scene, self.prefix)


class Album:
    """Takes pictures of what exists under a prefix.

    session: anything with boto3's `client(name)`. plan: what is drawn dashed while it is missing.
    """

    def __init__(self, session: Any, prefix: str, plan: Sequence[str] = PLAN) -> None:
        self._reader = Reader(session, prefix)
        self._prefix = prefix
        self._plan = plan
        self._last: Scene | None = None

    def picture(self) -> Picture:
        """Looks at the running system, changes nothing, and shows what exists now."""
        self._last = compose(self._reader.look(), self._last, self._plan)
        return Picture(self._last, self._prefix)
