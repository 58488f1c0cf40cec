"""The results as Markdown, for the summary page of a CI run."""

from __future__ import annotations

import re

from workshop.checking.reports import words
from workshop.checking.results import CheckResult, LabResults, Results


def as_text(results: Results) -> str:
    """A table for each lab."""
    return "\n".join(_lab(lab) for lab in results.labs)


def _lab(lab: LabResults) -> str:
    lines = [f"## {words.title(lab)}", "", f"{words.verdict(lab)}. **{words.points(lab)}.**", ""]
    if lab.checks:
        lines += ["| | Check | Points | What was seen |", "|---|---|---|---|"]
        lines += [_row(one) for one in (*lab.core, *lab.stretch)]
    if lab.broken or any(one.outcome == "error" for one in lab.checks):
        lines += ["", words.OUR_FAULT]
    if lab.broken:
        lines += ["", f"The checks of this lab cannot be loaded: {cell(words.last_line(lab.broken))}"]
    return "\n".join(lines) + "\n"


def _row(one: CheckResult) -> str:
    symbol, word = words.MARKS[one.outcome]
    earned = one.check.points if one.outcome == "passed" else 0
    statement = f"{cell(one.check.statement)} ({'stretch, ' if one.check.stretch else ''}{one.id})"
    seen = cell(one.message)
    if one.finding:
        seen += f"<br>Expected: {cell(one.finding.expected)}<br>Do next: {cell(one.finding.next_step)}"
    return f"| {symbol} {word} | {statement} | {earned} of {one.check.points} | {seen} |"


def cell(text: str) -> str:
    """Text that is one cell: no line break, no bar, no HTML; what stands in backticks stays code.

    >>> cell("a|b\\n<c> *d* `e_f`")
    'a\\\\|b &lt;c> \\\\*d\\\\* `e_f`'
    """
    line = " ".join(words.printable(text).split())
    return "".join(
        part.replace("|", r"\|") if part.startswith("`") else _escaped(part)
        for part in re.split(r"(`[^`]+`)", line)
    )


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_|\[\]])", r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;"))
