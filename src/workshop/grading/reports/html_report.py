"""The records as one page: who, which checks, and what many got wrong. It loads nothing and runs nothing.

What learners wrote stands in it as text only: all is escaped, and the page's own policy forbids scripts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from workshop.checking.reports import words
from workshop.grading.declared import Declared
from workshop.grading.record import STATES, Record, seen
from workshop.grading.reports.mistakes import DEPLOYMENT, Mistake, Tally, mistakes, tallies
from workshop.grading.reports.style import STYLE

COLOURS = {"passed": "good", "short": "bad", "stopped": "bad", "refused": "bad"}
MOST_MISTAKES = 40
LONGEST, SHORT = 1500, 140
"""Characters of a text at most, and of one in a table of all learners."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def as_text(records: Sequence[Record], declared: Declared, part: str) -> str:
    """The page. part: which part of a batch this is, in words, or empty."""
    title = "Graded submissions" + (f", {part}" if part else "")
    body = "\n".join(
        [
            f"<h1>{_text(title)}</h1>",
            *_head(records),
            *_learners(records, declared),
            *_mistakes(records),
            *_checks(records, declared),
            *_each(records),
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _head(records: Sequence[Record]) -> Iterable[str]:
    times = sorted(one.at for one in records if one.at)
    seconds = sum(one.use.get("processor_seconds", 0.0) for one in records)
    kinds = sorted({one.isolation for one in records if one.isolation})
    kept = {"bubblewrap": "isolated by bubblewrap", "limits": "bounded, not isolated"}
    said = ", ".join(kept[kind] for kind in kinds)
    if times:
        when = f"{_minute(times[0])} to {_minute(times[-1])} UTC"
        yield f'<p class="faint">{_text(f"{when} · {seconds:.0f} seconds of processor time · {said}")}</p>'
    counts = [(state, sum(one.state == state for one in records)) for state in STATES]
    items = [
        f'<li><b class="{_colour(state)}">{count}</b>{STATES[state][1]}</li>'
        for state, count in counts
        if count
    ]
    yield f'<ul class="counts">{"".join(items)}</ul>'


def _minute(at: str) -> str:
    """A time in ISO 8601 as people write it, to the minute."""
    return at[:16].replace("T", " ")


def _learners(records: Sequence[Record], declared: Declared) -> Iterable[str]:
    handed_in = {lab["lab"] for one in records for lab in one.labs}
    keys = [lab.key for lab in declared.labs if lab.key in handed_in]
    head = [
        "Submission",
        "State",
        "#Points",
        *(f"#Lab {int(key[:2])}" for key in keys),
        "#Seconds",
        "The first problem",
    ]
    rows = []
    for number, one in enumerate(records):
        points = {lab["lab"]: f"{lab['points']}/{lab['possible']}" for lab in one.labs}
        seconds = one.use.get("seconds")
        rows.append(
            [
                f'<th scope="row"><a href="#s{number}">{_text(one.name)}</a></th>',
                _state(one.state),
                _number(f"{one.points}/{one.possible}" if one.labs else "–"),
                *(_number(points.get(key, "–")) for key in keys),
                _number("–" if seconds is None else f"{seconds:.1f}"),
                f'<td class="text">{_text(one.first_problem, SHORT)}</td>',
            ]
        )
    yield "<h2>Learners</h2>"
    yield from _table("Each submission, with its points in all and by lab", head, rows)


def _mistakes(records: Sequence[Record]) -> Iterable[str]:
    found = mistakes(records)
    yield '<h2 id="mistakes">The commonest mistakes</h2>'
    if not found:
        yield "<p>None: no check has failed.</p>"
        return
    shown, most = found[:MOST_MISTAKES], len(found[0].learners)
    rows = [
        [
            f'<th scope="row">{_text(one.title)}<br><span class="faint">{_text(_place(one))}</span></th>',
            _number(str(len(one.learners))),
            f"<td>{_bar(len(one.learners) / most)}</td>",
            f'<td class="text">{_example(one)}</td>',
        ]
        for one in shown
    ]
    yield from _table(
        "How many made each mistake, and what the first of them was told",
        ["Check", "#Learners", "", "The message"],
        rows,
    )
    if len(found) > len(shown):
        yield f'<p class="faint">{len(found) - len(shown)} rarer ones are in report.json.</p>'


def _place(one: Mistake) -> str:
    return f"lab {int(one.lab[:2])}" + ("" if one.check == DEPLOYMENT else f", {one.check}")


def _example(one: Mistake) -> str:
    parts = dict(one.example)
    said = _text(parts.pop("saw"))
    terms = "".join(
        f"<dt>{_text(name.capitalize())}</dt><dd>{_text(text)}</dd>" for name, text in parts.items()
    )
    who = f"<dt>Who</dt><dd>{_text(', '.join(one.learners))}</dd>"
    return f"<details><summary>{said}</summary><dl>{terms}{who}</dl></details>"


def _checks(records: Sequence[Record], declared: Declared) -> Iterable[str]:
    yield '<h2 id="checks">Checks</h2>'
    for key, group in groupby(tallies(records, declared), key=lambda one: one.lab):
        rows = [_tally(one) for one in group]
        head = ["Check", "#Passed", "#Failed", "#Skipped", "#Other", "Failed or skipped"]
        yield from _table(f"Lab {int(key[:2])}: how each check ended, over all who handed it in", head, rows)


def _tally(one: Tally) -> list[str]:
    known = [one.outcomes.get(outcome, 0) for outcome in ("passed", "failed", "skipped")]
    other = one.count - sum(known)
    note = ", a stretch task" if one.stretch else ""
    name = f'{_text(one.title)}<br><span class="faint">{_text(one.check + note)}</span>'
    return [
        f'<th scope="row">{name}</th>',
        *(_number(str(count)) for count in (*known, other)),
        f"<td>{_bar((known[1] + known[2]) / one.count)}</td>",
    ]


def _each(records: Sequence[Record]) -> Iterable[str]:
    yield '<h2 id="each">Each submission</h2>'
    for number, one in enumerate(records):
        symbol, word, meaning = STATES[one.state]
        yield (
            f'<details id="s{number}"><summary><h3>{_text(one.name)}</h3> '
            f'<span class="state {_colour(one.state)}">{symbol} {word}</span>, '
            f"{one.points} of {one.possible} points</summary>"
        )
        yield f"<p>{_text(one.reason or meaning)}</p>"
        for lab in one.labs:
            if lab["deployment"]:
                told = f"{lab['deployment']['headline']}\n{lab['deployment']['text']}"
                yield f"<p>Lab {int(lab['lab'][:2])} cannot be deployed:</p><pre>{_text(told)}</pre>"
        yield from _not_passed(one)
        if one.log:
            yield f"<p>The last of its log:</p><pre>{_text(one.log)}</pre>"
        yield "</details>"


def _not_passed(one: Record) -> Iterable[str]:
    rest = [test for test in one.tests if test["outcome"] != "passed"]
    if one.tests:
        yield f"<p>{len(one.tests) - len(rest)} of {len(one.tests)} checks passed.</p>"
    if rest:
        head = ["Check", "Outcome", "What was seen", "Do next"]
        yield from _table(f"The other checks of {one.name}", head, [_test(test) for test in rest])


def _test(test: Mapping[str, Any]) -> list[str]:
    symbol, word = words.MARKS[test["outcome"]]
    name = f'{_text(test["name"])}<br><span class="faint">{_text(test["lab"])}, {_text(test["id"])}</span>'
    colour = {"failed": "bad", "error": "odd"}.get(test["outcome"], "")
    return [
        f'<th scope="row">{name}</th>',
        f'<td class="state {colour}">{symbol} {word.lower()}</td>',
        f'<td class="text">{_text(seen(test))}</td>',
        f'<td class="text">{_text(test["finding"]["next_step"] if test["finding"] else "")}</td>',
    ]


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """A table that can be scrolled by keyboard. Head: `#` begins that of numbers, an empty one is of bars."""
    yield f'<div class="scroll" tabindex="0" role="region" aria-label="{_text(caption)}"><table>'
    yield f"<caption>{_text(caption)}</caption><thead><tr>"
    for name in head:
        kind = ' class="number"' if name.startswith("#") else ""
        tag = f'<th scope="col"{kind}>{_text(name.lstrip("#"))}</th>' if name else "<td></td>"
        yield tag
    yield "</tr></thead><tbody>"
    yield from (f"<tr>{''.join(row)}</tr>" for row in rows)
    yield "</tbody></table></div>"


def _state(state: Any) -> str:
    symbol, word, _ = STATES[state]
    return f'<td class="state {_colour(state)}">{symbol} {word}</td>'


def _colour(state: str) -> str:
    return COLOURS.get(state, "odd")


def _number(text: str) -> str:
    return f'<td class="number">{_text(text)}</td>'


def _bar(share: float) -> str:
    return f'<span class="bar" aria-hidden="true"><span style="width: {100 * share:.0f}%"></span></span>'


def _text(text: str, longest: int = LONGEST) -> str:
    """Text that is nothing but text, cut where it is longer than `longest`."""
    plain = words.printable(text.encode("utf-8", "replace").decode())
    return escape(plain if len(plain) <= longest else f"{plain[: longest - 1]}…")
