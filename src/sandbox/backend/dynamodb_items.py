"""DynamoDB's item operations by the short way.

moto's own methods do the work; its request set-up and its generic serialiser, which take most of the
time of a small call (benchmarks: "PutItem by boto3"), are passed by: DynamoDB's parameters and answers
are JSON with the very names of the service model.
"""

from __future__ import annotations

import json
import uuid
import zlib
from typing import Any

from sandbox.api_call import ApiCall
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
    try:
        result = getattr(handler, _METHODS[call.operation])()
    except JsonRESTError as error:
        raise refusal(error.description, error.code or 400) from error
    answer = {k: v for k, v in (result.result or {}).items() if v is not None}
    return _reply(json.dumps(answer).encode())


def refusal(body: str | bytes, status: int) -> AwsError:
    """The error of moto's error body, with its further fields such as Item or CancellationReasons."""
    fields = json.loads(body)
    code = fields.pop("__type").rpartition("#")[2]
    small, capital = fields.pop("message", ""), fields.pop("Message", "")
    return AwsError(code, small or capital, status, **fields)


def _reply(body: bytes) -> Reply:
    headers = (
        ("Content-Type", "application/x-amz-json-1.0"),
        ("x-amzn-RequestId", uuid.uuid4().hex.upper()),
        ("x-amz-crc32", str(zlib.crc32(body))),
    )
    return Reply(200, headers, body)
