"""The handler's own lines, in the log group that the function writes to."""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import ClientError

from tests.labs.function import messages
from tests.labs.function.invoking import Api, Invocation, own_lines

PAUSE = 0.02
PATIENCE = {"sandbox": 1.0}
"""Seconds until a line is in its log group: at once here; on AWS it takes some."""
PATIENCE_ELSEWHERE = 20.0


HOLD_BACK = ("WARN", "ERROR", "FATAL")
"""Application log levels at which what print and console.log write does not come through."""


def group_of(configuration: dict[str, Any]) -> str:
    """The log group of a function: what LoggingConfig says, else the one named after it."""
    given = configuration.get("LoggingConfig", {}).get("LogGroup")
    return str(given or f"/aws/lambda/{configuration['FunctionName']}")


def check_line(lab: Any, api: Api, invocation: Invocation, user_id: str) -> None:
    """End the check unless one line of the handler's own joins the request id and the userId."""
    group = group_of(api.configuration)
    events = _events(lab, group, invocation.request_id)
    written = invocation.shown_log or "nothing"
    lines = own_of(events)
    level = api.configuration.get("LoggingConfig", {}).get("ApplicationLogLevel", "")
    if not lines and level in HOLD_BACK:
        messages.LOG_HELD_BACK.fail(request=invocation.request, group=group, level=level)
    if not events:
        messages.LOG_LOST.fail(request=invocation.request, group=group, log=written)
    values = {"request": invocation.request, "request_id": invocation.request_id, "log": written}
    if not lines:
        messages.NO_REQUEST_ID.fail(**values)
    if not any(user_id in line for line in lines):
        messages.NO_USER_ID.fail(user_id=user_id, **values)


def own_of(events: list[str]) -> list[str]:
    """The events that the handler wrote, of all that have a request id."""
    return [event for event in events if own_lines(event)]


def _events(lab: Any, group: str, request_id: str) -> list[str]:
    """Every event of the group that has this request id, once the invocation has ended there."""
    end = time.monotonic() + PATIENCE.get(lab.target.kind, PATIENCE_ELSEWHERE)
    while True:
        events = _filtered(lab, group, f'"{request_id}"')
        is_whole = any("REPORT RequestId" in one or "platform.report" in one for one in events)
        if is_whole or time.monotonic() > end:
            return events
        time.sleep(PAUSE)


def _filtered(lab: Any, group: str, pattern: str) -> list[str]:
    pages = lab.client("logs").get_paginator("filter_log_events")
    try:
        found = pages.paginate(logGroupName=group, filterPattern=pattern)
        return [event["message"] for page in found for event in page["events"]]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return []  # there is no such log group
