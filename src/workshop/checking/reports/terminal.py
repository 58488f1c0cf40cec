"""The results for a terminal, or a pipe: the first failure in full, all else in a line each.

Symbols and words carry the meaning; colours only repeat it (they go where the terminal has none).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop.checking.guide import place
from workshop.checking.reports import words
from workshop.checking.results import CheckResult, LabResults, Results

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

STYLES = {"passed": "green", "failed": "bold red", "error": "bold magenta", "not_shown": "cyan"}
LINE_WIDTH = 110
LABEL_WIDTH = 11


def write(results: Results, console: Console, clone: Path, log: Path | None = None) -> None:
    """Prints the report. log: where the tracebacks of errors were written."""
    for lab in results.labs:
        _print(console, _lab(lab, results, clone, log))


def as_text(results: Results, clone: Path, log: Path | None = None, width: int = 100) -> str:
    """The report as plain text, for pipes."""
    from rich.console import Console

    page = io.StringIO()
    write(results, Console(file=page, width=width, no_color=True), clone, log)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines()) + "\n"


def _lab(lab: LabResults, results: Results, clone: Path, log: Path | None) -> Iterator[Any]:
    yield f"{words.title(lab)}, checked at {results.target}"
    yield ""
    yield _lines(lab.core)
    if lab.stretch:
        yield "\nStretch tasks (not part of the verdict)\n"
        yield _lines(lab.stretch)
    if lab.first_failure:
        yield ""
        yield from _failure(lab.first_failure, clone)
    if lab.broken or any(one.outcome == "error" for one in lab.checks):
        yield ""
        yield from _errors(lab, log)
    yield ""
    yield f"{words.title(lab)}: {words.verdict(lab)}. {words.points(lab)}."
    if words.is_done(lab):
        yield "Everything this lab asks for is there. What is next: workshop"


def _lines(checks: tuple[CheckResult, ...]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for one in checks:
        if one.outcome == "skipped":
            continue
        symbol, word = words.MARKS[one.outcome]
        line = Text(words.printable(one.check.statement))
        if one.message:
            line.append(f"\n{words.printable(one.message)}", "dim" if one.outcome != "failed" else "")
        grid.add_row(Text(f"  {symbol} {word}", STYLES.get(one.outcome, "")), line)
    skipped = [one for one in checks if one.outcome == "skipped"]
    for reason in dict.fromkeys(one.reason for one in skipped):
        same = [one.id for one in skipped if one.reason == reason]
        symbol, word = words.MARKS["skipped"]
        grid.add_row(f"  {symbol} {word}", Text(f"{', '.join(same)}: {reason}", "dim"))
    return grid


def _failure(result: CheckResult, clone: Path) -> Iterator[Any]:
    from rich.rule import Rule
    from rich.text import Text

    finding = result.finding
    if finding is None:
        return
    yield Rule(characters="─", style="dim")
    symbol, word = words.MARKS["failed"]
    name = f"({result.id}{', a stretch task' if result.check.stretch else ''})"
    yield Text(f"{symbol} {word}  {words.printable(result.check.statement)}  {name}", STYLES["failed"])
    yield ""
    yield _labelled(finding.parts())
    if finding.evidence:
        yield "\nLooked at (run it yourself):"
    for item in finding.evidence:
        yield ""
        yield from (_Unwrapped(words.printable(line)) for line in item.lines())
    yield ""
    yield _labelled(_help(result, clone))


def _help(result: CheckResult, clone: Path) -> list[tuple[str, str]]:
    there = place(clone, result.check.guide)
    read = [("Read:", f"{there.file} ({there.url} while workshop start runs)")] if there else []
    return [("Hint:", words.hint_command(result)), *read]


def _errors(lab: LabResults, log: Path | None) -> Iterator[Any]:
    from rich.text import Text

    yield Text(f"{words.MARKS['error'][0]} {words.OUR_FAULT}", STYLES["error"])
    if lab.broken:
        yield f"  The checks of this lab cannot be loaded: {words.last_line(lab.broken)}"
    for one in lab.checks:
        if one.outcome == "error":
            yield f"  {one.id}: {words.printable(one.message)}"
    if log:
        yield _Unwrapped(f"  The details are in {log}.")
    yield f"  {words.REPORT_IT}"


def _labelled(parts: list[tuple[str, str]]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=LABEL_WIDTH, no_wrap=True)
    grid.add_column()
    for label, text in parts:
        grid.add_row(Text(f"  {label}", "bold"), Text(words.printable(text)))
    return grid


class _Unwrapped(str):
    """A line to be copied: the terminal may wrap it, but no line break is put into it."""


def _print(console: Console, parts: Iterator[Any]) -> None:
    width = min(console.width, LINE_WIDTH)
    for part in parts:
        if isinstance(part, _Unwrapped):
            console.print(str(part), soft_wrap=True, markup=False, highlight=False)
        else:
            console.print(part, width=width, markup=False, highlight=False)
