"""Which DynamoDB operations a function's source calls for a request's method. Pure.

A hint for where no log tells it: names of boto3's methods and of the commands of the SDK for JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_OF_METHOD: Mapping[str, tuple[str, ...]] = {
    "POST": ("PutItem",),
    "PUT": ("PutItem", "UpdateItem"),
    "PATCH": ("UpdateItem",),
    "DELETE": ("DeleteItem",),
    "GET": ("GetItem", "Scan", "Query"),
}
"""What such a request is mostly done with."""

_WORDS: Mapping[str, str] = {
    "PutItem": r"put_item\(|PutCommand|PutItemCommand",
    "GetItem": r"get_item\(|GetCommand|GetItemCommand",
    "UpdateItem": r"update_item\(|UpdateCommand|UpdateItemCommand",
    "DeleteItem": r"delete_item\(|DeleteCommand|DeleteItemCommand",
    "Scan": r"\.scan\(|ScanCommand",
    "Query": r"\.query\(|QueryCommand",
}


def of_method(method: str, source: str) -> list[str]:
    """The operations that fit the method and that the source calls.

    >>> of_method("POST", "table.put_item(Item=user)"), of_method("GET", "new ScanCommand(input)")
    (['PutItem'], ['Scan'])
    """
    return [name for name in _OF_METHOD.get(method, ()) if re.search(_WORDS[name], source)]
