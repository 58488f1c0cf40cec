"""Where the statements of a policy document stand, in lines and columns as the policy simulator counts them.

A statement begins where the one before it ends, or after the bracket; it ends after its own brace. Source:
answers of SimulateCustomPolicy recorded by github.com/radkawar/stackd, testdata/aws/iam/simulation.json;
AWS CLI Command Reference, *simulate-custom-policy* (a Statement without brackets).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_DECODER = json.JSONDecoder()
_BLANKS = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class Position:
    """line and column count from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Span:
    """From where to where a statement reaches."""

    start: Position
    end: Position


@lru_cache(maxsize=256)
def spans(document: str) -> tuple[Span, ...]:
    """The spans of the statements of a document that is valid JSON, in their order."""
    at = _statement_value(document)
    if at is None:
        return ()
    if document[at] != "[":
        return (_span(document, at + 1, _end(document, at)),)
    return tuple(_elements(document, at + 1))


def _elements(document: str, begin: int) -> Iterator[Span]:
    start = begin
    while document[at := _skip(document, start)] != "]":
        at = _skip(document, at + 1) if document[at] == "," else at
        end = _end(document, at)
        yield _span(document, start, end)
        start = end


def _statement_value(document: str) -> int | None:
    """Where the value of the member Statement begins."""
    at = _skip(document, _skip(document, 0) + 1)
    while document[at] == '"':
        name, at = _DECODER.raw_decode(document, at)
        value = _skip(document, _skip(document, at) + 1)
        if name == "Statement":
            return value
        at = _skip(document, _end(document, value))
        at = _skip(document, at + 1) if document[at] == "," else at
    return None


def _end(document: str, at: int) -> int:
    return _DECODER.raw_decode(document, at)[1]


def _skip(document: str, at: int) -> int:
    found = _BLANKS.match(document, at)
    return found.end() if found else at


def _span(document: str, start: int, end: int) -> Span:
    return Span(_position(document, start), _position(document, end))


def _position(document: str, at: int) -> Position:
    return Position(document.count("\n", 0, at) + 1, at - document.rfind("\n", 0, at))
