"""May a function's role write its log? Without it the function runs, and no log appears.

Source: case log-no-permission and Lambda Developer Guide, *Working with Lambda function logs*: the
execution role needs logs:CreateLogStream and logs:PutLogEvents, and logs:CreateLogGroup where there is
no log group yet.
"""

from __future__ import annotations

from sandbox.backend.functions import Configuration
from sandbox.backend.log_streams import has_log_stream
from sandbox.iam import Caller
from sandbox.iam.actions import Ask, asks
from sandbox.iam.judge import judge


class LogPermission:
    """What the role of one execution environment may write. caller: its session."""

    def __init__(self, caller: Caller, function: Configuration) -> None:
        self._caller = caller
        self._function = function
        self._asked: dict[tuple[str, str], tuple[Ask, ...]] = {}

    def may_write(self, stream: str) -> bool:
        """Whether events may be put into `stream`, which is made first if it is not there."""
        group_there, stream_there = has_log_stream(
            self._function.account, self._function.region, self._function.log_group, stream
        )
        needed = ["PutLogEvents"]
        if not stream_there:
            needed.insert(0, "CreateLogStream")
        if not group_there:
            needed.insert(0, "CreateLogGroup")
        return all(self._may(operation, stream) for operation in needed)

    def _may(self, operation: str, stream: str) -> bool:
        asked = self._asked.get((operation, stream))
        if asked is None:
            where = {"logGroupName": self._function.log_group, "logStreamName": stream}
            asked = asks("logs", operation, where, self._function.region, self._function.account)
            self._asked[operation, stream] = asked
        return all(judge(self._caller, ask).decision.allowed for ask in asked)
