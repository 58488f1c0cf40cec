"""DynamoDB's expressions: read, checked in AWS's words, applied to items. Knows no table and no request.

Read from the text once (the trees are kept by their text), bound to the names and values of a request, then
called with items:

    placeholders = Placeholders({"#n": "name"}, {":v": {"S": "Ada"}})
    holds = condition("FilterExpression", "#n = :v", placeholders)
    placeholders.check_all_used()
    holds({"name": {"S": "Ada"}})  # True

Items are never changed. Errors are AwsError(ValidationException) with the message that AWS sends for reads;
for PutItem, UpdateItem and DeleteItem the caller writes `1 validation error detected: ` before it.
Everything here can be checked before the table is looked up, as AWS does, but for `KeyClauses.against`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sandbox.dynamodb.expressions import conditions, updates
from sandbox.dynamodb.expressions.conditions import Condition
from sandbox.dynamodb.expressions.conditions_grammar import read_condition
from sandbox.dynamodb.expressions.faults import Fault, refusal
from sandbox.dynamodb.expressions.key_conditions import KeyClauses, KeyCondition
from sandbox.dynamodb.expressions.paths import resolve
from sandbox.dynamodb.expressions.placeholders import Placeholders
from sandbox.dynamodb.expressions.projections import Projection
from sandbox.dynamodb.expressions.projections_grammar import read_projection
from sandbox.dynamodb.expressions.updates import Update, Updated
from sandbox.dynamodb.expressions.updates_grammar import read_update
from sandbox.dynamodb.model import KeySchema

__all__ = [
    "Condition",
    "KeyClauses",
    "KeyCondition",
    "Placeholders",
    "Projection",
    "Update",
    "Updated",
    "condition",
    "key_clauses",
    "key_condition",
    "projection",
    "update",
]

LONGEST = 4096

_Made = TypeVar("_Made")


def condition(kind: str, text: str, placeholders: Placeholders) -> Condition:
    """What a ConditionExpression or FilterExpression (kind) asks of an item."""
    return _made(kind, text, lambda: conditions.bind(read_condition(text), placeholders))


def projection(text: str, placeholders: Placeholders) -> Projection:
    """What a ProjectionExpression leaves of an item."""
    return _made(
        "ProjectionExpression",
        text,
        lambda: Projection([resolve(path, placeholders) for path in read_projection(text)]),
    )


def update(text: str, placeholders: Placeholders) -> Update:
    """What an UpdateExpression makes of an item."""
    return _made("UpdateExpression", text, lambda: updates.bind(read_update(text), placeholders))


def key_clauses(text: str, placeholders: Placeholders) -> KeyClauses:
    """The conditions of a KeyConditionExpression, before the key schema is known."""

    def make() -> KeyClauses:
        root = read_condition(text)
        conditions.bind(root, placeholders)
        return KeyClauses.of(root, placeholders)

    return _made("KeyConditionExpression", text, make)


def key_condition(text: str, placeholders: Placeholders, schema: KeySchema) -> KeyCondition:
    """What a KeyConditionExpression asks of the keys of a table or an index."""
    return key_clauses(text, placeholders).against(schema)


def _made(kind: str, text: str, make: Callable[[], _Made]) -> _Made:
    """What `make` makes; its Fault as AWS's refusal.

    Of an expression that is too long AWS tells the size where a Scan filters, and not for other parameters of
    single operations (ExtendDB `tests/test_expression_size_limit.py`; floci-io/floci
    `DynamoDbExpressionSize.java`, both from captures of 2026).
    """
    try:
        if not text:
            raise Fault("The expression can not be empty;")
        size = len(text.encode(errors="surrogatepass"))
        if size > LONGEST:
            told = f" expression size: {size}" if kind == "FilterExpression" else ""
            raise Fault(f"Expression size has exceeded the maximum allowed size;{told}")
        return make()
    except Fault as fault:
        raise refusal(kind, fault) from fault
