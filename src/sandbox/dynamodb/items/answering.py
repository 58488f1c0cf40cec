"""The bytes of answers, and what the trace is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sandbox.dynamodb.consumed import Consumed
from sandbox.dynamodb.items.table import ItemTable
from sandbox.dynamodb.records import compact
from sandbox.errors import AwsError
from sandbox.trace import current


def body(**members: Any) -> bytes:
    """A JSON object. Members that are bytes are JSON already; those that are None are left out.

    >>> body(Item=b'{"pk":{"S":"ada"}}', Count=1, LastEvaluatedKey=None)
    b'{"Item":{"pk":{"S":"ada"}},"Count":1}'
    """
    parts = [
        b'"%s":%s' % (name.encode(), value if type(value) is bytes else compact(value))
        for name, value in members.items()
        if value is not None
    ]
    return b"{%s}" % b",".join(parts)


def noted(table: ItemTable, cost: Consumed, **facts: Any) -> None:
    """Tell the trace what was done: on which replica, for how many units."""
    trace = current.get()
    if trace is not None:
        read, write = cost.total
        units = {"read_units": read} if read else {"write_units": write}
        told = {name: fact for name, fact in facts.items() if fact is not None}
        trace.hop("dynamodb", table=table.definition.name, **told, **units).done()


@contextmanager
def refused(table: ItemTable) -> Iterator[None]:
    """Tell the trace of a throttle, and pass it on."""
    try:
        yield
    except AwsError as error:
        trace = current.get()
        if trace is not None:
            hop = trace.hop("dynamodb", table=table.definition.name, throttled=error.code)
            hop.error = f"{error.code}: {error.message}"
            hop.done()
        raise
