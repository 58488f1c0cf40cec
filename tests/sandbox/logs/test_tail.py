"""The calls by which `aws logs tail --follow` and `sam logs --tail` follow a log group.

`aws logs tail` is a command of AWS CLI v2: FilterLogEvents with `interleaved` and `startTime`, page by page;
then again from the newest time on, in which events are told apart by their ids (aws/aws-cli, branch v2,
awscli/customizations/logs/tail.py).
"""

from __future__ import annotations

from typing import Any

from tests.sandbox.logs.conftest import GROUP, now


class Tail:
    """What the command keeps between its calls: the newest time, and the ids it has seen of it."""

    def __init__(self, logs: Any, since: int) -> None:
        self._logs = logs
        self._since = since
        self._seen: dict[int, set[str]] = {}

    def poll(self) -> list[str]:
        """The new messages, until a page has no token."""
        asked = {"logGroupName": GROUP, "interleaved": True, "startTime": self._since, "limit": 2}
        found = []
        while True:
            page = self._logs.filter_log_events(**asked)
            for event in page["events"]:
                ids = self._seen.setdefault(event["timestamp"], set())
                if event["eventId"] not in ids:
                    ids.add(event["eventId"])
                    found.append(event["message"])
            if "nextToken" not in page:
                break
            asked["nextToken"] = page["nextToken"]
        if self._seen:
            self._since = max(self._seen)
            self._seen = {self._since: self._seen[self._since]}
        return found


def test_a_group_is_followed(logs, put):
    began = now() - 5000
    tail = Tail(logs, began)
    assert tail.poll() == []
    put("before", at=began - 1)
    put("a", "b", "c", at=began)
    assert tail.poll() == ["a", "b", "c"]
    assert tail.poll() == []
    put("at the same time", at=began + 2)
    put("elsewhere", at=began + 3, stream="other")
    assert tail.poll() == ["at the same time", "elsewhere"]
    assert tail.poll() == []
