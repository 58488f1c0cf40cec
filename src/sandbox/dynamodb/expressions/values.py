"""Attribute values compared as DynamoDB compares them: never across types, numbers by value, sets unordered.

Source: Developer Guide, *Comparison operator and function reference*.
"""

from __future__ import annotations

from base64 import b64decode
from decimal import Decimal
from typing import Any

from sandbox.dynamodb.model import AttributeValue

SCALARS = frozenset(("S", "N", "B"))
SETS = frozenset(("SS", "NS", "BS"))


def kind_of(value: AttributeValue) -> str:
    """Its type: `S`, `N`, `B`, `BOOL`, `NULL`, `L`, `M`, `SS`, `NS` or `BS`."""
    return next(iter(value))


def equal(one: AttributeValue, other: AttributeValue) -> bool:
    """Whether both have one type and the same content.

    >>> equal({"N": "1.0"}, {"N": "1"}), equal({"N": "1"}, {"S": "1"})
    (True, False)
    >>> equal({"SS": ["a", "b"]}, {"SS": ["b", "a"]})
    True
    """
    if one == other:
        return True
    kind = kind_of(one)
    if kind not in other:
        return False
    mine, its = one[kind], other[kind]
    if kind in ("N", "B"):
        return bool(comparable(kind, mine) == comparable(kind, its))
    if kind in SETS:
        return {comparable(kind[0], member) for member in mine} == {
            comparable(kind[0], member) for member in its
        }
    if kind == "L":
        return len(mine) == len(its) and all(map(equal, mine, its))
    if kind == "M":
        return bool(mine.keys() == its.keys()) and all(equal(mine[name], its[name]) for name in mine)
    return False


def compare(one: AttributeValue, other: AttributeValue) -> int | None:
    """-1, 0 or 1 as `one` is less than, equal to or greater than `other`; None where they have no order.

    Strings are ordered by their UTF-8 bytes, binaries by unsigned bytes.

    >>> compare({"N": "9"}, {"N": "10"}), compare({"S": "9"}, {"S": "10"}), compare({"S": "9"}, {"N": "9"})
    (-1, 1, None)
    """
    kind = kind_of(one)
    if kind not in SCALARS or kind not in other:
        return None
    mine, its = comparable(kind, one[kind]), comparable(kind, other[kind])
    return int(mine > its) - int(mine < its)


def comparable(kind: str, content: Any) -> Any:
    """The content of a scalar as Python compares it: number, bytes, text (whose order is that of UTF-8)."""
    if kind == "N":
        return Decimal(content)
    return b64decode(content) if kind == "B" else content


def begins_with(value: AttributeValue, prefix: AttributeValue) -> bool:
    """Whether both are text, or both binary, and `value` begins with `prefix`."""
    if "S" in value and "S" in prefix:
        return bool(value["S"].startswith(prefix["S"]))
    if "B" in value and "B" in prefix:
        return b64decode(value["B"]).startswith(b64decode(prefix["B"]))
    return False


def contains(value: AttributeValue, wanted: AttributeValue) -> bool:
    """Whether `wanted` is part of a text or a binary, or a member of a set or a list."""
    kind = kind_of(value)
    if kind == "L":
        return any(equal(member, wanted) for member in value["L"])
    sought = kind_of(wanted)
    if kind == "S" and sought == "S":
        return wanted["S"] in value["S"]
    if kind == "B" and sought == "B":
        return b64decode(wanted["B"]) in b64decode(value["B"])
    if kind in SETS and sought == kind[0]:
        return any(equal({sought: member}, wanted) for member in value[kind])
    return False


def size_of(value: AttributeValue) -> int | None:
    """What `size` gives: UTF-16 units of a text, bytes of a binary, members of the rest; None for others.

    UTF-16: checked against AWS in ExtendDB/extenddb pull request 67.
    """
    kind = kind_of(value)
    content = value[kind]
    if kind == "S":
        return len(content) if content.isascii() else len(content.encode("utf-16-le", "surrogatepass")) // 2
    if kind == "B":
        return len(b64decode(content))
    return None if kind in ("N", "BOOL", "NULL") else len(content)
