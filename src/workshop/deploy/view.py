"""What is seen while CloudFormation works: a table that moves in a terminal, else a line a resource."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from workshop.deploy.events import Event

if TYPE_CHECKING:
    from rich.table import Table

Say = Callable[[str], object]
Shower = Callable[[list[Event]], None]


@dataclass
class Row:
    """One resource's newest state. began, changed: when CloudFormation says so."""

    logical_id: str
    kind: str
    status: str
    began: datetime
    changed: datetime

    @property
    def is_done(self) -> bool:
        return not self.status.endswith("_IN_PROGRESS")

    def seconds(self, more: float = 0.0) -> float:
        """How long it took, or has taken so far: `more` seconds since the newest event."""
        return (self.changed - self.began).total_seconds() + (0.0 if self.is_done else more)


class Rows:
    """The resources in the order in which their first events came."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def take(self, event: Event) -> Row:
        """The row of the event's resource, brought up to date."""
        row = self._rows.get(event.logical_id)
        if row is None or (row.is_done and event.status.endswith("_IN_PROGRESS")):
            row = Row(event.logical_id, event.kind, event.status, event.at, event.at)
        row.status, row.changed = event.status, event.at
        self._rows[event.logical_id] = row
        return row


def line(row: Row) -> str:
    """A row as plain text."""
    return f"  {row.logical_id:<24} {row.kind:<30} {row.status:<28} {row.seconds():6.1f} s"


@contextmanager
def watching(say: Say, in_terminal: bool) -> Iterator[Shower]:
    """Gives what shows events: a live table in a terminal, else a line for each resource that is done."""
    rows = Rows()
    if not in_terminal:
        yield lambda events: _say_done(rows, events, say)
        return
    from rich.console import Console
    from rich.live import Live

    news_at = time.monotonic()

    def show(events: list[Event]) -> None:
        nonlocal news_at
        if events:
            news_at = time.monotonic()
        for event in events:
            rows.take(event)

    with Live(get_renderable=lambda: table(rows, time.monotonic() - news_at), console=Console()):
        yield show


def _say_done(rows: Rows, events: list[Event], say: Say) -> None:
    for event in events:
        row = rows.take(event)
        if row.is_done:
            say(line(row))


def table(rows: Rows, more: float) -> Table:
    """The rows as rich draws them; `more`: seconds since the newest event."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE)
    for name in ("resource", "type", "status"):
        drawn.add_column(name)
    drawn.add_column("seconds", justify="right")
    for row in rows:
        colour = "red" if "FAILED" in row.status or "ROLLBACK" in row.status else "yellow"
        if row.is_done and colour == "yellow":
            colour = "green"
        drawn.add_row(row.logical_id, row.kind, Text(row.status, style=colour), f"{row.seconds(more):.1f}")
    return drawn
