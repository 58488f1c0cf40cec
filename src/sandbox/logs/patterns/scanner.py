"""The text of a pattern, read from left to right, and the conditions that && and || join."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from sandbox.errors import AwsError
from sandbox.logs.faults import invalid

Subject = TypeVar("Subject")

_SPACE = re.compile(r"\s*")
_DEEPEST = 50
"""Parentheses in parentheses; a pattern has 1,024 characters at most."""


class Scanner:
    """A text, and where in it the reading is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def ended(self) -> bool:
        """Whether only white space is left."""
        self._skip()
        return self.at == len(self.text)

    def passes(self, symbol: str) -> bool:
        """Whether `symbol` comes next; it is passed if so."""
        self._skip()
        found = self.text.startswith(symbol, self.at)
        self.at += len(symbol) * found
        return found

    def sees(self, symbol: str) -> bool:
        """Whether `symbol` comes next."""
        self._skip()
        return self.text.startswith(symbol, self.at)

    def take(self, form: re.Pattern[str]) -> re.Match[str] | None:
        """What comes next where it has that form; it is passed."""
        self._skip()
        found = form.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def _skip(self) -> None:
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at


def bad_pattern() -> AwsError:
    """A pattern that cannot be read."""
    return invalid("Invalid filter pattern")


def bad_term(term: str) -> AwsError:
    """A term with characters that it may not have."""
    return invalid(f"Invalid character(s) in term '{term}'")


def condition(
    scanner: Scanner, atom: Callable[[Scanner], Callable[[Subject], bool]], depth: int = 0
) -> Callable[[Subject], bool]:
    """Atoms joined by && and ||, of which && binds closer, and parentheses. Raises AwsError."""
    either = [_both(scanner, atom, depth)]
    while scanner.passes("||"):
        either.append(_both(scanner, atom, depth))
    return either[0] if len(either) == 1 else lambda subject: any(test(subject) for test in either)


def _both(
    scanner: Scanner, atom: Callable[[Scanner], Callable[[Subject], bool]], depth: int
) -> Callable[[Subject], bool]:
    both = [_one(scanner, atom, depth)]
    while scanner.passes("&&"):
        both.append(_one(scanner, atom, depth))
    return both[0] if len(both) == 1 else lambda subject: all(test(subject) for test in both)


def _one(
    scanner: Scanner, atom: Callable[[Scanner], Callable[[Subject], bool]], depth: int
) -> Callable[[Subject], bool]:
    if not scanner.passes("("):
        return atom(scanner)
    if depth == _DEEPEST:
        raise bad_pattern()
    inside = condition(scanner, atom, depth + 1)
    if not scanner.passes(")"):
        raise bad_pattern()
    return inside
