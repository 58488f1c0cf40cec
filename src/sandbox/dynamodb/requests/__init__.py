"""What DynamoDB refuses before it looks at any table, in its words and its order.

    check("PutItem", {"TableName": "users", "Item": {"pk": {"S": "ada"}, "age": {"N": "036"}}})
    -> {"TableName": "users", "Item": {"pk": {"S": "ada"}, "age": {"N": "36"}}}

In this order: JSON of another type (`types`), constraints of the service model (`constraints`), rules of the
operation (`items`, `reads`, `batches`, `tables` …). Expressions are read next, by
`sandbox.dynamodb.expressions`; what needs the table is in `keys` and `against_table`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.dynamodb.requests import batches, items, reads, table_updates, tables, tags
from sandbox.dynamodb.requests.against_table import check_against_table
from sandbox.dynamodb.requests.compiled import operation as compiled
from sandbox.dynamodb.requests.keys import check_index_keys, check_item_keys, check_key, check_start_key
from sandbox.dynamodb.requests.words import (
    ONE_ERROR,
    WRITES,
    Parameters,
    duplicate_keys,
    empty_key,
    invalid,
)
from sandbox.errors import AwsError

__all__ = [
    "ONE_ERROR",
    "WRITES",
    "check",
    "check_against_table",
    "check_index_keys",
    "check_item_keys",
    "check_key",
    "check_start_key",
    "duplicate_keys",
    "empty_key",
    "invalid",
]


def check(operation: str, parameters: Parameters) -> dict[str, Any]:
    """The parameters without nulls and unknown members, their attribute values as they are stored.

    Raises AwsError: SerializationException for JSON of another type, ValidationException in DynamoDB's words;
    those of `WRITES` begin with `ONE_ERROR`.
    """
    known = compiled(operation)
    if known is None:
        return dict(parameters)
    given = known.read(parameters)
    rule = _RULES.get(operation)
    if rule is None:
        return given
    try:
        rule(given)
    except AwsError as error:
        if error.code != "ValidationException":
            raise
        known.check_types(parameters)
        if operation in WRITES and not error.message.startswith(ONE_ERROR):
            raise invalid(ONE_ERROR + error.message) from error
        raise
    return given


_RULES: dict[str, Callable[[dict[str, Any]], None]] = {
    "PutItem": items.put_item,
    "UpdateItem": items.update_item,
    "DeleteItem": items.delete_item,
    "GetItem": items.get_item,
    "Query": reads.query,
    "Scan": reads.scan,
    "BatchGetItem": batches.batch_get_item,
    "BatchWriteItem": batches.batch_write_item,
    "TransactWriteItems": batches.transact_write_items,
    "TransactGetItems": batches.transact_get_items,
    "CreateTable": tables.create_table,
    "UpdateTable": table_updates.update_table,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "ListTagsOfResource": tags.list_tags_of_resource,
}
