"""The anatomy of an ARN: its six parts, named; and two of them side by side, letter by letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from sandbox.iam.letters import PARTS, Compared, carets, compare, compare_arns
from workshop.figures import page

_MEANS = {
    "arn": "the word every ARN begins with",
    "partition": "which AWS: aws, or aws-cn, aws-us-gov",
    "service": "whose resource it is",
    "region": "where it is; empty for services that are everywhere, such as IAM",
    "account": "whose it is; empty for S3's buckets, whose names are unique by themselves",
    "resource": "what it is: mostly its kind, then its name",
}
_EMPTY = "(empty)"


@dataclass(frozen=True, repr=False)
class Anatomy:
    """One ARN, or two compared. other: the second one, or "". Draws itself, and has a text form."""

    arn: str
    other: str

    @property
    def compared(self) -> Compared:
        """Both, with what differs; one ARN is compared with itself."""
        return compare_arns(self.arn, self.other or self.arn)

    @property
    def verdict(self) -> str:
        """One sentence on the two; "" for one alone."""
        if not self.other:
            return ""
        differing = self.compared.parts
        if not differing:
            return "The first names the second: no part differs."
        return f"They differ in: {', '.join(differing)}."

    def __repr__(self) -> str:
        lines = list(self._lines())
        return "\n".join([*lines, self.verdict] if self.verdict else lines)

    def _lines(self) -> Iterator[str]:
        compared = self.compared
        for text, marks in self._both(compared):
            yield text
            if marks:
                yield carets(text, marks)
        yield ""
        rows = [
            (name, one or _EMPTY, (two or _EMPTY) if self.other else "") for name, one, two in self._rows()
        ]
        first, second = (max(len(row[at]) for row in rows) for at in (1, 2))
        for name, one, two in rows:
            sign = "≠ " if name in compared.parts else "  "
            yield f"{sign}{name:<10} {one:<{first}}  {two:<{second}}  {_MEANS[name]}"

    def _both(self, compared: Compared) -> Iterator[tuple[str, tuple[tuple[int, int], ...]]]:
        yield self.arn, compared.wanted_marks
        if self.other:
            yield self.other, compared.given_marks

    def _rows(self) -> Iterator[tuple[str, str, str]]:
        second = _split(self.other) if self.other else [""] * len(PARTS)
        yield from zip(PARTS, _split(self.arn), second, strict=True)

    def _repr_html_(self) -> str:
        compared = self.compared
        whole = "".join(
            f'<div style="{page.CODE}">{page.marked(text, marks)}</div>'
            for text, marks in self._both(compared)
        )
        rows = "".join(
            self._html_row(name, one, two, name in compared.parts) for name, one, two in self._rows()
        )
        said = f"<div><strong>{escape(self.verdict)}</strong></div>" if self.verdict else ""
        colour = page.ORANGE if compared.parts else page.GREEN if self.other else page.BLUE
        return page.box(colour, "Anatomy of an ARN", whole + page.table(rows) + said)

    def _html_row(self, name: str, one: str, two: str, differs: bool) -> str:
        cells = [one, two] if self.other else [one]
        compared = compare(one, two) if differs else None
        marks = (compared.wanted_marks, compared.given_marks) if compared else ((), ())
        shown = "".join(
            f'<td style="{page.MONO_CELL}">{page.marked(text, spans) or "<i>empty</i>"}</td>'
            for text, spans in zip(cells, marks, strict=False)
        )
        means = escape(_MEANS[name])
        return (
            f'<tr style="{page.PLAIN}"><td style="{page.CELL}">{"≠" if differs else ""}</td>'
            f'<th scope="row" style="{page.CELL}">{name}</th>{shown}'
            f'<td style="{page.CELL};opacity:.75">{means}</td></tr>'
        )


def arn_anatomy(arn: str, other: str = "") -> Anatomy:
    """Takes an ARN apart; with another one, marks where they differ. The first may hold wildcards.

    Raises ValueError for a text that is no ARN.
    """
    for text in filter(None, (arn, other)):
        if len(_split(text)) != len(PARTS) or not text.startswith("arn:"):
            raise ValueError(f"{text!r} is no ARN: one begins with `arn:` and has six parts between colons")
    return Anatomy(arn, other)


def _split(arn: str) -> list[str]:
    return arn.split(":", len(PARTS) - 1)
