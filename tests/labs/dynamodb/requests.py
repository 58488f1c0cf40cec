"""What the requests that a function sent say of it: pure decisions.

Sources: API Reference of DynamoDB, *GetItem*, *Query*, *BatchGetItem*, *TransactGetItems*,
*ExecuteStatement*; Developer Guide, *Read consistency* and *Condition expressions*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workshop.checking.code import SdkRequest

ASKS_BY_FLAG = ("GetItem", "Query", "ExecuteStatement")
"""Reads that are strongly consistent if ConsistentRead is true. Transactions always are."""


def eventually_consistent(requests: Sequence[SdkRequest]) -> SdkRequest | None:
    """The first read by a key that may be stale; None if all see the last write.

    >>> eventually_consistent([SdkRequest("GetItem", {"ConsistentRead": True})])
    """
    return next((request for request in requests if _may_be_stale(request)), None)


def unconditional_write(requests: Sequence[SdkRequest]) -> SdkRequest | None:
    """The first write that takes place whatever is stored; None if all depend on it.

    PartiQL's INSERT and UPDATE depend on it by themselves.

    >>> unconditional_write([SdkRequest("PutItem", {"Item": {}})]).operation
    'PutItem'
    """
    return next((request for request in requests if _is_unconditional(request)), None)


def scans_without_limit(requests: Sequence[SdkRequest]) -> int:
    """How many Scan requests read as much as a page of DynamoDB holds: 1 MB each."""
    return sum(request.operation == "Scan" and "Limit" not in request.parameters for request in requests)


def _may_be_stale(request: SdkRequest) -> bool:
    if request.operation in ASKS_BY_FLAG:
        return not request.parameters.get("ConsistentRead")
    if request.operation == "BatchGetItem":
        return not all(table.get("ConsistentRead") for table in request.parameters["RequestItems"].values())
    return False


def _is_unconditional(request: SdkRequest) -> bool:
    if request.operation == "BatchWriteItem":
        return True
    if request.operation in ("PutItem", "UpdateItem"):
        return not _has_condition(request.parameters)
    if request.operation == "TransactWriteItems":
        steps = [step for item in request.parameters["TransactItems"] for step in item.values()]
        return not any(map(_has_condition, steps))
    return False


def _has_condition(parameters: Mapping[str, Any]) -> bool:
    return bool(parameters.get("ConditionExpression") or parameters.get("Expected"))
