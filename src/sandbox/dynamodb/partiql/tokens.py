"""A PartiQL statement in tokens, and the literals among them as attribute values.

Source: Developer Guide *PartiQL - a SQL-compatible query language for Amazon DynamoDB*, *Data types*.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sandbox.dynamodb.model import AttributeValue
from sandbox.dynamodb.requests.words import invalid
from sandbox.errors import AwsError

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")*")
    |(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<word>[A-Za-z_]\w*)
    |(?P<symbol><<|>>|<>|<=|>=|!=|[=<>()\[\]{},.:*?+-]))""",
    re.X,
)
_KIND_OF_SET = {"S": "SS", "N": "NS"}
_CLOSING = {"{": "}", "[": "]", "<<": ">>"}


@dataclass(frozen=True)
class Token:
    """kind: `string`, `quoted` (a name), `number`, `word` or `symbol`. text: without its quotes."""

    kind: str
    text: str

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.upper() in words

    def is_symbol(self, *symbols: str) -> bool:
        return self.kind == "symbol" and self.text in symbols


END = Token("end", "end of the statement")


def tokens_of(statement: str) -> list[Token]:
    """All tokens. Raises AwsError(ValidationException)."""
    found: list[Token] = []
    at, text = 0, statement.strip().removesuffix(";").rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise malformed(f"Unexpected character at {at + 1}")
        kind, content = match.lastgroup, match[match.lastgroup]
        if kind in ("string", "quoted"):
            quote = content[0]
            content = content[1:-1].replace(quote * 2, quote)
        found.append(Token(kind, content))
        at = match.end()
    return found


def malformed(why: str) -> AwsError:
    """The refusal of a statement that cannot be read."""
    return invalid(f"Statement wasn't well formed, can't be processed: {why}")


class Reader:
    """Reads tokens one after the other. parameters: what stands for each `?`."""

    def __init__(self, tokens: list[Token], parameters: list[AttributeValue]) -> None:
        self._tokens = tokens
        self._parameters = parameters
        self._at = 0
        self.used = 0

    @property
    def here(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else END

    def at_function(self, names: tuple[str, ...]) -> bool:
        """Whether the name of a function comes, and its parenthesis; attributes may be called the same."""
        after = self._tokens[self._at + 1 : self._at + 2]
        return self.here.is_word(*names) and bool(after) and after[0].is_symbol("(")

    def next(self) -> Token:
        token = self.here
        self._at += 1
        return token

    def skip_word(self, word: str) -> bool:
        if self.here.is_word(word):
            self._at += 1
            return True
        return False

    def skip(self, symbol: str) -> bool:
        if self.here.is_symbol(symbol):
            self._at += 1
            return True
        return False

    def expect_word(self, word: str) -> None:
        if not self.skip_word(word):
            raise malformed(f"Expected {word}, found {self.here.text}")

    def expect(self, symbol: str) -> None:
        if not self.skip(symbol):
            raise malformed(f"Expected {symbol}, found {self.here.text}")

    def name(self) -> str:
        token = self.next()
        if token.kind not in ("word", "quoted"):
            raise malformed(f"Expected a name, found {token.text}")
        return token.text

    def path(self) -> list[str | int]:
        """`a.b[0]` as ["a", "b", 0]."""
        parts: list[str | int] = [self.name()]
        while True:
            if self.skip("."):
                parts.append(self.name())
            elif self.skip("["):
                parts.append(int(self.next().text))
                self.expect("]")
            else:
                return parts

    def at_literal(self) -> bool:
        token = self.here
        return (
            token.kind in ("string", "number")
            or token.is_symbol("?", "{", "[", "<<")
            or token.is_word("TRUE", "FALSE", "NULL")
        )

    def literal(self) -> AttributeValue:
        """A value. Raises AwsError(ValidationException)."""
        token = self.next()
        if token.kind == "string":
            return {"S": token.text}
        if token.kind == "number":
            return {"N": token.text}
        if token.is_symbol("?"):
            return self._parameter()
        if token.is_word("TRUE", "FALSE"):
            return {"BOOL": token.is_word("TRUE")}
        if token.is_word("NULL"):
            return {"NULL": True}
        if token.is_symbol("{", "[", "<<"):
            return self._collection(token.text)
        raise malformed(f"Expected a value, found {token.text}")

    def _parameter(self) -> AttributeValue:
        if self.used >= len(self._parameters):
            raise invalid("Number of parameters in request and statement don't match.")
        self.used += 1
        return self._parameters[self.used - 1]

    def _collection(self, opening: str) -> AttributeValue:
        entries: list[tuple[str, AttributeValue]] = []
        while not self.skip(_CLOSING[opening]):
            if entries:
                self.expect(",")
            key = ""
            if opening == "{":
                key = self.next().text
                self.expect(":")
            entries.append((key, self.literal()))
        if opening == "{":
            return {"M": dict(entries)}
        values = [value for _, value in entries]
        return {"L": values} if opening == "[" else _set(values)


def _set(values: list[AttributeValue]) -> AttributeValue:
    kinds: set[Any] = {kind for value in values for kind in value}
    if len(kinds) != 1 or not kinds <= _KIND_OF_SET.keys():
        raise invalid("A set holds strings or numbers, of one kind")
    (kind,) = kinds
    return {_KIND_OF_SET[kind]: [value[kind] for value in values]}
