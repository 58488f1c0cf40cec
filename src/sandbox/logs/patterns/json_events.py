"""Patterns of JSON: `{ $.at.path = "/users*" && ($.status > 499 || $.error NOT EXISTS) }`.

Source: User Guide, *Using filter patterns to match terms in JSON log events*. A selector that leads to an
object, an array or nothing fits no comparison, not even !=.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from sandbox.logs.patterns import comparing, expressions
from sandbox.logs.patterns.comparing import Field
from sandbox.logs.patterns.scanner import Scanner, bad_pattern, bad_term, condition

MOST_WILDCARDS = 3
"""Selectors with a wildcard in one pattern; each may have one."""

_STEP = re.compile(r"""\.?\[(?:(\d{1,9})|(\*)|'([^']+)'|"([^"]+)")\]|\.(?:(\*)|([A-Za-z0-9_-]+))""")
_STATE = re.compile(r"(IS)\s+(NULL|TRUE|FALSE)\b|(NOT)\s+(EXISTS)\b")
_STATES = {"NULL": None, "TRUE": True, "FALSE": False}
_ANY = object()


class _Number(str):
    """A number of JSON, as it is written."""


@dataclass
class _Reading:
    """What has been read of a pattern. selectors: under their texts."""

    selectors: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    regexes: int = 0

    def atom(self, scanner: Scanner) -> Callable[[Any], bool]:
        steps = self._selector(scanner)
        state = scanner.take(_STATE)
        if state is None:
            comparison = comparing.read(scanner)
            self.regexes += comparison.is_regex
            return lambda event: any(
                comparison.holds(one) for one in map(_field, _found(event, steps)) if one is not None
            )
        if state[3]:
            return lambda event: not any(True for _ in _found(event, steps))
        wanted = _STATES[state[2]]
        return lambda event: any(value is wanted for value in _found(event, steps))

    def _selector(self, scanner: Scanner) -> tuple[Any, ...]:
        if not scanner.passes("$"):
            raise bad_pattern()
        began, steps = scanner.at - 1, []
        while (step := _STEP.match(scanner.text, scanner.at)) is not None:
            index, *names = step.groups()
            name = next((one for one in names if one), "")
            steps.append(int(index) if index else _ANY if name == "*" else name)
            scanner.at = step.end()
        end = scanner.text[scanner.at : scanner.at + 1]
        if not steps or end in (".", "[", '"', "'", "*", "$"):
            raise bad_term(scanner.text[began : scanner.at + len(end)] + scanner.text[scanner.at + 1 :][:1])
        if steps.count(_ANY) > 1:
            raise bad_pattern()
        self.selectors[scanner.text[began : scanner.at]] = tuple(steps)
        return tuple(steps)


def read(text: str) -> Callable[[str], dict[str, str] | None]:
    """The test of what stands between the braces. Raises AwsError."""
    reading, scanner = _Reading(), Scanner(text)
    holds: Callable[[Any], bool] = condition(scanner, reading.atom)
    wildcards = sum(_ANY in steps for steps in reading.selectors.values())
    if not scanner.ended():
        raise bad_term(scanner.text[scanner.at])
    if reading.regexes > expressions.MOST or wildcards > MOST_WILDCARDS:
        raise bad_pattern()

    def match(message: str) -> dict[str, str] | None:
        try:
            event = json.loads(message, parse_int=_Number, parse_float=_Number, parse_constant=_refuse)
        except (ValueError, RecursionError):
            return None
        if not isinstance(event, dict | list) or not holds(event):
            return None
        shown = {text: next(_fields(event, steps), None) for text, steps in reading.selectors.items()}
        return {text: one.text for text, one in shown.items() if one is not None}

    return match


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _fields(event: Any, steps: tuple[Any, ...]) -> Iterator[Field]:
    return (one for one in map(_field, _found(event, steps)) if one is not None)


def _field(value: Any) -> Field | None:
    """A text or a number; None for all else."""
    if not isinstance(value, str):
        return None
    return Field(str(value), comparing.number_of(value) if isinstance(value, _Number) else None)


def _found(event: Any, steps: tuple[Any, ...]) -> Iterator[Any]:
    """What a selector leads to: one value, or with a wildcard several."""
    for at, step in enumerate(steps):
        if step is _ANY:
            inside = event.values() if isinstance(event, dict) else event if isinstance(event, list) else ()
            for each in inside:
                yield from _found(each, steps[at + 1 :])
            return
        kind = list if isinstance(step, int) else dict
        if not isinstance(event, kind):
            return
        try:
            event = event[step]
        except (IndexError, KeyError):
            return
    yield event
