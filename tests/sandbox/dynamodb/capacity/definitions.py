"""Tables of the tests' own making, and a clock that they set."""

from __future__ import annotations

from sandbox.dynamodb.model import Definition, Index, KeySchema, Throughput

ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/users"


class Clock:
    """Seconds; goes on only when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def table(write: int | None = 1, read: int = 1, *, index_write: int | None = None) -> Definition:
    """A table of these units, or on demand if `write` is None; with a global and a local index."""
    throughput = None if write is None else Throughput(read, write)
    units = None if throughput is None else Throughput(read, write if index_write is None else index_write)
    key = KeySchema("userId", None, {"userId": "S"})
    indexes = {
        "by_email": Index("by_email", KeySchema("email", None, {"email": "S"}), True, None, units),
        "by_age": Index("by_age", KeySchema("userId", "age", {"userId": "S", "age": "N"}), False, None),
    }
    return Definition("users", "123456789012", "us-east-1", ARN, key, throughput, indexes)
