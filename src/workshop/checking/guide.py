"""Where the guide explains a check."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PAGES = Path("docs") / "layers"
ADDRESS = "http://127.0.0.1:8000"
"""Where `workshop start` serves the guide, unless that port is taken."""


@dataclass(frozen=True)
class Place:
    """A place in the guide. file: from the clone's folder on, with the anchor. url: while it is served."""

    file: str
    url: str


def place(clone: Path, guide: str) -> Place | None:
    """The place that `dynamodb#partition-key` names; None if the guide has no such page.

    This is a read-only operation.
    """
    name, _, anchor = guide.partition("#")
    page = next((clone / PAGES).glob(f"[0-9]-{name}.md"), None)
    if page is None:
        return None
    return Place(f"{(PAGES / page.name).as_posix()}#{anchor}", f"{ADDRESS}/layers/{page.stem}/#{anchor}")
