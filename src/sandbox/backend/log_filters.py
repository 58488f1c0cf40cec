"""Filter patterns of CloudWatch Logs, in place of moto's, which let every event pass that it cannot judge.

    >>> matches('{ $.userId = "ada" && $.status >= 400 }', '{"userId": "ada", "status": 404}')
    True
    >>> matches("ERROR -timeout", "ERROR: timeout")
    False

Text: terms, "exact phrases", -terms to leave out, ?terms of which one is enough. JSON: comparisons of
fields, joined by && or by ||. All else that AWS knows (regular expressions, space-delimited patterns,
wildcards, !=, IS, EXISTS, parentheses) is refused by name. Source: CloudWatch Logs User Guide, *Filter
pattern syntax*.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from sandbox.errors import NotModelled

Test = Callable[[str], bool]

_TERM = re.compile(r'([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\w+))(?:\s+|$)')
_FIELD = r"\$((?:\.[A-Za-z_][\w-]*|\[\d+\])+)"
_COMPARISON = re.compile(
    rf'\s*{_FIELD}\s*(=|<=|>=|<|>)\s*(?:"((?:[^"\\*]|\\.)*)"|(-?\d+(?:\.\d+)?)|([A-Za-z]\w*))\s*'
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def matches(pattern: str, message: str) -> bool:
    """Whether a log event passes the filter. Raises NotModelled for a pattern that is not understood."""
    return parse(pattern)(message)


@cache
def install() -> None:
    """Let moto's FilterLogEvents ask here."""
    from moto.logs import models

    models.EventMessageFilter = _Filter  # type: ignore[assignment, attr-defined]


class _Filter:
    """What moto makes of a pattern for each event."""

    def __init__(self, pattern: str) -> None:
        self.matches = parse(pattern or "")


@cache
def parse(pattern: str) -> Test:
    """The test of a pattern. Raises NotModelled."""
    text = pattern.strip()
    if text.startswith("{") and text.endswith("}"):
        return _json(text[1:-1], pattern)
    return _text(text, pattern)


def _text(text: str, pattern: str) -> Test:
    terms: dict[str, list[str]] = {"": [], "-": [], "?": []}
    at = 0
    while at < len(text):
        found = _TERM.match(text, at)
        if found is None:
            raise _not_modelled(pattern)
        sign, phrase, word = found.groups()
        terms[sign].append(word or re.sub(r"\\(.)", r"\1", phrase))
        at = found.end()
    needed, excluded, optional = terms[""], terms["-"], terms["?"]
    if optional and (needed or excluded):
        raise _not_modelled(pattern)  # AWS then ignores some of them

    def test(message: str) -> bool:
        return (
            all(term in message for term in needed)
            and not any(term in message for term in excluded)
            and (not optional or any(term in message for term in optional))
        )

    return test


def _json(inside: str, pattern: str) -> Test:
    """Comparisons. Texts are equal to texts and numbers are compared with numbers, nothing else."""
    comparisons, joints, at = [], [], 0
    while True:
        found = _COMPARISON.match(inside, at)
        if found is None:
            raise _not_modelled(pattern)
        comparisons.append(_comparison(found, pattern))
        at = found.end()
        if at == len(inside):
            break
        joints.append(inside[at : at + 2])
        at += 2
    if not set(joints) <= {"&&", "||"} or len(set(joints)) > 1:
        raise _not_modelled(pattern)
    enough = any if "||" in joints else all

    def test(message: str) -> bool:
        try:
            event = json.loads(message)
        except ValueError:
            return False
        return enough(one(event) for one in comparisons)

    return test


def _comparison(found: re.Match[str], pattern: str) -> Callable[[Any], bool]:
    path, sign, phrase, number, word = found.groups()
    steps = [name or int(index) for name, index in re.findall(r"\.([\w-]+)|\[(\d+)\]", path)]
    wanted: Any = float(number) if number else word or re.sub(r"\\(.)", r"\1", phrase)
    if not number and (sign != "=" or word in ("IS", "NOT")):
        raise _not_modelled(pattern)
    kinds = (int, float) if number else str

    def test(event: Any) -> bool:
        for step in steps:
            kind = list if isinstance(step, int) else dict
            if not isinstance(event, kind):
                return False
            try:
                event = event[step]
            except (IndexError, KeyError):
                return False
        return isinstance(event, kinds) and not isinstance(event, bool) and _COMPARE[sign](event, wanted)

    return test


def _not_modelled(pattern: str) -> NotModelled:
    return NotModelled(
        f"the filter pattern {pattern}",
        'Terms, "exact phrases", -terms, ?terms and comparisons of JSON fields joined by && or || are.',
    )
