"""What calls of DynamoDB Streams ask for: actions of DynamoDB, on a table's stream.

Source: Service Authorization Reference, *Amazon DynamoDB*.
"""

from __future__ import annotations

from sandbox.iam.actions.ask import Call
from sandbox.iam.actions.rules import Rule, plain, words


def _iterated(call: Call) -> str:
    """A shard iterator begins with the ARN of its stream."""
    return call.text("ShardIterator").split("|", 1)[0]


def _streams(call: Call) -> str:
    table = call.text("TableName")
    if table.startswith("arn:"):
        return f"{table}/stream/*"
    return call.arn("dynamodb", f"table/{table or '*'}/stream/*")


RULES: dict[str, Rule] = plain(
    "dynamodb",
    {"{StreamArn}": "DescribeStream GetShardIterator", _iterated: "GetRecords", _streams: "ListStreams"},
)

REFUSED = words("")
