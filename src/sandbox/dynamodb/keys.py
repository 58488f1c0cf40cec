"""Keys as bytes that sort as DynamoDB sorts: by a hash of the partition key, in a partition by sort key.

A place is `digest(partition key) + sort key`, so a partition is a range of places, and so are a segment of a
parallel Scan and what meets a condition on the sort key. Sort keys order by UTF-8 bytes (S), by number (N),
by unsigned bytes (B) (API Reference *Query*).
"""

from __future__ import annotations

import base64
from decimal import Decimal
from hashlib import blake2b

from sandbox.dynamodb.model import AttributeValue, Item, KeySchema

DIGEST_BYTES = 16
Range = tuple[bytes, bytes | None]
"""From a place, inclusive, to a place, exclusive; None: to the end."""

_FIRST_EXPONENT = -200  # below the smallest that a number can have
_TURNED = bytes(255 - byte for byte in range(256))


def digest(value: AttributeValue) -> bytes:
    """Where the partition of a partition key lies among all: 16 bytes."""
    return blake2b(sortable(value), digest_size=DIGEST_BYTES).digest()


def sortable(value: AttributeValue) -> bytes:
    """A key attribute's value as bytes that sort as DynamoDB sorts it."""
    ((kind, content),) = value.items()
    if kind == "S":
        return str(content).encode("utf-8", "surrogatepass")
    if kind == "B":
        return base64.b64decode(content)
    return _sortable_number(content)


def _sortable_number(text: str) -> bytes:
    """Sign, exponent and digits; those of negative numbers turned round, with an end that sorts last."""
    number = Decimal(text)
    sign, digits, _ = number.as_tuple()
    if not number:
        return b"\x01"
    exponent = (number.adjusted() - _FIRST_EXPONENT).to_bytes(2, "big")
    magnitude = exponent + "".join(map(str, digits)).rstrip("0").encode()
    return b"\x00" + magnitude.translate(_TURNED) + b"\xff" if sign else b"\x02" + magnitude


def place(schema: KeySchema, item: Item) -> bytes:
    """Where an item lies; `item` has all attributes of the key, or is the key."""
    partition = digest(item[schema.hash_key])
    return partition if schema.range_key is None else partition + sortable(item[schema.range_key])


def index_place(schema: KeySchema, item: Item) -> bytes | None:
    """As `place`, for the key of an index: None where the item has no such key, and is not in the index."""
    for name in schema.names:
        value = item.get(name)
        if value is None or schema.types[name] not in value or value.get("S") == "" or value.get("B") == "":
            return None
    return place(schema, item)


def key_of(schema: KeySchema, item: Item) -> Item:
    """The key's attributes of an item."""
    return {name: item[name] for name in schema.names}


def same_partition(hash_value: AttributeValue) -> Range:
    """All places of a partition."""
    start = digest(hash_value)
    return start, _after_prefix(start)


def matching(
    hash_value: AttributeValue, operator: str | None = None, operands: tuple[AttributeValue, ...] = ()
) -> Range:
    """The places of a partition whose sort keys meet a condition: =, <, <=, >, >=, BETWEEN, begins_with."""
    start, end = same_partition(hash_value)
    if operator is None:
        return start, end
    low = start + sortable(operands[0])
    if operator == "begins_with":
        return low, _after_prefix(low)
    if operator == "BETWEEN":
        return low, _next(start + sortable(operands[1]))
    ranges: dict[str, Range] = {
        "=": (low, _next(low)),
        "<": (start, low),
        "<=": (start, _next(low)),
        ">": (_next(low), end),
        ">=": (low, end),
    }
    return ranges[operator]


def segment(number: int, total: int) -> Range:
    """The places of segment `number` of `total` (from 0 on): an equal share of all digests."""
    last = number + 1 == total
    return _share(number, total), None if last else _share(number + 1, total)


def _share(number: int, total: int) -> bytes:
    return (-(-number * 2**64 // total)).to_bytes(8, "big")


def _next(place: bytes) -> bytes:
    return place + b"\x00"


def _after_prefix(prefix: bytes) -> bytes | None:
    """The first bytes that sort after all that begin with `prefix`; None where there are none."""
    shorter = prefix.rstrip(b"\xff")
    return shorter[:-1] + bytes((shorter[-1] + 1,)) if shorter else None
