"""Writes the logs of stages to CloudWatch Logs, while the request's answer waits for them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandbox.backend.log_streams import has_log_stream
from sandbox.functions.logs import Records

STREAM = hashlib.md5(b"0", usedforsecurity=False).hexdigest()
"""AWS names its streams by the MD5 of a small number, one for each of its shards (34, 60, 88 and 152 in the
public logs that `execution_log` names). Here is one."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes lines into one log group.

    makes: whether the group is made where it is not there; without it, lines are lost then. allowed: says,
    for a group and stream that are there or not, whether API Gateway may write.
    """

    records: Records
    account: str
    region: str
    group: str
    makes: bool
    allowed: Callable[[str, bool, bool], bool]

    def write(self, at: float, lines: Iterable[str]) -> None:
        """Write what happened at a time, in seconds of the epoch."""
        where = (self.account, self.region, self.group, STREAM)
        group_there, stream_there = has_log_stream(*where)
        if not (group_there or self.makes) or not self.allowed(self.group, group_there, stream_there):
            return
        messages = list(lines)
        if not messages:
            return
        stamp = int(at * 1000)
        self.records.history.write(*where, [(stamp, message) for message in messages])
        self.records.usage.logged(self.account, self.region, self.group, messages)
