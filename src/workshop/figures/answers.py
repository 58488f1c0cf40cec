"""Who answered what: requests × APIs, each with its status, said by the gateway or by the function."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Literal, NamedTuple

from workshop.figures import page

Speaker = Literal["gateway", "function"]

_SIGNS: dict[Speaker, str] = {"gateway": "▲", "function": "●"}
_COLOURS: dict[Speaker, str] = {"gateway": page.ORANGE, "function": page.GREEN}
_KEY = "▲ said by the gateway: the function did not run · ● said by the function"


class Answer(NamedTuple):
    """What one request got. words: the message in the body, or what else is worth a look. Text is text."""

    request: str
    api: str
    status: int
    words: str
    said_by: Speaker


@dataclass(frozen=True, repr=False)
class AnswerGrid:
    """A row for each request, a column for each API, in the order in which they came."""

    answers: tuple[Answer, ...]

    @property
    def requests(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.request for one in self.answers))

    @property
    def apis(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.api for one in self.answers))

    def at(self, request: str, api: str) -> Answer | None:
        """What the API answered; None if it was not asked."""
        return next((one for one in self.answers if (one.request, one.api) == (request, api)), None)

    @property
    def summary(self) -> str:
        """The grid in a sentence."""
        said = sum(one.said_by == "gateway" for one in self.answers)
        return (
            f"Of {len(self.answers)} answers the gateway gave {said}, the function {len(self.answers) - said}"
        )

    def __repr__(self) -> str:
        rows = [["", *self.apis]]
        rows += [
            [request, *(_words(self.at(request, api)) for api in self.apis)] for request in self.requests
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        table = [
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        return "\n".join([*table, _KEY, f"{self.summary}."])

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col" style="{page.CELL}">{escape(api)}</th>' for api in self.apis)
        rows = "".join(self._row(request) for request in self.requests)
        table = (
            f'<table style="{page.PLAIN};border-collapse:separate;border-spacing:4px;margin:6px 0">'
            f'<thead><tr style="{page.PLAIN}"><td style="{page.CELL}"></td>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )
        return page.box(page.BLUE, "Who answered what", f"{table}<div>{_KEY}</div><div>{self.summary}.</div>")

    def _row(self, request: str) -> str:
        cells = "".join(_cell(self.at(request, api)) for api in self.apis)
        head = f'<th scope="row" style="{page.MONO_CELL};font-weight:400">{escape(request)}</th>'
        return f'<tr style="{page.PLAIN}">{head}{cells}</tr>'


def answer_grid(answers: Iterable[tuple[str, str, int, str, Speaker]]) -> AnswerGrid:
    """Answers as (request, kind of API, status, words, "gateway" or "function").

    A request that comes twice for an API counts as it came last. ValueError if there are none.
    """
    found = {(one[0], one[1]): Answer(*one) for one in answers}
    if not found:
        raise ValueError("there are no answers to show")
    return AnswerGrid(tuple(found.values()))


def _words(answer: Answer | None) -> str:
    return f"{_SIGNS[answer.said_by]} {answer.status} {answer.words}".rstrip() if answer else ""


def _cell(answer: Answer | None) -> str:
    if answer is None:
        return f'<td style="{page.CELL}"></td>'
    colour = _COLOURS[answer.said_by]
    style = (
        f"{page.PLAIN};border:1px solid {colour};border-left-width:5px;border-radius:4px;padding:3px 10px;"
        f"text-align:left;background:{colour}26"
    )
    sign = _SIGNS[answer.said_by]
    return f'<td style="{style}"><strong>{sign} {answer.status}</strong> {escape(answer.words)}</td>'
