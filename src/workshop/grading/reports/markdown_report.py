"""The records as a Markdown table, for the summary page of a CI run."""

from __future__ import annotations

from collections.abc import Sequence

from workshop.checking.reports.markdown import cell
from workshop.grading.record import STATES, Record

LONGEST = 200


def as_text(records: Sequence[Record], part: str) -> str:
    """How many ended in which way, and a row for each. part: which part of a batch this is, or empty."""
    counts = {state: sum(one.state == state for one in records) for state in STATES}
    told = ", ".join(f"{count} {STATES[state][1]}" for state, count in counts.items() if count)
    title = "Graded submissions" + (f", {part}" if part else "")
    lines = [f"## {title}", "", f"{told or 'None'}.", ""]
    lines += ["| | Submission | Points | The first problem |", "|---|---|---:|---|"]
    lines += [_row(one) for one in records]
    return "\n".join(lines) + "\n"


def _row(one: Record) -> str:
    symbol, word, _ = STATES[one.state]
    problem = one.first_problem
    short = problem if len(problem) <= LONGEST else f"{problem[: LONGEST - 1]}…"
    return f"| {symbol} {word} | {cell(one.name)} | {one.points} of {one.possible} | {cell(short)} |"
