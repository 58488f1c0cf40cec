"""What is said while checks run, beside the output: a live line in a terminal, plain lines in a pipe."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from workshop.checking.grading import Began, CheckBegan, Event

if TYPE_CHECKING:
    from rich.console import Console

PATIENCE_SECONDS = 1.0
"""How long nothing needs to be said."""

BESIDE = 3
"""Columns of the sign that turns beside a live line."""

BEGINNING = "Please wait: the checks begin …"


class Live:
    """Says which check runs. Give it to run_checks as `on_event`, inside of a with statement.

    console: where it is said, standard error as a rule. A terminal gets one line that changes and goes
    in the end. A pipe gets a line every `patience` seconds, if there is anything new to say.
    """

    def __init__(self, console: Console, patience: float = PATIENCE_SECONDS) -> None:
        self._console = console
        self._patience = patience
        self._status = console.status(BEGINNING) if console.is_terminal else None
        self._now = BEGINNING
        self._count = 0
        self._over = threading.Event()
        self._speaker = threading.Thread(target=self._speak, daemon=True)

    def __enter__(self) -> Self:
        if self._status is not None:
            self._status.start()
        else:
            self._speaker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._status is not None:
            self._status.stop()
        else:
            self._speaker.join()

    def __call__(self, event: Event) -> None:
        """One event of the run."""
        if isinstance(event, Began):
            self._count = event.count
        elif isinstance(event, CheckBegan):
            self._now = f"Checking {event.number} of {self._count}: {event.check.statement} …"
            if self._status is not None:
                from rich.text import Text

                line = Text(self._now)
                line.truncate(self._console.width - BESIDE, overflow="ellipsis")
                self._status.update(line)

    def _speak(self) -> None:
        said = ""
        while not self._over.wait(self._patience):
            if self._now != said:
                said = self._now
                self._console.print(said, markup=False, highlight=False, soft_wrap=True)
