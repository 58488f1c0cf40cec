"""The page that says how much is proven of each lab's graders; `python -m tests.graders` writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.graders.proving import LABS, messages_of
from tests.graders.submission import Submission, submissions
from tests.instructor.labs import checks
from tests.repository.sources import ROOT
from workshop.catalogue import HINTS, find_lab
from workshop.checking.declare import Check

PAGE = ROOT / "docs" / "instructor" / "graders.md"

_HEAD = """# What the graders prove

<!-- Written by `python -m tests.graders`; do not edit. -->

A check is worth what it tells apart. So tests hand in work of every kind, in both languages, deploy it and
grade it: the starter fails at its first task, the solution passes, a submission with *one mistake* fails
exactly the check that should name it, in words that name it, and a *right answer of another shape* passes.
Every check and every message is met at least once.

A mistake in what is deployed or answered, such as a template, counts for both languages; one in code for its
own.

"""
_COLUMNS = (
    *("lab", "minutes", "checks", "points", "hints", "messages"),
    *("mistakes", "Python", "Node.js", "right answers", "Python", "Node.js"),
)


def languages(found: Iterable[Submission]) -> Counter[str]:
    """How many count for each language; `all` is how many there are."""
    kinds = Counter(one.id.partition("-")[0] for one in found)
    either = sum(kinds.values()) - kinds["python"] - kinds["node"]
    return Counter(
        {"all": sum(kinds.values()), "python": kinds["python"] + either, "node": kinds["node"] + either}
    )


def page() -> str:
    """The page, whole."""
    rows = {lab: _counts(lab) for lab in LABS}
    lines = [_line(_COLUMNS), "|---" + "|---:" * (len(_COLUMNS) - 1) + "|"]
    lines += [_line((f"{find_lab(ROOT, lab).number} · {lab[3:]}", *counts)) for lab, counts in rows.items()]
    sums = [sum(column) for column in zip(*rows.values(), strict=True)]
    lines.append(_line(f"**{cell}**" for cell in ("all", *sums)))
    parts = [_HEAD, "\n".join(lines), "\n"]
    parts += [_checks_of(lab) for lab in LABS]
    return "".join(parts)


def _counts(lab: str) -> tuple[int, ...]:
    there = checks(lab)
    mistakes, right = (languages(submissions(kind, lab)) for kind in ("mistakes", "right"))
    return (
        find_lab(ROOT, lab).minutes,
        len(there),
        sum(one.points for one in there.values() if not one.stretch),
        HINTS * len(there),
        len(messages_of(lab)),
        *(mistakes[name] for name in ("all", "python", "node")),
        *(right[name] for name in ("all", "python", "node")),
    )


def _checks_of(lab: str) -> str:
    number, title = find_lab(ROOT, lab).number, find_lab(ROOT, lab).title
    named = Counter(mistake.check for mistake in submissions("mistakes", lab))
    rows = [_line(_check(lab, one, named[one.id])) for one in checks(lab).values()]
    head = [_line(("check", "points", "in the learner's words", "mistakes")), "|---|---:|---|---:|"]
    return "\n".join([f"\n## {number} · {title}\n", *head, *rows, ""])


def _check(lab: str, one: Check, mistakes: int) -> tuple[object, ...]:
    link = f"[`{one.id}`](../layers/{lab.lstrip('0')}.md#{one.id})"
    return link, "stretch" if one.stretch else one.points, one.statement, mistakes


def _line(cells: Iterable[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"
