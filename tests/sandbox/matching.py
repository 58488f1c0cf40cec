"""Does a value fit what a case says of it? Values of cases are literals, patterns or words.

fits("uuid", "0b1c…")      fits("regex ^a+$", "aaa")      fits("{account}", …) after `fill`
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?")
_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}|aws)?:.+", re.S)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_epoch_ms(value: Any) -> bool:
    return re.fullmatch(r"1\d{12}", str(value)) is not None


def _is_lists(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(v, list) for v in value.values())


WORDS: dict[str, Callable[[Any], bool]] = {
    "present": lambda value: value not in (None, "", [], {}),
    "uuid": lambda value: _UUID.fullmatch(str(value)) is not None,
    "string": lambda value: isinstance(value, str),
    "string or null": lambda value: value is None or isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "number": _is_number,
    "int": _is_integer,
    "integer": _is_integer,
    "integer, milliseconds": lambda value: _is_integer(value) and _is_epoch_ms(value),
    "epoch ms": _is_epoch_ms,
    "ISO": lambda value: _ISO.fullmatch(str(value)) is not None,
    "arn": lambda value: _ARN.fullmatch(str(value)) is not None,
    "object": lambda value: isinstance(value, dict),
    "map": lambda value: isinstance(value, dict),
    "map or null": lambda value: value is None or isinstance(value, dict),
    "map of lists": _is_lists,
    "map of lists or null": lambda value: value is None or _is_lists(value),
}
"""Words that cases use for kinds of values."""


def fill(value: Any, values: Mapping[str, Any]) -> Any:
    """Put values in place of `{placeholders}`, through lists and maps too; others stay as they are."""
    if isinstance(value, str):
        for name, given in values.items():
            for spelling in (name, name.replace("_", "-")):
                value = value.replace("{" + spelling + "}", str(given))
        return value
    if isinstance(value, list):
        return [fill(item, values) for item in value]
    if isinstance(value, dict):
        return {key: fill(item, values) for key, item in value.items()}
    return value


def misfit(expected: Any, actual: Any, path: str, meanings: Mapping[str, Any]) -> str:
    """What is wrong with `actual`, or "" if it fits.

    meanings: what a case says in words, by path or by those words, as a value or a predicate.
    """
    told = meanings.get(path, meanings.get(expected) if isinstance(expected, str) else None)
    if callable(told):
        return "" if told(actual) else f"{path}: {actual!r} is not {expected!r}"
    if told is not None:
        return "" if actual == told else f"{path}: expected {told!r} ({expected}), saw {actual!r}"
    if isinstance(expected, dict):
        return _map_misfit(expected, actual, path, meanings)
    if isinstance(expected, str):
        if expected in WORDS:
            return (
                "" if WORDS[expected](actual) else f"{path}: expected a value that is {expected}: {actual!r}"
            )
        if expected.startswith("regex "):
            pattern = expected.removeprefix("regex ")
            found = isinstance(actual, str) and re.search(pattern, actual)
            return "" if found else f"{path}: {actual!r} does not match {pattern}"
    same = actual == expected and isinstance(actual, bool) == isinstance(expected, bool)
    return "" if same else f"{path}: expected {expected!r}, saw {actual!r}"


def _map_misfit(expected: dict[str, Any], actual: Any, path: str, meanings: Mapping[str, Any]) -> str:
    if not isinstance(actual, dict):
        return f"{path}: expected a map with {sorted(expected)}, saw {actual!r}"
    wrong = []
    for key, value in expected.items():
        where = f"{path}.{key}" if path else key
        found, there = look_up(actual, key)
        wrong.append(misfit(value, found, where, meanings) if there else f"{where}: is absent")
    return "; ".join(filter(None, wrong))


def look_up(document: Any, path: str) -> tuple[Any, bool]:
    """`(value, is there)` at a dotted path. A key that holds dots itself is found too."""
    if not isinstance(document, dict):
        return None, False
    if path in document:
        return document[path], True
    head, dot, rest = path.partition(".")
    while dot:
        if head in document:
            found = look_up(document[head], rest)
            if found[1]:
                return found
        more, dot, rest = rest.partition(".")
        head = f"{head}.{more}"
    return None, False


def loosely_same(expected: str, actual: str) -> bool:
    """Whether two texts say the same, as far as a second-hand source can tell.

    Letter case, blanks, and a full stop at the end do not count; JSON is compared by value; one text may
    hold the other and more, as long as the shorter is at least half of the longer.
    """
    try:
        return bool(json.loads(expected) == json.loads(actual))
    except ValueError:
        pass
    one, other = _plain(expected), _plain(actual)
    shorter, longer = sorted((one, other), key=len)
    return one == other or (shorter in longer and 2 * len(shorter) >= len(longer))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(".").casefold()
