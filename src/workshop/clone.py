"""Where the clone is: the workshop is used from a clone, whose labs and notebooks are files people read."""

from __future__ import annotations

from pathlib import Path

from workshop.errors import Problem

SIGNS = ("pyproject.toml", "mkdocs.yml", "labs")


def clone_folder(start: Path = Path(__file__)) -> Path:
    """The folder of the clone that `start` lies in. Raises Problem outside of a clone."""
    for folder in start.resolve().parents:
        if all((folder / sign).exists() for sign in SIGNS):
            return folder
    raise Problem(
        f"the folders above {start}",
        f"none with {', '.join(SIGNS)} in it",
        "a clone of the workshop",
        "clone the repository, cd into it, then: make setup",
    )
