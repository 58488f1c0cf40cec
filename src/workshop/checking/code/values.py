"""Values on their way between the grader and the learner's process: JSON, with the types it lacks tagged.

None, bool, int, float, str, list and dict with text keys travel as they are; everything else as
`{"$": type, "v": …}`. Standard library only: the Python driver loads this file by its path.

>>> decode(encode({"score": Decimal("1.50"), "tags": {"a"}}))
{'score': Decimal('1.50'), 'tags': {'a'}}
"""

from __future__ import annotations

import base64
import datetime
import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

MOST_LEVELS = 100
"""How deep a value may nest (DynamoDB's limit is 32)."""

_MOST_TEXT = 200
_LARGEST_EXACT = 2**53 - 1  # Number.MAX_SAFE_INTEGER


@dataclass(frozen=True)
class Opaque:
    """A value that cannot leave the learner's process: its type, and how it shows itself there."""

    type: str
    text: str

    def __str__(self) -> str:
        return self.text


def encode(value: Any, levels: int = MOST_LEVELS) -> Any:
    """`value` as json.dumps takes it. What has no place in the encoding becomes Opaque."""
    if value is None or isinstance(value, bool | str):
        return value if value is None or isinstance(value, bool) else str.__str__(value)
    if isinstance(value, int):
        plain = int(value)
        return plain if abs(plain) <= _LARGEST_EXACT else {"$": "int", "v": hex(plain)}
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"$": "float", "v": repr(float(value))}
    if levels == 0:
        return _opaque(value, f"more than {MOST_LEVELS} levels deep")
    if isinstance(value, dict):
        return _encode_dict(value, levels - 1)
    if isinstance(value, list):
        return [encode(one, levels - 1) for one in value]
    if isinstance(value, tuple | set | frozenset):
        kind = "tuple" if isinstance(value, tuple) else "set"
        return {"$": kind, "v": [encode(one, levels - 1) for one in value]}
    return _encode_scalar(value)


def _encode_dict(value: dict[Any, Any], levels: int) -> Any:
    if all(isinstance(key, str) for key in value) and "$" not in value:
        return {str(key): encode(one, levels) for key, one in value.items()}
    return {"$": "map", "v": [[encode(key, levels), encode(one, levels)] for key, one in value.items()]}


def _encode_scalar(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"$": "decimal", "v": str(value)}
    if type(value).__module__ == "boto3.dynamodb.types" and type(value).__name__ == "Binary":
        value = value.value
    if isinstance(value, bytes | bytearray | memoryview):
        return {"$": "bytes", "v": base64.b64encode(value).decode("ascii")}
    for kind in (datetime.datetime, datetime.date, datetime.time):
        if isinstance(value, kind):
            return {"$": kind.__name__, "v": value.isoformat()}
    if isinstance(value, Opaque):
        return {"$": "opaque", "v": [value.type, value.text]}
    return _opaque(value)


def _opaque(value: Any, text: str = "") -> Any:
    if not text:
        try:
            text = repr(value)[:_MOST_TEXT]
        except Exception as error:  # a learner's own __repr__
            text = f"a {type(value).__name__} whose repr() raises {type(error).__name__}"
    return {"$": "opaque", "v": [type(value).__name__, text]}


def decode(value: Any) -> Any:
    """What `encode` was given. Raises ValueError, TypeError or ArithmeticError for anything else."""
    if isinstance(value, list):
        return [decode(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "$" not in value:
        return {key: decode(one) for key, one in value.items()}
    return _decode_tagged(value["$"], value.get("v"))


def _decode_tagged(kind: str, held: Any) -> Any:
    match kind:
        case "undefined":
            return None
        case "int":
            return int(held, 0)
        case "float":
            return float(held)
        case "decimal":
            return Decimal(held)
        case "bytes":
            return base64.b64decode(held, validate=True)
        case "datetime" | "date" | "time":
            return getattr(datetime, kind).fromisoformat(held)
        case "tuple":
            return tuple(decode(one) for one in held)
        case "set":
            return _set(decode(one) for one in held)
        case "map":
            return {_hashable(decode(key)): decode(one) for key, one in held}
        case "opaque":
            type_name, text = held
            return Opaque(str(type_name), str(text))
    raise ValueError(f"no such type: {kind!r}")


def _set(values: Iterable[Any]) -> Any:
    return {_hashable(one) for one in values}


def _hashable(value: Any) -> Any:
    """JavaScript's sets and maps hold lists and objects too."""
    try:
        hash(value)
    except TypeError:
        return Opaque(type(value).__name__, repr(value)[:_MOST_TEXT])
    return value


def not_json(value: Any, path: str = "answer", levels: int = MOST_LEVELS) -> str | None:
    """The first value in `value` that json.dumps refuses or changes, in words; None if there is none.

    >>> not_json({"userId": "ada", "score": Decimal(3)})
    'answer.score is a Decimal'
    """
    if isinstance(value, float) and not math.isfinite(value):
        return f"{path} is {value}"
    if value is None or isinstance(value, bool | int | float | str):
        return None
    if levels == 0:
        return f"{path} is more than {MOST_LEVELS} levels deep"
    if isinstance(value, dict):
        for key, one in value.items():
            if not isinstance(key, str):
                return f"{path} has a key that is {_a(key)}"
            if found := not_json(one, f"{path}.{key}", levels - 1):
                return found
        return None
    if isinstance(value, list | tuple):
        for index, one in enumerate(value):
            if found := not_json(one, f"{path}[{index}]", levels - 1):
                return found
        return None
    return f"{path} is {_a(value)}"


def _a(value: Any) -> str:
    name = type(value).__name__
    return f"an {name}" if name[0] in "aeiouAEIOU" else f"a {name}"
