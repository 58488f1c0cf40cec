"""Regular expressions between percent signs, in the few letters that CloudWatch Logs takes.

Source: CloudWatch Logs User Guide, *Supported regular expressions (regex) syntax*: alphanumeric characters,
`:_#=@/;,-`, the operators `^$?[]{}|\\*+.` and the classes \\d \\D \\s \\S \\w \\W \\xHH; no parentheses, no
multi-byte characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox.errors import NotModelled
from sandbox.logs.patterns.scanner import bad_pattern, bad_term

MOST = 2
"""Regular expressions in a pattern of fields."""
SECONDS = 1.0
"""How long one expression may search one message: `.*.*.*` in a long line would take hours."""

_LETTER = re.compile(
    r"[A-Za-z0-9:_#=@/;,\-^$?\[\]{}|*+.]|\\(?:[dDsSwW]|x[0-9A-Fa-f]{2}|[:_#=@/;,\-^$?\[\]{}|\\*+.])"
)


def read(text: str) -> Callable[[str], bool]:
    """Whether the expression is found in a message. Raises AwsError for what is not of its syntax."""
    import regex

    at = 0
    while at < len(text):
        letter = _LETTER.match(text, at)
        if letter is None:
            raise bad_term(text[at])
        at = letter.end()
    try:
        compiled = regex.compile(text, regex.ASCII)
    except regex.error as error:
        raise bad_pattern() from error

    def found(message: str) -> bool:
        try:
            return compiled.search(message, timeout=SECONDS) is not None
        except TimeoutError as error:
            what = (
                f"regular expressions that search one message for more than {SECONDS:.0f} second, as %{text}%"
            )
            raise NotModelled(what) from error

    return found
