"""moto's refusals in DynamoDB's own words, where they differ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.dynamodb.requests import ONE_ERROR, WRITES, empty_key, invalid
from sandbox.errors import AwsError

_CONTROL = frozenset(("DescribeTable", "DeleteTable", "UpdateTable"))
_EXPRESSION_ERROR = re.compile(r"Invalid \w+Expression: |Can not use both expression|ExpressionAttribute\w+ ")
_EMPTY_KEY = re.compile(r"An AttributeValue may not contain an empty string\. Key: (\S+)$")
_NO_INDEX = re.compile(r"Invalid index: (\S+) for table")


def reworded(operation: str, parameters: Mapping[str, Any], error: AwsError) -> AwsError:
    """`error` as DynamoDB words it; itself where moto does so already."""
    message = error.message
    if error.code == "ResourceNotFoundException":
        return _not_found(operation, parameters, error)
    if error.code != "ValidationException":
        return error
    key = _EMPTY_KEY.search(message)
    if key:
        return empty_key(key[1])
    # Cases ddb-syntax-error (writes) and ddb-overlap-projection (reads): only writes have the prefix.
    bare = message.removeprefix(ONE_ERROR)
    if _EXPRESSION_ERROR.match(bare):
        return invalid(ONE_ERROR + bare if operation in WRITES else bare)
    return error


def _not_found(operation: str, parameters: Mapping[str, Any], error: AwsError) -> AwsError:
    """Cases ddb-404-control and ddb-index-missing."""
    index = _NO_INDEX.match(error.message)
    if index:
        return invalid(f"The table does not have the specified index: {index[1]}")
    if operation in _CONTROL and error.message == "Requested resource not found":
        name = str(parameters.get("TableName", "")).rpartition("/")[2]
        text = f"Requested resource not found: Table: {name} not found"
        return AwsError(error.code, text, error.status, **error.fields)
    return error
