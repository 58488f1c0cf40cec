"""What all reports say in the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from workshop.checking.results import CheckResult, LabResults, Outcome

MARKS: Mapping[Outcome, tuple[str, str]] = {
    "passed": ("✔", "passed"),
    "failed": ("✘", "FAILED"),
    "skipped": ("–", "skipped"),
    "not_shown": ("○", "not shown here"),
    "error": ("!", "error"),
}
"""A symbol and a word for each outcome: neither needs a colour."""

OUR_FAULT = "The workshop's own fault, not yours: it counts neither for nor against you."
REPORT_IT = (
    "Do next: the same command again; if it ends like this again, then workshop preflight, and report "
    "what the log holds."
)


def title(lab: LabResults) -> str:
    """The head of a lab's report."""
    return f"Lab {lab.number} ({lab.key})"


def verdict(lab: LabResults) -> str:
    """How the core checks of a lab ended, in one line.

    >>> verdict(LabResults("01-dynamodb", ()))
    'no checks'
    """
    counts = Counter(one.outcome for one in lab.core)
    told = [f"{counts[outcome]} {word.lower()}" for outcome, (_, word) in MARKS.items() if counts[outcome]]
    return ", ".join(told) or "no checks"


def points(lab: LabResults) -> str:
    """The points of the core checks, and what stretch checks earned beside them."""
    said = f"{lab.points} of {lab.possible} points"
    extra = sum(one.check.points for one in lab.stretch if one.outcome == "passed")
    return f"{said}, and {extra} for stretch tasks" if extra else said


def hint_command(result: CheckResult) -> str:
    """What to type for a hint."""
    return f"workshop hint {result.lab.partition('-')[0].lstrip('0')} {result.id}"


def is_done(lab: LabResults) -> bool:
    """Whether nothing falls short, and everything that can be shown here was."""
    return bool(lab.core) and all(one.outcome in ("passed", "not_shown") for one in lab.core)


def printable(text: str) -> str:
    """Text of learners and of AWS without what would steer a terminal.

    >>> printable("red\\x1b[31m")
    'red�[31m'
    """
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "\ufffd" for sign in text)


def last_line(traceback: str) -> str:
    """What a traceback comes to.

    >>> last_line("Traceback\\nE   ImportError: no\\n")
    'ImportError: no'
    """
    lines = [line.removeprefix("E").strip() for line in traceback.strip().splitlines()]
    return next((line for line in reversed(lines) if line), "")
