"""Log lines of a function, printed as they are."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sandbox.bound_session import BoundSession
from sandbox.settings import DEFAULT_REGION

POLL_SECONDS = 0.5


class NothingToShow(Exception):
    """No sandbox, or no such log group; the message says what there is."""


def show(url: str, name: str, *, follow: bool, write: Callable[[str], Any]) -> None:
    """Write the lines of a function's log group, oldest first. Raises NothingToShow."""
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    once = Config(retries={"max_attempts": 0}, connect_timeout=5)
    logs = BoundSession(url, "test", "test", DEFAULT_REGION).client("logs", config=once)
    try:
        pages = logs.get_paginator("describe_log_groups").paginate()
        groups = [group["logGroupName"] for page in pages for group in page["logGroups"]]
        if not name:
            if not groups:
                raise NothingToShow("There is no log group yet. A function's appears with its first call.")
            for group in groups:
                write(group)
            return
        _show_group(logs, name if name in groups else f"/aws/lambda/{name}", follow, write)
    except BotoCoreError as error:
        raise NothingToShow(f"No sandbox answers at {url}. Start one with `sandbox serve`.") from error
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        known = ", ".join(groups) or "none"
        text = (
            f"There is no log group of '{name}'. A function's appears with its first call. There are: {known}"
        )
        raise NothingToShow(text) from error


def _show_group(logs: Any, group: str, follow: bool, write: Callable[[str], Any]) -> None:
    seen: set[str] = set()
    since = 0
    while True:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since)
        for event in (event for page in pages for event in page["events"]):
            if event["eventId"] in seen:
                continue
            if event["timestamp"] > since:
                since, seen = event["timestamp"], set()
            seen.add(event["eventId"])
            write(event["message"].rstrip("\n"))
        if not follow:
            return
        time.sleep(POLL_SECONDS)
