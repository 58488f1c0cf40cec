"""Patterns of fields between spaces: `[ip, user, ..., status_code = 4*, bytes > 1000]`.

Source: User Guide, *Using filter patterns to match terms in space-delimited log events*. What stands in
quotation marks or brackets is one field; `...` are any number of them. Without it the last field has the
rest of the line: AWS's own pattern for Lambda's logs is `[timestamp=*Z, request_id="*-*", event]`.
A condition may only name the field it stands at (awsdocs/amazon-cloudwatch-logs-user-guide issue 21).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.logs.patterns import comparing, expressions
from sandbox.logs.patterns.comparing import Field
from sandbox.logs.patterns.scanner import Scanner, bad_pattern, bad_term, condition

_NAME = re.compile(r"\w+")
_SIGNS = ("=", "!=", "<", ">")
_SPACE = re.compile(r"\s")


@dataclass
class _Place:
    """One field of a pattern: its name, and what it has to be."""

    name: str = ""
    holds: Callable[[Field], bool] | None = None
    regexes: int = 0

    def atom(self, scanner: Scanner) -> Callable[[Field], bool]:
        name = scanner.take(_NAME)
        if name is None or self.name not in ("", name[0]):
            raise bad_pattern()
        self.name = name[0]
        if not any(scanner.sees(sign) for sign in _SIGNS):
            return lambda field: True
        comparison = comparing.read(scanner)
        self.regexes += comparison.is_regex
        return comparison.holds


def read(text: str) -> Callable[[str], dict[str, str] | None]:
    """The test of what stands between the brackets. Raises AwsError."""
    before, after = _places(Scanner(text))
    places = [*before, *(after or ())]
    names = [place.name for place in places if place.name]
    if sum(place.regexes for place in places) > expressions.MOST or len(names) > len(set(names)):
        raise bad_pattern()

    def match(message: str) -> dict[str, str] | None:
        words = _words(message, len(before) if after is None else 0)
        if len(words) < len(places):
            return None
        gap = len(words) - len(places)
        over = [*before, *[_Place()] * gap, *(after or ())]
        for place, word in zip(over, words, strict=True):
            if place.holds is not None and not place.holds(Field(word, comparing.number_of(word))):
                return None
        pairs = zip(over, words, strict=True)
        return {f"${place.name or number}": word for number, (place, word) in enumerate(pairs, 1)}

    return match


def _places(scanner: Scanner) -> tuple[list[_Place], list[_Place] | None]:
    """The fields before and after the ellipsis; None where there is none."""
    before: list[_Place] = []
    after: list[_Place] | None = None
    if scanner.ended():
        return before, []
    while True:
        if scanner.passes("..."):
            if after is not None or not (scanner.ended() or scanner.sees(",")):
                raise bad_term(f"...{scanner.text[scanner.at :].split(',')[0].strip()}")
            after = []
        else:
            (before if after is None else after).append(_place(scanner))
        if scanner.ended():
            return before, after
        if not scanner.passes(","):
            raise bad_term(scanner.text[scanner.at])


def _place(scanner: Scanner) -> _Place:
    place = _Place()
    if not scanner.ended() and not scanner.sees(","):
        place.holds = condition(scanner, place.atom)
    return place


def _words(message: str, most: int) -> list[str]:
    """The fields of a message; the last of at most `most` has the rest. 0: as many as there are."""
    text, at = message.strip(), 0
    words: list[str] = []
    closings = {'"': '"', "[": "]"}
    while at < len(text):
        began, closing = at, closings.get(text[at])
        end = text.find(closing, at + 1) if closing else -1
        if closing and end < 0:
            del closings[text[at]]  # none is closed from here on
        if end < 0:
            space = _SPACE.search(text, at)
            word, at = (text[at : space.start()], space.start()) if space else (text[at:], len(text))
        else:
            word, at = text[at + 1 : end], end + 1
        if most and len(words) == most - 1 and at < len(text):
            return [*words, text[began:]]
        words.append(word)
        while at < len(text) and text[at].isspace():
            at += 1
    return words
