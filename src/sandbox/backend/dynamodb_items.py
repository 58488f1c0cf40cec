"""DynamoDB's item operations by the short way.

moto's own methods do the work; its request set-up and its generic serialiser, which take most of the
time of a small call (benchmarks: "PutItem by boto3"), are passed by: DynamoDB's parameters and answers
are JSON with the very names of the service model.
"""

from __future__ import annotations

import base64
import json
import uuid
import zlib
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend.refusals import refusal
from sandbox.errors import AwsError
from sandbox.messages import Reply

_METHODS = {
    "GetItem": "get_item",
    "PutItem": "put_item",
    "UpdateItem": "update_item",
    "DeleteItem": "delete_item",
    "Query": "query",
    "Scan": "scan",
}


def takes(call: ApiCall) -> bool:
    """Whether `call` may go the short way: an item operation without binary values."""
    if call.service != "dynamodb" or call.operation not in _METHODS:
        return False
    # Binary values are base64 on the wire, bytes in moto: those go through moto's parser.
    return b'"B"' not in call.request.body and b'"BS"' not in call.request.body


def perform(call: ApiCall, account: str) -> Reply:
    """Do what `call` asks. Raises AwsError where DynamoDB refuses; moto's other errors pass through."""
    from moto.core.exceptions import JsonRESTError
    from moto.dynamodb.responses import DynamoHandler

    handler = DynamoHandler()
    handler.params = handler.body = call.parameters
    handler.current_account = account
    handler.region = call.region
    _check_key(handler.dynamodb_backend.tables.get(str(call.parameters.get("TableName"))), call)
    try:
        result = getattr(handler, _METHODS[call.operation])()
    except JsonRESTError as error:
        raise refusal("json", error.description, error.code or 400) or error from error
    answer = {k: v for k, v in (result.result or {}).items() if v is not None}
    return _reply(json.dumps(answer, default=_binary).encode())


def _check_key(table: Any, call: ApiCall) -> None:
    """moto looks at the names in a Key, not at the types of their values (case ts-number-eq)."""
    key = call.parameters.get("Key")
    if table is None or not isinstance(key, dict):
        return
    types = {one["AttributeName"]: one["AttributeType"] for one in table.attr}
    wanted = {table.hash_key_attr: types[table.hash_key_attr]}
    if table.range_key_attr:
        wanted[table.range_key_attr] = types[table.range_key_attr]
    if key.keys() != wanted.keys() or any(kind not in key[name] for name, kind in wanted.items()):
        text = "The provided key element does not match the schema"
        raise AwsError("ValidationException", text, 400)


def _binary(value: Any) -> str:
    """A binary value as JSON has it; moto keeps bytes."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"JSON cannot hold {type(value).__name__}")


def _reply(body: bytes) -> Reply:
    headers = (
        ("Content-Type", "application/x-amz-json-1.0"),
        ("x-amzn-RequestId", uuid.uuid4().hex.upper()),
        ("x-amz-crc32", str(zlib.crc32(body))),
    )
    return Reply(200, headers, body)
