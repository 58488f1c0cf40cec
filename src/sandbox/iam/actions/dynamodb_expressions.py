"""Which attributes DynamoDB's expressions name, and which values they compare the key with.

Source: DynamoDB Developer Guide, *Using expressions in DynamoDB*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

_REMEMBERED = 1024
"""Expressions kept: a program sends the same few again and again."""

# A name that is neither an element of a path (`.city`), nor a value (`:v`), nor a function (`size(`).
_NAME = re.compile(r"(?<![\w.:#])(#?[A-Za-z_0-9]\w*)(?!\w|\s*\()")
_EQUALITY = re.compile(r"(#?\w+)\s*=\s*(:\w+)")
_WORDS = frozenset(["AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"])


def attributes(expression: Any, names: Any) -> Iterator[str]:
    """The top-level attributes that `expression` names, placeholders resolved by `names`.

    A placeholder that is not defined stands for itself: DynamoDB refuses it later.

    >>> list(attributes("SET #n = :n, address.city = :c REMOVE tags[0]", {"#n": "name"}))
    ['name', 'address', 'tags']
    """
    if isinstance(expression, str):
        for written in _written(expression):
            yield _resolved(written, names)


@lru_cache(maxsize=_REMEMBERED)
def _written(expression: str) -> tuple[str, ...]:
    found = (name for name in _NAME.findall(expression) if name.upper() not in _WORDS)
    return tuple(dict.fromkeys(name for name in found if not name.isdigit()))


@lru_cache(maxsize=_REMEMBERED)
def _equalities(expression: str) -> tuple[tuple[str, str], ...]:
    return tuple(_EQUALITY.findall(expression))


def equalities(expression: Any, names: Any, values: Any) -> Iterator[tuple[str, str]]:
    """Attributes and the values they have to be equal to.

    >>> list(equalities("#id = :id AND begins_with(sk, :p)", {"#id": "userId"}, {":id": {"S": "ada"}}))
    [('userId', 'ada')]
    """
    if not isinstance(expression, str) or not isinstance(values, Mapping):
        return
    for written, value in _equalities(expression):
        if value in values:
            yield _resolved(written, names), as_text(values[value])


def _resolved(written: str, names: Any) -> str:
    return str(names.get(written, written)) if isinstance(names, Mapping) else written


def as_text(value: Any) -> str:
    """An attribute value as a condition key has it: a string, a number, or base64.

    >>> as_text({"N": "7"})
    '7'
    """
    if not isinstance(value, Mapping):
        return str(value)
    return next((str(content) for content in value.values()), "")
