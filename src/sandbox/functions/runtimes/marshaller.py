"""Events from JSON, and results to JSON, as Lambda's Python runtime does both.

Part of the Python runtime, `python.py`, which imports it by its path. AWS's own runtime (awslambdaric)
writes with simplejson: what that does otherwise than the standard library is done here.
"""

from __future__ import annotations

import json
import os

from lambda_context import Fault  # type: ignore[import-not-found]

TYPE_CHECKING = False  # what type checkers take for true; importing typing would cost each cold start 5 ms
if TYPE_CHECKING:
    from typing import Any


class Encoder(json.JSONEncoder):
    """JSON as Lambda writes it: a Decimal becomes a number, with all its digits."""

    def __init__(self) -> None:
        declared = os.environ.get("AWS_EXECUTION_ENV", "").rpartition("python3.")[2]
        # From python3.12 on the answer holds the characters themselves, no \uXXXX.
        super().__init__(ensure_ascii=not declared.isdigit() or int(declared) < 12)
        self.mark = ""

    def default(self, value: Any) -> Any:
        if type(value).__name__ == "Decimal" and type(value).__module__ == "decimal":
            self.mark = self.mark or os.urandom(8).hex()
            return f"{self.mark}{'NaN' if value.is_nan() else value}{self.mark}"
        return super().default(value)

    def encode(self, value: Any) -> str:
        text = super().encode(_as_objects(value) if _has_others(value) else value)
        if self.mark:
            text = text.replace(f'"{self.mark}', "").replace(f'{self.mark}"', "")
        return text


def marshal(value: Any) -> str | bytes:
    """A handler's result as JSON; bytes stay as they are. Raises Fault for what JSON cannot hold."""
    if isinstance(value, bytes):
        return value
    try:
        return Encoder().encode(value)
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def unmarshal(body: bytes) -> Any:
    """An event. Raises Fault for what is no JSON."""
    try:
        return json.loads(body)
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from error


def _has_others(value: Any) -> bool:
    """Whether there are bytes or named tuples in it, which the standard library writes otherwise."""
    waiting, seen = [value], set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, bytes) or _is_named(one):
            return True
        if isinstance(one, (dict, list, tuple)) and id(one) not in seen:
            seen.add(id(one))
            if isinstance(one, dict):
                waiting += one.keys()
                waiting += one.values()
            else:
                waiting += one
    return False


def _is_named(value: Any) -> bool:
    return callable(getattr(type(value), "_asdict", None))


def _as_objects(value: Any, inside: tuple[int, ...] = ()) -> Any:
    """Named tuples as objects and bytes as text. A circle is left for the encoder to find."""
    if isinstance(value, bytes):
        return value.decode()
    if id(value) in inside:
        return value
    deeper = (*inside, id(value))
    if _is_named(value):
        value = value._asdict()
    if not isinstance(value, (dict, list, tuple)):
        return value
    if isinstance(value, dict):
        return {_as_objects(k): _as_objects(v, deeper) for k, v in value.items()}
    return [_as_objects(one, deeper) for one in value]
