"""Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, `${*}`.

Source: IAM User Guide, *IAM policy elements: Variables and tags*.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sandbox.iam.patterns import literal

Context = Mapping[str, tuple[str, ...]]
"""What is known of a request: condition key in lower case → its values."""

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_WITH_DEFAULT = re.compile(r"([^,]+?)\s*,\s*'(.*)'\s*")


class Unresolved(Exception):
    """A variable has neither a value in the request nor a default."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def fill_in(text: str, context: Context) -> str:
    """`text` with its variables replaced; what is put in matches only itself. Raises Unresolved.

    A key with several values has none that could be put in.

    >>> fill_in("table/${aws:username}-${team, 'none'}", {"aws:username": ("ada",)})
    'table/ada-none'
    """
    return _VARIABLE.sub(lambda match: literal(_value(match[1], context)), text)


def names(text: str) -> list[str]:
    """The condition keys that the variables of `text` ask for, in lower case."""
    written = [_split(inner)[0] for inner in _VARIABLE.findall(text)]
    return [name.lower() for name in written if name not in ("*", "?", "$")]


def _value(inner: str, context: Context) -> str:
    if inner in ("*", "?", "$"):
        return inner
    name, default = _split(inner)
    values = context.get(name.lower(), ())
    if len(values) == 1:
        return values[0]
    if default is None:
        raise Unresolved(name)
    return default


def _split(inner: str) -> tuple[str, str | None]:
    match = _WITH_DEFAULT.fullmatch(inner)
    return (match[1].strip(), match[2]) if match else (inner.strip(), None)
