"""Two texts compared letter by letter; two ARNs part by part first.

    compared = compare_arns("arn:aws:dynamodb:us-east-1:1:table/users-tabel", asked)
    compared.parts                                  # ("resource",)
    carets(compared.wanted, compared.wanted_marks)  # a line of ^ to put below the text

Pure, and without any knowledge of policies: what an explanation and a notebook's figure show is worked
out here.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from sandbox.iam.patterns import wildcard_match

PARTS = ("arn", "partition", "service", "region", "account", "resource")
"""Of an ARN, between its first five colons."""

_ALIKE = 0.6
"""Below this share of common letters, letters are no help: the whole part is marked."""

_WILD = frozenset("*?")
Span = tuple[int, int]


@dataclass(frozen=True)
class Compared:
    """wanted: the policy's text, or its pattern. given: what the request has.

    The marks are spans, from and up to, of the letters that differ. parts: of two ARNs, the names of the
    parts that differ.
    """

    wanted: str
    given: str
    wanted_marks: tuple[Span, ...]
    given_marks: tuple[Span, ...]
    parts: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "wanted": self.wanted,
            "given": self.given,
            "wanted_marks": [list(span) for span in self.wanted_marks],
            "given_marks": [list(span) for span in self.given_marks],
            "parts": list(self.parts),
        }


def compare(wanted: str, given: str) -> Compared:
    """Two texts, the first of which may hold wildcards."""
    left, right = _marks(wanted, given)
    return Compared(wanted, given, left, right)


def compare_arns(wanted: str, given: str) -> Compared:
    """Two ARNs, each part with its like: a part that agrees holds no mark. Others are compared as texts."""
    ours, theirs = wanted.split(":", len(PARTS) - 1), given.split(":", len(PARTS) - 1)
    if len(ours) != len(PARTS) or len(theirs) != len(PARTS):
        return compare(wanted, given)
    left: list[Span] = []
    right: list[Span] = []
    differing: list[str] = []
    at = [0, 0]
    for name, mine, other in zip(PARTS, ours, theirs, strict=True):
        if not wildcard_match(mine, other):
            differing.append(name)
            marks = _marks(mine, other)
            left += _moved(marks[0], at[0])
            right += _moved(marks[1], at[1])
        at = [at[0] + len(mine) + 1, at[1] + len(other) + 1]
    return Compared(wanted, given, tuple(left), tuple(right), tuple(differing))


def closeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1: their common beginning and end. Quick, to choose by.

    >>> closeness("users-tabel", "users-table") > closeness("orders", "users-table")
    True
    """
    longest = max(len(one), len(other))
    if not longest:
        return 1.0
    start = len(common_start(one, other))
    rest = min(len(one), len(other)) - start
    end = len(common_start(one[::-1], other[::-1]))
    return (start + min(rest, end)) / longest


def common_start(one: str, other: str) -> str:
    """What both texts begin with."""
    both = zip(one, other, strict=False)
    length = next((at for at, (mine, its) in enumerate(both) if mine != its), min(len(one), len(other)))
    return one[:length]


def alike(one: str, other: str) -> float:
    """The share of common letters of two texts, from 0 to 1, as difflib counts it."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def carets(text: str, marks: tuple[Span, ...]) -> str:
    """A line that points at the marked letters of `text` from below; "" if there are none.

    >>> carets("tabel", ((3, 5),))
    '   ^^'
    """
    line = [" "] * len(text)
    for start, end in marks:
        line[start:end] = "^" * (end - start)
    return "".join(line).rstrip()


def _marks(wanted: str, given: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    if wildcard_match(wanted, given):
        return (), ()
    matcher = SequenceMatcher(None, wanted, given, autojunk=False)
    whole = (_span(0, len(wanted)), _span(0, len(given)))
    if matcher.ratio() < _ALIKE and not _WILD & set(wanted):
        return whole
    left: list[Span] = []
    right: list[Span] = []
    for a, b, c, d in _differences(matcher):
        if a < b and set(wanted[a:b]) <= _WILD:
            continue  # a wildcard stands for what is there
        left += _span(a, b)
        right += _span(c, d)
    return (tuple(left), tuple(right)) if left or right else whole


def _differences(matcher: SequenceMatcher[str]) -> list[tuple[int, int, int, int]]:
    """Where the texts differ, from and up to in both. Two letters that have changed places are both told."""
    found: list[tuple[int, int, int, int]] = []
    before = ""
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        if found and {before, kind} == {"insert", "delete"} and a - found[-1][1] == c - found[-1][3] == 1:
            start, _, other_start, _ = found.pop()
            a, c = start, other_start
        found.append((a, b, c, d))
        before = kind
    return found


def _span(start: int, end: int) -> tuple[Span, ...]:
    return ((start, end),) if start < end else ()


def _moved(spans: tuple[Span, ...], by: int) -> list[Span]:
    return [(start + by, end + by) for start, end in spans]
