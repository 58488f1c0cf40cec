"""DynamoDB Streams: the streams there are, and the four operations that read them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from sandbox.dynamodb.model import Definition
from sandbox.dynamodb.stream import KEPT_SECONDS, Stream, stream_arn
from sandbox.errors import AwsError, NotModelled
from sandbox.store import StateStore

Json = dict[str, Any]

ROOM = "dynamodb.streams"

ITERATOR_SECONDS = 15 * 60
"""How long a shard iterator may be used (API Reference *GetShardIterator*)."""

MOST_RECORDS = 1000
MOST_BYTES = 1024 * 1024
MOST_STREAMS = 100


class Streams:
    """All streams, those of deleted tables too until their records would be gone. now: seconds since 1970."""

    def __init__(self, now: Callable[[], float], store: StateStore) -> None:
        self._now = now
        self._store = store
        self._streams: dict[str, Stream] = {}
        self._operations: dict[str, Callable[[str, str, Json], Json]] = {
            "ListStreams": self._list,
            "DescribeStream": self._describe,
            "GetShardIterator": self._iterator,
            "GetRecords": self._records,
        }

    def open(self, definition: Definition, view_type: str) -> Stream:
        """A new stream of a table."""
        oldest = self._now() - KEPT_SECONDS
        for arn in [a for a, one in self._streams.items() if not one.enabled and one.created < oldest]:
            del self._streams[arn]
            self._store.forget(ROOM, arn)
            self._store.drop_items(arn)
        created = self._now()
        while stream_arn(definition, created) in self._streams:  # two within a millisecond
            created += 0.001
        stream = Stream(definition, view_type, created, self._now, self._store)
        self._streams[stream.arn] = stream
        return stream

    def find(self, arn: str) -> Stream | None:
        """The stream of an ARN, whether it is enabled or not."""
        return self._streams.get(arn)

    def keep(self) -> None:
        """Keep what has changed of the streams themselves; records are kept as they come."""
        for stream in self._streams.values():
            if stream.changed:
                self._store.keep(ROOM, stream.arn, stream.state())
                stream.changed = False

    def restore(self) -> None:
        """Take up the streams that were kept."""
        for arn, (definition, view_type, created, *rest) in self._store.kept(ROOM):
            stream = self._streams[arn] = Stream(definition, view_type, created, self._now, self._store)
            stream.take_up(*rest)

    def clear(self) -> None:
        self._streams.clear()

    def answer(self, operation: str, account: str, region: str, parameters: Json) -> Json:
        """The result of a call to DynamoDB Streams. Raises AwsError."""
        found = self._operations.get(operation)
        if found is None:
            raise AwsError("UnknownOperationException", "", 400)
        return found(account, region, parameters)

    def _list(self, account: str, region: str, given: Json) -> Json:
        table = str(given.get("TableName") or "").rpartition("/")[2]
        limit = int(given.get("Limit") or MOST_STREAMS)
        after = str(given.get("ExclusiveStartStreamArn") or "")
        home = f":{region}:{account}:table/"
        mine = sorted(
            (one for arn, one in self._streams.items() if home in arn and arn > after),
            key=lambda one: one.arn,
        )
        chosen = [one for one in mine if not table or one.definition.name == table]
        result: Json = {
            "Streams": [
                {"StreamArn": one.arn, "TableName": one.definition.name, "StreamLabel": one.label}
                for one in chosen[:limit]
            ]
        }
        if len(chosen) > limit:
            result["LastEvaluatedStreamArn"] = chosen[limit - 1].arn
        return result

    def _describe(self, account: str, region: str, given: Json) -> Json:
        if given.get("ShardFilter"):
            raise NotModelled("DescribeStream's ShardFilter")
        return {"StreamDescription": self._find(account, region, given.get("StreamArn")).describe()}

    def _iterator(self, account: str, region: str, given: Json) -> Json:
        stream = self._find(account, region, given.get("StreamArn"))
        shard = str(given.get("ShardId"))
        if shard != stream.shard_id:
            raise _not_found("Shard does not exist")
        kind = given.get("ShardIteratorType")
        if kind == "TRIM_HORIZON":
            number = stream.first
        elif kind == "LATEST":
            number = stream.next
        elif kind in ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"):
            number = _number(given.get("SequenceNumber")) + (kind == "AFTER_SEQUENCE_NUMBER")
        else:
            raise _invalid_type(kind)
        if number < stream.first:
            text = "The operation attempted to read past the oldest stream record in a shard."
            raise AwsError("TrimmedDataAccessException", text, 400)
        return {"ShardIterator": self._write(stream, number)}

    def _records(self, account: str, region: str, given: Json) -> Json:
        arn, number, made = _read(str(given.get("ShardIterator") or ""))
        stream = self._find(account, region, arn)
        if self._now() - made > ITERATOR_SECONDS:
            text = "The shard iterator has expired and can no longer be used to retrieve stream records."
            raise AwsError("ExpiredIteratorException", text, 400)
        limit = min(int(given.get("Limit") or MOST_RECORDS), MOST_RECORDS)
        records, following = stream.read(number, limit, MOST_BYTES)
        result: Json = {"Records": records}
        if stream.enabled or following < stream.next:
            result["NextShardIterator"] = self._write(stream, following)
        return result

    def _find(self, account: str, region: str, arn: Any) -> Stream:
        stream = self._streams.get(str(arn))
        if stream is None or f":{region}:{account}:" not in stream.arn:
            raise _not_found(f"Stream: {arn} not found")
        return stream

    def _write(self, stream: Stream, number: int) -> str:
        """An iterator begins with the ARN of its stream, as AWS's do; policies look at it."""
        place = base64.b64encode(json.dumps([number, self._now()]).encode()).decode()
        return f"{stream.arn}|1|{place}"


def _read(iterator: str) -> tuple[str, int, float]:
    arn, _, rest = iterator.partition("|")
    try:
        number, made = json.loads(base64.b64decode(rest.partition("|")[2], validate=True))
        return arn, int(number), float(made)
    except (ValueError, TypeError) as error:
        raise AwsError("ValidationException", "Invalid ShardIterator", 400) from error


def _number(text: Any) -> int:
    if not str(text or "").isdigit():
        raise AwsError("ValidationException", "Invalid SequenceNumber", 400)
    return int(text)


def _invalid_type(kind: Any) -> AwsError:
    values = "[AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON]"
    text = (
        f"1 validation error detected: Value '{kind}' at 'shardIteratorType' failed to satisfy constraint: "
        f"Member must satisfy enum value set: {values}"
    )
    return AwsError("ValidationException", text, 400)


def _not_found(what: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"Requested resource not found: {what}", 400)
