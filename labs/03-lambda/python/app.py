"""The function of the users API: a proxy event in, a proxy response out, one line of JSON in the log."""

from __future__ import annotations

from typing import Any

from proxy import Event, Request, request_of, response
from routes import Answer, answer

# TODO 2: the table that TABLE_NAME names, made here: once, while the execution environment starts.
table: Any = None

# TODO 4: the status of each error that proxy.py, routes.py and users.py raise.
STATUSES: dict[type[Exception], int] = {}
"""What each error of a request is to its caller. Any other error is ours: 500."""


def handler(event: Event, context: Any) -> dict[str, Any]:
    """What Lambda calls: handles one request."""
    request = request_of(event)
    entry: dict[str, Any] = {}
    # TODO 4: an error is answered too, and told to the log.
    status, value = answer(table, request)
    log(context.aws_request_id, request, status, entry)
    return response(status, value)


def failure(error: Exception) -> Answer:
    """The answer to an error: the one place that maps them to statuses. It tells nothing of the inside."""
    # TODO 4: the status, and a body with the key message.
    raise NotImplementedError("failure is not written yet")


def log(request_id: str, request: Request, status: int, entry: dict[str, Any]) -> None:
    """Write the line of an invocation. Of a user it holds the id only."""
    # TODO 3: one line of JSON with the request id, and with the userId where there is one.
