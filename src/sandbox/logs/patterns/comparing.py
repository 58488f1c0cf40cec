"""`= 4*`, `!= "x"`, `>= 500`, `= %^4%`: what fields of JSON, and fields between spaces, are compared with.

Which comparisons hold was tried on AWS's TestMetricFilter by the tests of the Python package json_filter
(`test_equality_quoted`, `test_equality_unquoted`, `test_unmatched`, `test_invalid`); the rest is of the
User Guide, *Using filter patterns to match terms in JSON log events*.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.logs.patterns import expressions
from sandbox.logs.patterns.scanner import Scanner, bad_pattern, bad_term

NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?")

_SIGN = re.compile(r"!=|<=|>=|=|<|>")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_REGEX = re.compile(r"%([^%]*)%")
_BARE = re.compile(r"[^\s,(){}\[\]&|=<>!%]+")
_PLAIN = re.compile(r"[\w.*+-]+")
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Field:
    """What stands in a message. number: its value where it is a number."""

    text: str
    number: Decimal | None = None


@dataclass(frozen=True)
class Comparison:
    """is_regex: whether it counts among the expressions of its pattern."""

    holds: Callable[[Field], bool]
    is_regex: bool = False


def number_of(text: str) -> Decimal | None:
    """The number that a text writes; None where it writes none."""
    return Decimal(text) if NUMBER.fullmatch(text) else None


def read(scanner: Scanner) -> Comparison:
    """A sign and what comes after it. Raises AwsError."""
    found = scanner.take(_SIGN)
    if found is None:
        raise bad_pattern()
    sign = found[0]
    if sign in _ORDERS:
        return Comparison(_ordered(sign, scanner))
    expression = scanner.take(_REGEX)
    if expression is not None:
        equal = expressions.read(expression[1])
        return Comparison(lambda field: equal(field.text) is (sign == "="), is_regex=True)
    is_equal = _equal(scanner)
    return Comparison(lambda field: is_equal(field) is (sign == "="))


def _ordered(sign: str, scanner: Scanner) -> Callable[[Field], bool]:
    text, is_bare = _value(scanner)
    wanted = number_of(text) if is_bare else None
    if wanted is None:
        raise bad_term(f'"{text}"')
    return lambda field: field.number is not None and _ORDERS[sign](field.number, wanted)


def _equal(scanner: Scanner) -> Callable[[Field], bool]:
    """Numbers without quotation marks are compared as numbers where the field is one, all else as text."""
    text, is_bare = _value(scanner)
    wanted = number_of(text) if is_bare else None
    if wanted is not None:
        return lambda field: field.text == text if field.number is None else field.number == wanted
    if "*" in text:
        return lambda field: _fits(text.split("*"), field.text)
    return lambda field: field.text == text


def _value(scanner: Scanner) -> tuple[str, bool]:
    """A text, and whether it stands without quotation marks."""
    quoted = scanner.take(_QUOTED)
    if quoted is not None:
        return re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL), False
    bare = scanner.take(_BARE)
    if bare is None:
        raise bad_pattern()
    if not _PLAIN.fullmatch(bare[0]):
        raise bad_term(bare[0])
    return bare[0], True


def _fits(parts: list[str], text: str) -> bool:
    """Whether the parts, between which there may be anything, make up the text.

    AWS takes the first place of each part and no other: `*111.111` does not fit 111.111.111.111, while
    `*.111.111.111` does.
    """
    if not text.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:]:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return parts[-1] == "" or at == len(text)
