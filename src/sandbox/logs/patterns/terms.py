"""Patterns of terms: words and "exact phrases", -terms to leave out, ?terms of which one is enough.

?terms beside other terms count for nothing (User Guide, *Using filter patterns to match terms in
unstructured log events*). Words have letters, digits and underscores; all else stands in quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox.errors import NotModelled
from sandbox.logs.patterns import expressions
from sandbox.logs.patterns.scanner import Scanner, bad_pattern, bad_term

_REGEX = re.compile(r"%([^%]*)%")
_PHRASE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_WORD = re.compile(r"\w+")


def read(text: str) -> Callable[[str], dict[str, str] | None]:
    """The test of a pattern of terms. Raises AwsError."""
    expression = _REGEX.fullmatch(text)
    test = expressions.read(expression[1]) if expression else _terms(Scanner(text))
    return lambda message: {} if test(message) else None


def _terms(scanner: Scanner) -> Callable[[str], bool]:
    terms: dict[str, list[str]] = {"": [], "-": [], "?": []}
    while not scanner.ended():
        sign = scanner.text[scanner.at] if scanner.text[scanner.at] in "-?" else ""
        scanner.at += len(sign)
        terms[sign].append(_term(scanner, sign))
    needed, excluded, enough = terms[""], terms["-"], terms["?"]
    if needed or excluded or not enough:
        return lambda message: (
            all(term in message for term in needed) and not any(term in message for term in excluded)
        )
    return lambda message: any(term in message for term in enough)


def _term(scanner: Scanner, sign: str) -> str:
    """The word or phrase right here."""
    following = scanner.text[scanner.at : scanner.at + 1]
    if not following or following.isspace():
        raise bad_term(sign)
    if following == "%":
        raise NotModelled("regular expressions beside other terms in a filter pattern")
    phrase = scanner.take(_PHRASE)
    if phrase is not None:
        return re.sub(r"\\(.)", r"\1", phrase[1], flags=re.DOTALL)
    if following == '"':
        raise bad_pattern()
    word = scanner.take(_WORD)
    end = scanner.text[scanner.at : scanner.at + 1]
    if word is None or (end and not end.isspace()):
        raise bad_term(end or following)
    return word[0]
