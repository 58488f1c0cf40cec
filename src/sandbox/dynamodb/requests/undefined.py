"""Placeholders that an expression uses and the request does not define, where moto reads the expression.

The expressions of `sandbox.dynamodb.expressions` tell this themselves.
"""

from __future__ import annotations

import re
from typing import Any

from sandbox.dynamodb.requests.words import invalid

# UpdateExpression is left to moto, whose parser tells a syntax error first, as AWS does.
_EXPRESSIONS = ("ConditionExpression", "FilterExpression", "KeyConditionExpression", "ProjectionExpression")
_NAME_OR_VALUE = re.compile(r"[#:][A-Za-z0-9_]+")


def check_definitions(given: dict[str, Any]) -> None:
    """Case ddb-undefined-name: what an expression uses must be defined. Raises AwsError."""
    names = given.get("ExpressionAttributeNames") or {}
    values = given.get("ExpressionAttributeValues") or {}
    for expression in _EXPRESSIONS:
        for used in _NAME_OR_VALUE.findall(given.get(expression) or ""):
            if used in names or used in values:
                continue
            what = "attribute name used in the document path is not defined; attribute name"
            if used[0] == ":":
                what = "attribute value used in expression is not defined; attribute value"
            raise invalid(f"Invalid {expression}: An expression {what}: {used}")
