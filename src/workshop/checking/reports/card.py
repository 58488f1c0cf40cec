"""The results in a notebook: an HTML card, and the same as text.

No script, no style sheet, nothing from outside: it stays readable in a saved notebook and on a static page.
Text takes the page's own colour, so it is right on light and dark themes; no meaning is in a colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from workshop.checking.finding import Call
from workshop.checking.guide import place
from workshop.checking.reports import terminal, words
from workshop.checking.results import CheckResult, LabResults, Outcome, Results

ACCENT: dict[Outcome, str] = {
    "passed": "#009E73",
    "failed": "#D55E00",
    "error": "#B06AB3",
    "skipped": "#808080",
    "not_shown": "#0087CC",
}
"""Stand out from white and from black by 3:1 (WCAG 2.2, 1.4.11); after the Okabe-Ito palette."""

SANS = "system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif"
MONO = "ui-monospace,'SF Mono',Menlo,'DejaVu Sans Mono',monospace"
BOX = f"font-family:{SANS};font-size:14px;line-height:1.45;max-width:60em;margin:4px 0 12px"
EDGE = "border:1px solid rgba(128,128,128,.5);border-left:6px solid {};border-radius:6px;padding:10px 14px"
CODE = (
    f"font-family:{MONO};font-size:12.5px;white-space:pre-wrap;overflow-wrap:anywhere;margin:4px 0 8px;"
    "padding:6px 8px;background:rgba(128,128,128,.14);color:inherit;border-radius:4px"
)
PLAIN = "font-size:inherit;line-height:inherit;color:inherit;background:none;border:none"
"""Notebooks and browsers give tables and links looks of their own, made for one theme."""
LINK = "color:inherit;text-decoration:underline"
CELL = f"{PLAIN};text-align:left;vertical-align:top;padding:1px 14px 1px 0"


@dataclass(frozen=True)
class Card:
    """Results that a notebook shows by themselves. log: where the tracebacks of errors were written."""

    results: Results
    clone: Path
    log: Path | None = None

    def _repr_html_(self) -> str:
        return "".join(_lab(lab, self) for lab in self.results.labs)

    def __repr__(self) -> str:
        return terminal.as_text(self.results, self.clone, self.log).rstrip()


def _lab(lab: LabResults, card: Card) -> str:
    return (
        f'<section style="{BOX};{EDGE.format(ACCENT[_worst(lab)])}" '
        f'aria-label="{escape(words.title(lab))}">{"".join(_parts(lab, card))}</section>'
    )


def _parts(lab: LabResults, card: Card) -> Iterator[str]:
    head = f"{words.title(lab)}: {words.verdict(lab)}. {words.points(lab)}."
    yield f"<div><strong>{escape(head)}</strong></div>"
    yield f'<div style="opacity:.75">checked at {escape(card.results.target)}</div>'
    if words.is_done(lab):
        yield "<div>Everything this lab asks for is there.</div>"
    first = lab.first_failure
    if first:
        yield _failure(first, card)
    if lab.broken or any(one.outcome == "error" for one in lab.checks):
        yield _errors(lab, card.log)
    for outcome, (_, word) in words.MARKS.items():
        others = [one for one in lab.core if one.outcome == outcome and one is not first]
        more = "more " if first in lab.core and outcome == "failed" else ""
        yield from _folded(outcome, f"{len(others)} {more}{word.lower()}", others)
    for one in lab.stretch:
        if one is not first:
            word = words.MARKS[one.outcome][1]
            yield from _folded(one.outcome, f"{word.lower()} (stretch task)", [one])


def _failure(one: CheckResult, card: Card) -> str:
    finding = one.finding
    if finding is None:
        return ""
    symbol, word = words.MARKS["failed"]
    stretch = " (stretch task)" if one.check.stretch else ""
    there = place(card.clone, one.check.guide)
    parts = [*finding.parts(), ("Hint:", f"%hint {one.lab.partition('-')[0].lstrip('0')} {one.id}")]
    rows = "".join(_row(label, escape(words.printable(text))) for label, text in parts)
    if there:
        rows += _row(
            "Read:",
            f'<a style="{LINK}" href="{escape(there.url)}">{escape(there.file)}</a>',
        )
    return (
        f'<div style="margin-top:8px"><strong style="color:{ACCENT["failed"]}">{symbol} {word}</strong> '
        f"{escape(one.check.statement)} <code>{escape(one.id)}</code>{stretch}</div>"
        f'<table style="{PLAIN};border-collapse:collapse;margin:4px 0"><tbody>{rows}</tbody></table>'
        + _looked_at(finding.evidence)
    )


def _row(label: str, html: str) -> str:
    return (
        f'<tr style="{PLAIN}"><th scope="row" style="{CELL};white-space:nowrap">{escape(label)}</th>'
        f'<td style="{CELL};white-space:pre-wrap">{html}</td></tr>'
    )


def _looked_at(evidence: tuple[Call, ...]) -> str:
    if not evidence:
        return ""
    calls = "".join(
        f'<pre style="{CODE}">'
        + escape(words.printable("\n".join(line.strip() for line in item.lines())))
        + "</pre>"
        for item in evidence
    )
    return f"<details><summary>Looked at: run it yourself</summary>{calls}</details>"


def _errors(lab: LabResults, log: Path | None) -> str:
    lines = [words.OUR_FAULT]
    if lab.broken:
        lines.append(f"The checks of this lab cannot be loaded: {words.last_line(lab.broken)}")
    lines += [f"The details are in {log}."] if log else []
    told = "<br>".join(escape(words.printable(line)) for line in [*lines, words.REPORT_IT])
    return f'<div style="margin-top:8px"><strong>{words.MARKS["error"][0]}</strong> {told}</div>'


def _folded(outcome: Outcome, title: str, checks: list[CheckResult]) -> Iterator[str]:
    if not checks:
        return
    symbol, _ = words.MARKS[outcome]
    entries = "".join(
        f"<li>{escape(one.check.statement)} <code>{escape(one.id)}</code>"
        + (f"<br>{escape(words.printable(one.message))}" if one.message else "")
        + "</li>"
        for one in checks
    )
    yield (
        f'<details style="margin-top:6px"{" open" if outcome == "error" else ""}><summary>'
        f'<strong style="color:{ACCENT[outcome]}">{symbol}</strong> {escape(title)}</summary>'
        f'<ul style="margin:4px 0 4px 20px">{entries}</ul></details>'
    )


def _worst(lab: LabResults) -> Outcome:
    if lab.broken:
        return "error"
    outcomes = {one.outcome for one in lab.core}
    order: tuple[Outcome, ...] = ("error", "failed", "skipped", "passed", "not_shown")
    return next((outcome for outcome in order if outcome in outcomes), "not_shown")
