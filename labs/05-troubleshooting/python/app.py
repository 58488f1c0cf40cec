"""The function of the users API: a proxy event in, a proxy response out, one line of JSON in the log."""

from __future__ import annotations

import json
import os
import re
import traceback
from typing import Any

import boto3
from botocore.exceptions import ClientError

from proxy import BadRequest, Event, Request, request_of, response
from routes import Answer, NoSuchRoute, answer
from users import UserExists, UserNotFound

# Made while the execution environment starts; every invocation in it uses the same connection.
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])

STATUSES: dict[type[Exception], int] = {
    BadRequest: 400,
    NoSuchRoute: 404,
    UserNotFound: 404,
    UserExists: 409,
}
"""What each error of a request is to its caller. Any other error is ours: 500."""

# How DynamoDB says that it is the user that it does not take.
_UNSTORABLE = re.compile("Item size|Nesting Levels|Expression size")


def handler(event: Event, context: Any) -> dict[str, Any]:
    """What Lambda calls: handles one request."""
    request = request_of(event)
    entry: dict[str, Any] = {}
    try:
        status, value = answer(table, request)
    except Exception as error:
        status, value = failure(error)
        entry = {"error": traceback.format_exc() if status == 500 else str(error)}
    log(context.aws_request_id, request, status, entry)
    return response(status, value)


def failure(error: Exception) -> Answer:
    """The answer to an error: the one place that maps them to statuses. It tells nothing of the inside."""
    status = STATUSES.get(type(error))
    if status:
        return status, {"message": str(error)}
    if _is_unstorable(error):
        return 400, {"message": "the user is too large, or nested too deep"}
    return 500, {"message": "Internal server error"}


def _is_unstorable(error: Exception) -> bool:
    """Whether a user is too large or nested too deep, for Python or for DynamoDB."""
    return isinstance(error, RecursionError) or (
        isinstance(error, ClientError) and _UNSTORABLE.search(str(error)) is not None
    )


def log(request_id: str, request: Request, status: int, entry: dict[str, Any]) -> None:
    """Write the line of an invocation. Of a user it holds the id only."""
    line = {
        "level": "ERROR" if status == 500 else "INFO",
        "requestId": request_id,
        "route": request.route,
        "status": status,
    }
    user = {"userId": request.user_id} if request.user_id else {}
    print(json.dumps(line | user | entry))
