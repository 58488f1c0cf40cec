"""One stream of a table: the changes of its items, in order, for 24 hours.

Sources: Developer Guide *Change data capture for DynamoDB Streams*; API Reference *DynamoDB Streams*,
*Record*.
"""

from __future__ import annotations

import json
import time
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any

from sandbox.dynamodb.model import Definition, Item
from sandbox.dynamodb.sizes import item_size
from sandbox.store import StateStore

Json = dict[str, Any]

KEPT_SECONDS = 24 * 3600
MOST_BYTES = 64 * 1024 * 1024
"""So many bytes of records are kept of a stream; the oldest go first."""

_FIRST_NUMBER = 100_000_000_000_000_000_000
"""Sequence numbers have 21 to 40 digits."""


class Stream:
    """A stream with its one shard.

    view_type: what a record holds. A stream that was disabled takes nothing more and stays readable.
    changed: whether what `state` gives has changed since somebody set it back.
    """

    def __init__(
        self,
        definition: Definition,
        view_type: str,
        created: float,
        now: Callable[[], float],
        store: StateStore,
    ) -> None:
        self.definition = definition
        self.view_type = view_type
        self.created = created
        self.label = _label(self.created)
        self.arn = stream_arn(definition, created)
        self.shard_id = f"shardId-{int(self.created * 1e6):020d}-{uuid.uuid4().hex[:8]}"
        self.enabled = True
        self.first = self.next = _FIRST_NUMBER
        self.changed = True
        self._now = now
        self._store = store
        self._records: deque[tuple[int, Json]] = deque()
        self._bytes = 0

    def add(self, old: bytes | None, new: bytes | None) -> None:
        """Note a change; one that leaves the item as it was makes no record."""
        before: Item | None = json.loads(old) if old else None
        after: Item | None = json.loads(new) if new else None
        if before == after:
            return
        record = self._record(before, after)
        size = record["dynamodb"]["SizeBytes"]
        self._records.append((size, record))
        self._bytes += size
        self._store.put_item(self.arn, _place(self.next - 1), json.dumps(record).encode(), size)
        self._trim()

    def state(self) -> tuple[Any, ...]:
        """What is kept of it beside its records: what it was made of, and what `take_up` takes."""
        made_of = (self.definition, self.view_type, self.created)
        return (*made_of, self.shard_id, self.enabled, self.next if not self._records else 0)

    def take_up(self, shard_id: str, enabled: bool, following: int) -> None:
        """Be as one was. following: the next sequence number, where there are no records to tell it."""
        self.shard_id, self.enabled, self.changed = shard_id, enabled, False
        for _, raw, size in self._store.items(self.arn):
            self._records.append((size, json.loads(raw)))
            self._bytes += size
        numbers = [int(record["dynamodb"]["SequenceNumber"]) for _, record in self._records]
        self.first = numbers[0] if numbers else following
        self.next = numbers[-1] + 1 if numbers else following

    def read(self, number: int, limit: int, most_bytes: int) -> tuple[list[Json], int]:
        """Records from a sequence number on, and the number to go on with."""
        self._trim()
        at = max(number, self.first)
        found: list[Json] = []
        size = 0
        for place in range(at - self.first, len(self._records)):
            more, record = self._records[place]
            if len(found) == limit or (found and size + more > most_bytes):
                break
            size += more
            found.append(record)
        return found, at + len(found)

    def close(self) -> None:
        """Take nothing more."""
        self.enabled = False
        self.changed = True

    def describe(self) -> Json:
        """As DescribeStream gives it."""
        numbers = {"StartingSequenceNumber": str(self.first)}
        if not self.enabled:
            numbers["EndingSequenceNumber"] = str(max(self.next - 1, self.first))
        keys = self.definition.schema.names
        return {
            "StreamArn": self.arn,
            "StreamLabel": self.label,
            "StreamStatus": "ENABLED" if self.enabled else "DISABLED",
            "StreamViewType": self.view_type,
            "CreationRequestDateTime": self.created,
            "TableName": self.definition.name,
            "KeySchema": [
                {"AttributeName": key, "KeyType": "RANGE" if number else "HASH"}
                for number, key in enumerate(keys)
            ],
            "Shards": [{"ShardId": self.shard_id, "SequenceNumberRange": numbers}],
        }

    def _record(self, before: Item | None, after: Item | None) -> Json:
        item = after if after is not None else before or {}
        keys = {name: item[name] for name in self.definition.schema.names}
        change: Json = {
            "ApproximateCreationDateTime": int(self._now()),
            "Keys": keys,
            "SequenceNumber": str(self.next),
            "SizeBytes": item_size(keys),
            "StreamViewType": self.view_type,
        }
        self.next += 1
        if after is not None and self.view_type in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
            change["NewImage"] = after
            change["SizeBytes"] += item_size(after)
        if before is not None and self.view_type in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
            change["OldImage"] = before
            change["SizeBytes"] += item_size(before)
        return {
            "eventID": uuid.uuid4().hex,
            "eventName": "INSERT" if before is None else "REMOVE" if after is None else "MODIFY",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": self.definition.region,
            "dynamodb": change,
        }

    def _trim(self) -> None:
        oldest = self._now() - KEPT_SECONDS
        while self._records:
            size, record = self._records[0]
            if self._bytes <= MOST_BYTES and record["dynamodb"]["ApproximateCreationDateTime"] >= oldest:
                return
            self._records.popleft()
            self._bytes -= size
            self._store.put_item(self.arn, _place(self.first), None)
            self.first += 1
            self.changed = self.changed or not self._records


def stream_arn(definition: Definition, created: float) -> str:
    """The ARN of a stream of a table that is made then (seconds since 1970)."""
    return f"{definition.arn}/stream/{_label(created)}"


def _place(number: int) -> bytes:
    return b"%040d" % number


def _label(moment: float) -> str:
    """`2015-05-20T20:51:10.252`, UTC."""
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment))
    return f"{whole}.{int(moment * 1000) % 1000:03d}"
