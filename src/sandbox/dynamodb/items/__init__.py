"""The operations on one item or one page of items: GetItem, PutItem, UpdateItem, DeleteItem, Query, Scan.

    operation = prepare("PutItem", given)     # expressions are read, no table is needed yet
    body = await operation.answer(table)      # checked against the table, admitted, done, charged, traced

Nothing waits between a read and the write that depends on it. Batches and transactions, which name tables
of their own, are made of `writes` (plan first, then apply) and `reads`; `prepare_many` reads theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sandbox.dynamodb.items.batches import BatchGet, BatchWrite, Find
from sandbox.dynamodb.items.queries import Query, Scan
from sandbox.dynamodb.items.reads import Get
from sandbox.dynamodb.items.single_writes import SingleWrite
from sandbox.dynamodb.items.table import ItemTable
from sandbox.dynamodb.items.tokens import Tokens
from sandbox.dynamodb.items.transactions import TransactGet, TransactWrite
from sandbox.dynamodb.items.writes import Delete, Put, Update
from sandbox.dynamodb.requests.words import ONE_ERROR, WRITES, invalid
from sandbox.errors import AwsError

__all__ = ["MANY", "OPERATIONS", "Operation", "OperationOnMany", "Tokens", "prepare", "prepare_many"]

MANY = frozenset(("BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems"))
"""The operations that name their tables with each item."""


class Operation(Protocol):
    """A request whose expressions are read."""

    async def answer(self, table: ItemTable) -> bytes:
        """Do it: the JSON of the answer. Raises AwsError where DynamoDB refuses."""


class OperationOnMany(Protocol):
    """A request for items of any tables, whose expressions are read."""

    async def answer(self, find: Find) -> bytes:
        """Do it: the JSON of the answer. find: a table by name or ARN. Raises AwsError if refused."""


def prepare_many(
    operation: str, given: dict[str, Any], tokens: Tokens, transaction_seconds: float
) -> OperationOnMany:
    """As `prepare`, of an operation in `MANY`.

    tokens: of the account and region. transaction_seconds: how long a transaction is under way.
    """
    match operation:
        case "BatchGetItem":
            return BatchGet(given)
        case "BatchWriteItem":
            return BatchWrite(given)
        case "TransactGetItems":
            return TransactGet(given)
    return TransactWrite(given, tokens, transaction_seconds)


def prepare(operation: str, given: dict[str, Any]) -> Operation:
    """Read the expressions of a request that `requests.check` has passed.

    Raises AwsError(ValidationException), KeyError for another operation than those of `OPERATIONS`.
    """
    try:
        return OPERATIONS[operation](given)
    except AwsError as error:
        if operation not in WRITES or error.code != "ValidationException":
            raise
        raise invalid(ONE_ERROR + error.message.removeprefix(ONE_ERROR)) from error


OPERATIONS: dict[str, Callable[[dict[str, Any]], Operation]] = {
    "GetItem": Get,
    "PutItem": lambda given: SingleWrite(given, Put(given)),
    "UpdateItem": lambda given: SingleWrite(given, Update(given)),
    "DeleteItem": lambda given: SingleWrite(given, Delete(given)),
    "Query": Query,
    "Scan": Scan,
}
