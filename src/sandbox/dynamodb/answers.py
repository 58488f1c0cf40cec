"""How DynamoDB writes an answer."""

from __future__ import annotations

import uuid
import zlib
from typing import Any

from sandbox.dynamodb.records import compact
from sandbox.messages import Reply


def reply(result: dict[str, Any]) -> Reply:
    """An answer of `result`, under the names of the service model."""
    return reply_of(compact(result))


def reply_of(body: bytes) -> Reply:
    """An answer of JSON that is written already."""
    headers = (
        ("Content-Type", "application/x-amz-json-1.0"),
        ("x-amzn-RequestId", uuid.uuid4().hex.upper()),
        ("x-amz-crc32", str(zlib.crc32(body))),
    )
    return Reply(200, headers, body)
