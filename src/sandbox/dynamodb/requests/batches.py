"""What BatchGetItem, BatchWriteItem and the transactions refuse before they look at a table.

Sources: cases ddb-batch-dup, ddb-batch-get-100, ddb-batch-empty; architect/dynalite
`validations/batchGetItem.js` and `batchWriteItem.js`; getmoto/moto pull request 5521 (one operation
an entry).
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.dynamodb.requests.items import check_attributes_to_get, store
from sandbox.dynamodb.requests.use import Use, check_use
from sandbox.dynamodb.requests.words import duplicate_keys, invalid
from sandbox.dynamodb.values import TWO_TYPES, stored

MOST_KEYS = 100
MOST_WRITES = 25

_READ = Use(("ProjectionExpression",), ("AttributesToGet",))
_CONDITION = Use(("ConditionExpression",))
_UPDATE = Use(("UpdateExpression", "ConditionExpression"))
_USES = {"Put": _CONDITION, "Delete": _CONDITION, "ConditionCheck": _CONDITION, "Update": _UPDATE}


def batch_get_item(given: dict[str, Any]) -> None:
    """The rules of BatchGetItem. Raises AwsError."""
    count = 0
    for entry in given["RequestItems"].values():
        check_use(entry, _READ)
        check_attributes_to_get(entry)
        entry["Keys"] = [
            {name: stored(value) for name, value in (key or {}).items()} for key in entry["Keys"]
        ]
        _check_once(entry["Keys"])
        count += len(entry["Keys"])
        if count > MOST_KEYS:
            raise invalid("Too many items requested for the BatchGetItem call")


def _check_once(keys: list[dict[str, Any]]) -> None:
    """Keys are the same whatever the order of their attributes; their numbers are canonical by now."""
    if len({json.dumps(key, sort_keys=True) for key in keys}) != len(keys):
        raise duplicate_keys()


def batch_write_item(given: dict[str, Any]) -> None:
    """The rules of BatchWriteItem but for duplicates, which only the tables' keys tell. Raises AwsError."""
    tables = given["RequestItems"].values()
    if sum(map(len, tables)) > MOST_WRITES:
        raise invalid("Too many items requested for the BatchWriteItem call")
    for requests in tables:
        # dynalite: DynamoDB says of a request without a part what it says of values.
        if not all(request and len(request) == 1 for request in requests):
            raise invalid(TWO_TYPES)
        for request in requests:
            if "PutRequest" in request:
                store(request["PutRequest"], "Item")
            else:
                store(request["DeleteRequest"], "Key")


def transact_write_items(given: dict[str, Any]) -> None:
    """The rules of TransactWriteItems but for items named twice, which the keys tell. Raises AwsError."""
    for entry in given["TransactItems"]:
        if not entry:
            raise invalid(
                "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"
            )
        if len(entry) > 1:
            raise invalid("TransactItems can only contain one of Check, Put, Update or Delete")
        ((kind, action),) = entry.items()
        check_use(action, _USES[kind])
        store(action, "Item" if kind == "Put" else "Key")


def transact_get_items(given: dict[str, Any]) -> None:
    """The rules of TransactGetItems. Raises AwsError."""
    for entry in given["TransactItems"]:
        check_use(entry["Get"], _READ)
        store(entry["Get"], "Key")
