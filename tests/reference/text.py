"""Texts of the program as Markdown."""

from __future__ import annotations

import re

GENERATED = "<!-- Written by `python -m tests.reference`; do not edit. -->"
SPECIAL = re.compile(r"([*<>\[\]#|]|(?<!\w)_|_(?!\w))")


def escaped(text: str) -> str:
    """Text that stays as it is in Markdown; what stands in `backquotes` is code, as it is in a terminal.

    >>> print(escaped("the *first* of `a*b`"))
    the \\*first\\* of `a*b`
    """
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backquote without its fellow is no code
        parts = ["`".join(parts).replace("`", "\\`")]
    return "`".join(part if number % 2 else SPECIAL.sub(r"\\\1", part) for number, part in enumerate(parts))


def listed(words: list[str]) -> str:
    """`a`, `b` and `c`.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def counted(number: int, one: str) -> str:
    """
    >>> counted(1, "point"), counted(2, "point")
    ('1 point', '2 points')
    """
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
