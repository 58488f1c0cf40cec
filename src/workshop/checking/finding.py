"""What a failed check says: what was seen, what was expected, why it matters, what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat

from workshop.checking.evidence import Evidence
from workshop.checking.http_call import HttpCall

Call = Evidence | HttpCall
"""What a finding relies on: a call to AWS, or an HTTP request."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be, in the learner's words.

    evidence: the calls the finding relies on. where: the file, or file and line, it is about.
    """

    saw: str
    expected: str
    why: str
    next_step: str
    evidence: tuple[Call, ...] = ()
    where: str = ""

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The finding as text, one labelled part after the other; the evidence comes last."""
        for label, text in self.parts():
            first = chain([f"{label:<10} "], repeat(" " * 11))
            yield from (head + line for head, line in zip(first, text.splitlines(), strict=False))
        for item in self.evidence:
            yield ""
            yield from item.lines()

    def parts(self) -> list[tuple[str, str]]:
        """Labels and texts, without the evidence; a part that was not given is left out."""
        named = [
            ("Where:", self.where),
            ("Saw:", self.saw),
            ("Expected:", self.expected),
            ("Why:", self.why),
            ("Do next:", self.next_step),
        ]
        return [(label, text) for label, text in named if text]


class CheckFailed(Exception):
    """Raised by `fail`: the check has seen what falls short."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding

    def __str__(self) -> str:
        return str(self.finding)


class NotShown(Exception):
    """Raised by `not_shown`: what the check is about does not show on this target."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
