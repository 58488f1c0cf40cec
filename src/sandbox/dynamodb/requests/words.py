"""How DynamoDB begins and words its refusals of a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.errors import AwsError

ONE_ERROR = "1 validation error detected: "
"""How validation errors of the `WRITES` begin since June 2026 (cases ddb-values-no-expr, ddb-mix-expr …)."""

WRITES = frozenset(("PutItem", "UpdateItem", "DeleteItem"))

BAD_VALUES = "One or more parameter values were invalid: "

NO_MATCH = "The provided key element does not match the schema"

Parameters = Mapping[str, Any]


def invalid(message: str) -> AwsError:
    """DynamoDB's refusal of a request."""
    return AwsError("ValidationException", message, 400)


def bad_values(message: str) -> AwsError:
    """The refusal of values that contradict each other."""
    return invalid(BAD_VALUES + message)


def empty_key(name: str, kind: str = "string") -> AwsError:
    """The refusal of a key attribute without content (case ddb-key-empty). kind: `string` or `binary`."""
    return invalid(
        "One or more parameter values are not valid. The AttributeValue for a key attribute "
        f"cannot contain an empty {kind} value. Key: {name}"
    )


def duplicate_keys() -> AwsError:
    """The refusal of a batch that names an item twice (case ddb-batch-dup)."""
    return invalid("Provided list of item keys contains duplicates")
