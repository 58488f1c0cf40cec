"""How many bytes an item takes.

Sources: Developer Guide *DynamoDB item sizes and formats* (names and strings are UTF-8, binary values their
raw length, null and Boolean values one byte, lists and maps three bytes and one more for each element); for
numbers, which it gives as about a byte for two digits, architect/dynalite `db/index.js` valSize and
nubo-db/dynoxide `types.rs` number_size: base-100 digits, aligned on the decimal point.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sandbox.dynamodb.model import AttributeValue, Item

LARGEST_ITEM = 400 * 1024
"""Bytes; an item of just so many is stored (case ddb-item-size)."""

PAGE_BYTES = 1024 * 1024
"""A page of Query or Scan ends with the item with which it reaches 1 MB (dynalite, `db/index.js`)."""


def item_size(item: Item) -> int:
    """Bytes of `item`: names and values.

    >>> item_size({"userId": {"S": "ada"}, "age": {"N": "36"}})
    14
    """
    return sum(text_size(name) + value_size(value) for name, value in item.items())


def value_size(value: AttributeValue) -> int:
    """Bytes of one value, without its name."""
    ((kind, content),) = value.items()
    size: int = _SIZES[kind](content)
    return size


def text_size(text: str) -> int:
    """Bytes of `text` in UTF-8; lone surrogates, which no UTF-8 has, count three."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def binary_size(content: str) -> int:
    """Bytes of what is base64 on the wire."""
    return len(content) * 3 // 4 - content.endswith("=") - content.endswith("==")


def number_size(text: str) -> int:
    """Bytes of a number: one, one for each base-100 digit, and one for the sign of a negative number.

    >>> number_size("100"), number_size("123456"), number_size("3.14159"), number_size("-1")
    (2, 4, 5, 3)
    """
    if text.isdigit():  # most numbers are whole
        last = len(text) - len(text.rstrip("0"))
        return 1 if text == "0" else 2 + (len(text) - 1) // 2 - last // 2
    number = Decimal(text)
    sign, digits, _ = number.as_tuple()
    if not number:
        return 1
    first = number.adjusted()
    written = len("".join(map(str, digits)).rstrip("0"))
    return 2 + first // 2 - (first - written + 1) // 2 + sign


def _each(size: Any) -> Any:
    def total(contents: Iterable[Any]) -> int:
        return sum(map(size, contents))

    return total


def _list_size(content: list[AttributeValue]) -> int:
    return 3 + len(content) + sum(map(value_size, content))


def _map_size(content: Item) -> int:
    return 3 + len(content) + item_size(content)


def _one(content: bool) -> int:
    return 1


_SIZES: dict[str, Any] = {
    "S": text_size,
    "N": number_size,
    "B": binary_size,
    "BOOL": _one,
    "NULL": _one,
    "SS": _each(text_size),
    "NS": _each(number_size),
    "BS": _each(binary_size),
    "L": _list_size,
    "M": _map_size,
}
