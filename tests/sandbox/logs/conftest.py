"""A log group with a stream in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.config import Config

GROUP = "/aws/lambda/users"
STREAM = {"logGroupName": GROUP, "logStreamName": "2026/11/22/[$LATEST]a"}


def now() -> int:
    """Epoch milliseconds."""
    return int(time.time() * 1000)


@pytest.fixture
def logs(client: Callable[..., Any]) -> Any:
    """A client that sends whatever it is given, of an account that has STREAM."""
    made = client("logs", config=Config(parameter_validation=False))
    made.create_log_group(logGroupName=GROUP)
    made.create_log_stream(**STREAM)
    return made


@pytest.fixture
def put(logs: Any) -> Callable[..., Any]:
    """`put("line", at=…, stream="other")`: events one millisecond apart; the stream is made if need be."""

    def send(*messages: str, at: int = 0, stream: str = STREAM["logStreamName"]) -> Any:
        began = at or now() - 1000
        where = {"logGroupName": GROUP, "logStreamName": stream}
        if stream != STREAM["logStreamName"]:
            logs.create_log_stream(**where)
        events = [{"timestamp": began + place, "message": text} for place, text in enumerate(messages)]
        return logs.put_log_events(**where, logEvents=events)

    return send
