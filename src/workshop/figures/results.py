"""What becomes of a function's results: the matrix of results × kinds of API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Literal, NamedTuple

from workshop.figures import page

Verdict = Literal["meant", "hidden", "refused"]

_WORDS: Mapping[Verdict, tuple[str, str]] = {
    "meant": ("✓", "as meant"),
    "hidden": ("!", "a success, but not what was meant"),
    "refused": ("✗", "an error"),
}
_COLOURS: Mapping[Verdict, str] = {"meant": page.GREEN, "hidden": page.PURPLE, "refused": page.ORANGE}
_KEY = "✓ what was meant · ✗ an error: you notice · ! a success, but not what was meant: the fault hides"


class Answer(NamedTuple):
    """What a client gets: the status, and the body as text."""

    status: int
    body: str


@dataclass(frozen=True)
class Result:
    """What a function did, in words, and what each kind of API made of it."""

    what: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True, repr=False)
class ResultMatrix:
    """meant: the answer that the function was written for."""

    results: tuple[Result, ...]
    meant: Answer

    def verdict(self, answer: Answer) -> Verdict:
        """Whether the client got what was meant, an error, or something else that looks like a success."""
        if answer == self.meant:
            return "meant"
        return "refused" if answer.status >= 400 else "hidden"

    def hidden(self, kind: str) -> int:
        """Of how many results that kind of API makes a success that was not meant."""
        return sum(self.verdict(one.answers[kind]) == "hidden" for one in self.results)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of API, in their order."""
        return tuple(self.results[0].answers)

    @property
    def summary(self) -> str:
        """The matrix in a sentence."""
        parts = [f"{kind}: {self.hidden(kind)}" for kind in self.kinds]
        return f"Of {len(self.results)} results these hide behind a success: {', '.join(parts)}"

    def __repr__(self) -> str:
        rows = [["", *self.kinds]]
        rows += [[one.what, *(self._words(one.answers[kind]) for kind in self.kinds)] for one in self.results]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        table = [
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        return "\n".join([f"{self.summary}.", *table, _KEY])

    def _words(self, answer: Answer) -> str:
        return f"{_WORDS[self.verdict(answer)][0]} {answer.status} {answer.body}".rstrip()

    def _repr_html_(self) -> str:
        top = "".join(
            f'<th scope="col" style="{page.CELL};white-space:nowrap">{escape(kind)}</th>'
            for kind in self.kinds
        )
        body = "".join(self._row(one) for one in self.results)
        return page.box(
            page.BLUE,
            self.summary,
            f"<div><strong>{escape(self.summary)}.</strong></div>"
            f'<table style="{page.PLAIN};border-collapse:separate;border-spacing:4px;margin:6px 0">'
            f'<thead><tr style="{page.PLAIN}"><td style="{page.CELL}"></td>{top}</tr></thead>'
            f"<tbody>{body}</tbody></table><div>{_KEY}</div>",
        )

    def _row(self, result: Result) -> str:
        cells = "".join(self._cell(result.answers[kind]) for kind in self.kinds)
        head = f'<th scope="row" style="{page.CELL};font-weight:400">{escape(result.what)}</th>'
        return f'<tr style="{page.PLAIN}">{head}{cells}</tr>'

    def _cell(self, answer: Answer) -> str:
        verdict = self.verdict(answer)
        symbol, words = _WORDS[verdict]
        style = (
            f"{page.PLAIN};border:1px solid {_COLOURS[verdict]};border-radius:4px;padding:3px 10px;"
            f"text-align:left;vertical-align:top;background:{_COLOURS[verdict]}26"
        )
        mono = f"font-family:{page.MONO};font-size:12px;overflow-wrap:anywhere"
        text = f'<strong>{symbol} {answer.status}</strong> <span style="{mono}">{escape(answer.body)}</span>'
        return f'<td title="{escape(words)}" style="{style}">{text}</td>'


def result_matrix(
    results: Iterable[tuple[str, Mapping[str, tuple[int, str]]]], meant: tuple[int, str]
) -> ResultMatrix:
    """The matrix of (what the function did, {kind of API: (status, body)}). meant: the right answer.

    Raises ValueError if there is no result, or if the kinds are not the same in each.
    """
    found = tuple(
        Result(what, {kind: Answer(*answer) for kind, answer in answers.items()}) for what, answers in results
    )
    kinds: list[Any] = [tuple(one.answers) for one in found]
    if not found or len(set(kinds)) > 1 or not kinds[0]:
        raise ValueError("a matrix needs one result or more, each with the answers of the same kinds of API")
    return ResultMatrix(found, Answer(*meant))
