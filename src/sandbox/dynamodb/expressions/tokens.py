"""The text of an expression cut into tokens.

Source: the lexer that Amazon publishes with its DAX clients (`Tokens.g4`). Names begin with a letter; the
keywords are keywords in every kind of expression and in any case; what is left is a token of one character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from sandbox.dynamodb.expressions.faults import SyntaxFault

END = "<EOF>"
NAME, PLACEHOLDER, VALUE, INDEX, SYMBOL, UNKNOWN = (
    "name",
    "placeholder",
    "value",
    "index",
    "symbol",
    "unknown",
)
KEYWORDS = frozenset(("IN", "BETWEEN", "NOT", "AND", "OR", "SET", "ADD", "DELETE", "REMOVE"))

_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
      (?P<symbol><>|<=|>=|[=<>+\-(),.\[\]])
    | (?P<index>0|[1-9][0-9]*)
    | (?P<name>[A-Za-z][A-Za-z0-9_]*)
    | (?P<placeholder>\#[A-Za-z0-9_]+)
    | (?P<value>:[A-Za-z0-9_]+)
    | (?P<unknown>"(?:\\"|.)*?"|'(?:\\'|.)*?'|[^ \t\r\n])
    | (?P<end>\Z))""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """kind: a constant of this module, `end`, or the keyword itself. start, end: where it stands."""

    kind: str
    text: str
    start: int
    end: int


@dataclass
class Tokens:
    """The tokens of a text, and which of them is next."""

    text: str
    tokens: list[Token]
    position: int = 0

    @classmethod
    def of(cls, text: str) -> Tokens:
        """Cut `text`; the last token is its end."""
        return cls(text, [_token(found) for found in _TOKEN.finditer(text)])

    @property
    def kind(self) -> str:
        """The kind of the next token."""
        return self.tokens[self.position].kind

    @property
    def symbol(self) -> str:
        """The text of the next token where it is a symbol, else nothing."""
        token = self.tokens[self.position]
        return token.text if token.kind == SYMBOL else ""

    def take(self) -> str:
        """The text of the next token, which is passed."""
        token = self.tokens[self.position]
        self.position += 1
        return token.text

    def passes(self, symbol: str) -> bool:
        """Whether `symbol` comes next; it is passed if so."""
        if self.symbol != symbol:
            return False
        self.position += 1
        return True

    def expect(self, kind: str, symbol: str | None = None) -> str:
        """The text of the next token, which must be of this kind. Raises SyntaxFault."""
        token = self.tokens[self.position]
        if token.kind != kind or (symbol is not None and token.text != symbol):
            raise self.fault()
        self.position += 1
        return token.text

    def fault(self) -> SyntaxFault:
        """The next token is out of place: it is told with the token before and the one behind it.

        Recorded from AWS: `a-b` gives token "-", near "a-b"; `a = = b` gives token "=", near "= = b"; where
        the text ends too early, token "<EOF>" and the last token (floci-io/floci issue 1512;
        paritysuite/dynamodb-conformance deepRequests.test.ts and transactWriteItems.test.ts).
        """
        token = self.tokens[self.position]
        first = self.tokens[max(self.position - 1, 0)]
        last = self.tokens[min(self.position + 1, len(self.tokens) - 1)]
        return SyntaxFault(token.text or END, self.text[first.start : last.end].strip(" \t\r\n"))


def _token(found: re.Match[str]) -> Token:
    kind = found.lastgroup or "end"
    text = found[kind]
    if kind == NAME and text.upper() in KEYWORDS:
        kind = text.upper()
    return Token(kind, text, *found.span(found.lastgroup or "end"))
