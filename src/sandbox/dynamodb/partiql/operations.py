"""ExecuteStatement, BatchExecuteStatement and ExecuteTransaction.

Sources: API Reference of each; nubo-db/dynamodb-conformance `tests/tier2/partiql` (checked against AWS).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.dynamodb.items import Tokens, prepare_many
from sandbox.dynamodb.items.batches import Find
from sandbox.dynamodb.partiql.running import DUPLICATE, run, transaction
from sandbox.dynamodb.partiql.statements import Statement, read
from sandbox.dynamodb.requests import check
from sandbox.dynamodb.requests.words import invalid
from sandbox.errors import AwsError

Json = dict[str, Any]

_CODES = {
    "ValidationException": "ValidationError",
    "ProvisionedThroughputExceededException": "ProvisionedThroughputExceeded",
    "ThrottlingException": "ThrottlingError",
}
"""How a batch spells an error (API Reference *BatchStatementError*); others lose their `Exception`."""


async def execute(given: Json, find: Find) -> Json:
    """ExecuteStatement. find: a table by name. Raises AwsError."""
    return await run(read(given["Statement"], given.get("Parameters") or []), given, find)


async def execute_batch(given: Json, find: Find) -> Json:
    """BatchExecuteStatement: each statement succeeds or fails by itself. Raises AwsError."""
    mode = given.get("ReturnConsumedCapacity")
    responses = [await _one(entry, mode, find) for entry in given["Statements"]]
    costs = [one.pop("ConsumedCapacity") for one in responses if "ConsumedCapacity" in one]
    return {"Responses": responses, **({"ConsumedCapacity": costs} if costs else {})}


async def _one(entry: Json, mode: str | None, find: Find) -> Json:
    response: Json = {}
    try:
        statement = read(entry["Statement"], entry.get("Parameters") or [])
        schema = find(statement.table).definition.schema
        response["TableName"] = statement.table
        if statement.kind == "SELECT" and not set(schema.names) <= statement.equalities().keys():
            raise invalid(
                "Select statements within BatchExecuteStatement must specify the primary key in the where "
                "clause."
            )
        answer = await run(statement, {**entry, "ReturnConsumedCapacity": mode}, find)
    except AwsError as error:
        code = _CODES.get(error.code, error.code.removesuffix("Exception"))
        response["Error"] = {"Code": code, "Message": error.message, **error.fields}
        return response
    if answer["Items"]:
        response["Item"] = answer["Items"][0]
    if "ConsumedCapacity" in answer:
        response["ConsumedCapacity"] = answer["ConsumedCapacity"]
    return response


async def execute_transaction(given: Json, find: Find, tokens: Tokens, seconds: float) -> Json:
    """ExecuteTransaction: all statements or none, as TransactGetItems or TransactWriteItems does them.

    Raises AwsError(TransactionCanceledException) with a reason for each statement, and others.
    """
    entries = given["TransactStatements"]
    statements = [read(entry["Statement"], entry.get("Parameters") or []) for entry in entries]
    reads = [statement.kind == "SELECT" for statement in statements]
    if any(reads) and not all(reads):
        raise invalid("The transaction must consist of either read statements or write statements.")
    actions = [transaction(one, find(one.table).definition) for one in statements]
    operation = "TransactGetItems" if all(reads) else "TransactWriteItems"
    parameters: Json = {"TransactItems": actions}
    for name in ("ReturnConsumedCapacity", *(() if all(reads) else ("ClientRequestToken",))):
        if given.get(name):
            parameters[name] = given[name]
    prepared = prepare_many(operation, check(operation, parameters), tokens, seconds)
    try:
        answer: Json = json.loads(await prepared.answer(find))
    except AwsError as error:
        raise _with_duplicates(error, statements) from error
    return {"Responses": [{} for _ in statements], **answer}


def _with_duplicates(error: AwsError, statements: list[Statement]) -> AwsError:
    """An INSERT of an item that is there fails as a duplicate, not by a condition."""
    reasons: list[Json] = error.fields.get("CancellationReasons") or []
    for reason, statement in zip(reasons, statements, strict=False):
        if reason.get("Code") == "ConditionalCheckFailed" and statement.kind == "INSERT":
            reason |= {"Code": "DuplicateItem", "Message": DUPLICATE}
    if reasons:
        codes = ", ".join(str(reason["Code"]) for reason in reasons)
        error.message = f"{error.message.partition('[')[0]}[{codes}]"
    return error


Execution = Callable[[Json, Find], Awaitable[Json]]

EXECUTIONS: dict[str, Execution] = {
    "ExecuteStatement": execute,
    "BatchExecuteStatement": execute_batch,
}
"""By operation; ExecuteTransaction takes more."""
