"""All generated pages of the reference, by their files."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.reference import checks, commands, findings, settings
from tests.repository.sources import ROOT

FOLDER = ROOT / "docs" / "reference"
MAKERS: dict[str, Callable[[], str]] = {
    "cli.md": commands.page,
    "checks.md": checks.page,
    "settings.md": settings.page,
    **{f"findings/{name}": maker for name, maker in findings.makers().items()},
}
"""What makes each page, by its file below docs/reference/."""


@cache
def text(name: str) -> str:
    """What a file is to hold."""
    return MAKERS[name]()


def file(name: str) -> Path:
    return FOLDER / name
