"""One element of a statement that does not fit a request, and what there is to be said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.iam.evaluate import Element
from sandbox.iam.letters import Compared
from sandbox.iam.patterns import LITERAL_MARK, LITERAL_STAR
from sandbox.iam.principal import Principal

MOST_NAMED = 4
"""Of a list in a sentence; the others are counted."""


@dataclass(frozen=True)
class Miss:
    """element: the one that misses. shape: how, as a word for programs.

    clause: how, for people; it goes on after "the statement …, but". do_next: a whole sentence.
    compared: the two texts, where letters tell.
    """

    element: Element
    shape: str
    clause: str
    do_next: str
    compared: Compared | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "element": self.element,
            "shape": self.shape,
            "text": self.clause,
            "do_next": self.do_next,
            "compared": self.compared.as_dict() if self.compared else None,
        }


def named(texts: Sequence[str], joined: str = "and") -> str:
    """A list as one says it, the first few by name.

    >>> named(["a", "b", "c"]), named([])
    ('a, b and c', 'nothing')
    """
    shown = [plain(text) for text in texts[:MOST_NAMED]]
    if len(texts) > len(shown):
        shown.append(f"{len(texts) - len(shown)} more")
    if len(shown) < 2:
        return shown[0] if shown else "nothing"
    return f"{', '.join(shown[:-1])} {joined} {shown[-1]}"


def plain(text: str) -> str:
    """A filled-in text as it is read: the wildcards that mean themselves are wildcards again."""
    return text.replace(LITERAL_STAR, "*").replace(LITERAL_MARK, "?")


def subject(who: Principal) -> str:
    """A principal in a sentence.

    >>> subject(Principal("service", "lambda.amazonaws.com"))
    'lambda.amazonaws.com'
    """
    if who.kind == "session":
        return f"role `{who.role_arn.rpartition('/')[2]}`"
    if who.kind == "user":
        return f"user `{who.arn.rpartition('/')[2]}`"
    if who.kind == "anonymous":
        return "whoever signs nothing"
    return f"the administrator of account {who.account}" if who.kind == "root" else who.arn
