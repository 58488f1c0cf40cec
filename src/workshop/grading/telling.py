"""What is seen while a batch runs: a bar in a terminal, a line for each submission in a pipe."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from workshop.checking.reports.words import printable
from workshop.grading.record import STATES, Record

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

LONGEST_PROBLEM = 100


class Telling:
    """Says how a batch goes on. Use it in a with statement; may be used by several threads.

    console: where it is said, standard error as a rule. count: submissions to grade; done: those that were
    graded before.
    """

    def __init__(self, console: Console, count: int, done: int) -> None:
        self._console = console
        self._stages: dict[str, str] = {}
        self._lock = threading.Lock()
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        if console.is_terminal:
            self._progress = _bar(console)
            self._task = self._progress.add_task("", total=count + done, completed=done, now="")

    def __enter__(self) -> Self:
        if self._progress is not None:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def stage(self, name: str, doing: str) -> None:
        """What is being done with a submission."""
        with self._lock:
            self._stages[name] = doing
            self._describe()

    def ended(self, record: Record) -> None:
        """A submission is graded."""
        with self._lock:
            self._stages.pop(record.name, None)
            self._console.print(line(record), markup=False, highlight=False, soft_wrap=True)
            if self._progress is not None and self._task is not None:
                self._progress.advance(self._task)
            self._describe()

    def _describe(self) -> None:
        if self._progress is not None and self._task is not None:
            told = " · ".join(f"{printable(name)}: {doing}" for name, doing in self._stages.items())
            self._progress.update(self._task, now=told)


def line(record: Record) -> str:
    """One submission in one line.

    >>> line(Record("ada", "passed"))
    '✔ ada  passed, 0 of 0 points'
    """
    symbol, word, _ = STATES[record.state]
    problem = printable(record.first_problem)
    short = problem if len(problem) <= LONGEST_PROBLEM else problem[: LONGEST_PROBLEM - 1] + "…"
    points = f"{record.points} of {record.possible} points"
    return f"{symbol} {printable(record.name)}  {word}, {points}" + (f"  {short}" if short else "")


def _bar(console: Console) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    now = TextColumn("{task.fields[now]}", markup=False)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), now)
    return Progress(*columns, console=console, transient=True)
