"""Attribute values that DynamoDB does not store.

Sources: cases ddb-duplicate-set, ddb-nesting, ddb-number-precision; Developer Guide *Naming rules and
data types* and *Limits*.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.errors import AwsError

MOST_LEVELS = 32
MOST_DIGITS = 38


def check_value(value: Any, prefix: str, level: int = 1) -> None:
    """Pass an attribute value such as {"S": "a"} that can be stored. Raises AwsError.

    prefix: how the message begins; level: how deep in lists and maps the value stands.
    """
    if not isinstance(value, dict) or len(value) != 1:
        return
    kind, content = next(iter(value.items()))
    if kind in ("S", "N", "B") and not isinstance(content, str):
        raise AwsError("SerializationException", _not_a_string(content), 400)
    if kind == "N":
        _check_number(content, prefix)
    elif kind in ("SS", "NS", "BS") and isinstance(content, list):
        _check_set(content, prefix)
    elif kind in ("L", "M") and isinstance(content, list | dict):
        if level > MOST_LEVELS:
            raise _invalid(
                f"{prefix}Nesting Levels have exceeded supported limits: "
                "Attributes in the item have nested levels beyond supported limit"
            )
        for inner in content.values() if isinstance(content, dict) else content:
            check_value(inner, prefix, level + 1)


def _not_a_string(content: Any) -> str:
    """What DynamoDB says of {"N": 5}, which SDKs without types send (dynalite, validations/index.js)."""
    if isinstance(content, dict):
        return "Start of structure or map found where not expected."
    if isinstance(content, list):
        return "Start of list found where not expected"
    token = str(content).upper() if isinstance(content, bool) else "NULL" if content is None else "NUMBER"
    return f"{token}_VALUE cannot be converted to String"


def _check_number(content: Any, prefix: str) -> None:
    text = str(content)
    if len(text) <= MOST_DIGITS:
        return
    try:
        digits = "".join(map(str, Decimal(text).as_tuple().digits))
    except InvalidOperation:
        return  # told by moto, in DynamoDB's words
    if len(digits.strip("0")) > MOST_DIGITS:
        text = f"{prefix}Attempting to store more than {MOST_DIGITS} significant digits in a Number"
        raise _invalid(text)


def _check_set(content: list[Any], prefix: str) -> None:
    if len(set(map(str, content))) != len(content):
        told = json.dumps([str(item) for item in content])
        text = f"One or more parameter values were invalid: Input collection {told} contains duplicates."
        raise _invalid(prefix + text)


def _invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message, 400)
