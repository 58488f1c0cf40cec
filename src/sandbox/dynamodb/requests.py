"""What DynamoDB refuses before it looks at any table.

Sources: the cases of `tests/sandbox/cases.yaml` named beside each rule; API Reference *DynamoDB*.
Since June 2026 validation errors of PutItem, UpdateItem and DeleteItem begin with `ONE_ERROR`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox.dynamodb.values import check_value
from sandbox.errors import AwsError

ONE_ERROR = "1 validation error detected: "

WRITES = frozenset(("PutItem", "UpdateItem", "DeleteItem"))
READS = frozenset(("GetItem", "Query", "Scan"))
_TABLES = frozenset(("CreateTable", "DescribeTable", "DeleteTable", "UpdateTable"))
_ONE_TABLE = WRITES | READS | _TABLES

_TABLE_NAME = re.compile(r"[a-zA-Z0-9_.-]+")
_RETURN_VALUES = frozenset(("NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"))
# UpdateExpression is left to moto, whose parser tells a syntax error first, as AWS does.
_EXPRESSIONS = ("ConditionExpression", "FilterExpression", "KeyConditionExpression", "ProjectionExpression")
_NAME_OR_VALUE = re.compile(r"[#:][A-Za-z0-9_]+")

Parameters = Mapping[str, Any]


def invalid(message: str) -> AwsError:
    """DynamoDB's refusal of a request."""
    return AwsError("ValidationException", message, 400)


def check(operation: str, parameters: Parameters) -> None:
    """Pass what DynamoDB takes; raises AwsError(ValidationException) in its words."""
    prefix = ONE_ERROR if operation in WRITES else ""
    if operation in _ONE_TABLE:
        _check_table_name(operation, parameters.get("TableName"))
    if operation in WRITES:
        _check_return_values(operation, parameters.get("ReturnValues"))
        _check_use_of_values(parameters)
    if operation in WRITES or operation in READS:
        _check_item_or_key(operation, parameters)
        _check_definitions(parameters, prefix)
        _check_key(parameters.get("Key"))
        for value in _stored_values(parameters):
            check_value(value, prefix)
    more = _FURTHER.get(operation)
    if more is not None:
        more(parameters)


def _check_table_name(operation: str, name: Any) -> None:
    """Cases ddb-table-null, ddb-table-empty, ddb-table-badchars, ddb-table-short."""
    failed = "failed to satisfy constraint: Member must"
    if name is None:
        raise invalid(f"{ONE_ERROR}Value null at 'tableName' {failed} not be null")
    name = str(name)
    if not name:
        text = f"{ONE_ERROR}Value at 'TableName' {failed} have length greater than or equal to 1"
        raise invalid(text)
    if name.startswith("arn:"):
        return
    if not _TABLE_NAME.fullmatch(name):
        pattern = f"satisfy regular expression pattern: {_TABLE_NAME.pattern}"
        raise invalid(f"{ONE_ERROR}Value '{name}' at 'tableName' {failed} {pattern}")
    if operation == "CreateTable" and not 3 <= len(name) <= 255:
        limit = "greater than or equal to 3" if len(name) < 3 else "less than or equal to 255"
        raise invalid(f"{ONE_ERROR}Value '{name}' at 'tableName' {failed} have length {limit}")


def _check_item_or_key(operation: str, parameters: Parameters) -> None:
    if operation in ("Query", "Scan"):
        return
    name = "Item" if operation == "PutItem" else "Key"
    given = parameters.get(name)
    if given is None:
        text = f"Value null at '{name.lower()}' failed to satisfy constraint: Member must not be null"
        raise invalid(ONE_ERROR + text)
    if not isinstance(given, dict) or not all(isinstance(value, dict) for value in given.values()):
        raise AwsError("SerializationException", "Unexpected value type in payload", 400)


def _check_return_values(operation: str, wanted: Any) -> None:
    """Cases ddb-bad-returnvalues and ddb-put-returnvalues; AWS itself writes UPDATE_NEW."""
    if wanted is None:
        return
    if wanted not in _RETURN_VALUES:
        values = "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]"
        text = f"{ONE_ERROR}Failed to satisfy constraint: Member must satisfy enum value set: {values}"
        raise invalid(text)
    if operation != "UpdateItem" and wanted not in ("NONE", "ALL_OLD"):
        raise invalid(f"{ONE_ERROR}ReturnValues can only be ALL_OLD or NONE")


def _check_use_of_values(parameters: Parameters) -> None:
    """Case ddb-values-no-expr: names and values come with an expression that uses them."""
    if "ConditionExpression" in parameters or "UpdateExpression" in parameters:
        return
    for given in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        if parameters.get(given):
            raise invalid(f"{ONE_ERROR}{given} can only be specified when using expressions")


def _check_definitions(parameters: Parameters, prefix: str) -> None:
    """Case ddb-undefined-name: what an expression uses must be defined."""
    names = parameters.get("ExpressionAttributeNames") or {}
    values = parameters.get("ExpressionAttributeValues") or {}
    for expression in _EXPRESSIONS:
        for used in _NAME_OR_VALUE.findall(str(parameters.get(expression) or "")):
            if used in names or used in values:
                continue
            what = "attribute name used in the document path is not defined; attribute name"
            if used[0] == ":":
                what = "attribute value used in expression is not defined; attribute value"
            raise invalid(f"{prefix}Invalid {expression}: An expression {what}: {used}")


def _check_key(key: Any) -> None:
    """Case ddb-key-empty."""
    for name, value in key.items() if isinstance(key, dict) else ():
        for kind, word in (("S", "string"), ("B", "binary")):
            if isinstance(value, dict) and value.get(kind) == "":
                raise empty_key(name, word)


def empty_key(name: str, kind: str = "string") -> AwsError:
    """The refusal of a key attribute without content."""
    return invalid(
        "One or more parameter values are not valid. The AttributeValue for a key attribute "
        f"cannot contain an empty {kind} value. Key: {name}"
    )


def _stored_values(parameters: Parameters) -> Iterable[Any]:
    for place in ("Item", "Key", "ExpressionAttributeValues"):
        values = parameters.get(place)
        if isinstance(values, dict):
            yield from values.values()


def _check_schema(parameters: Parameters) -> None:
    """Case ddb-createtable-attrtype."""
    if not parameters.get("KeySchema"):
        text = "Value null at 'keySchema' failed to satisfy constraint: Member must not be null"
        raise invalid(ONE_ERROR + text)
    for number, one in enumerate(parameters.get("AttributeDefinitions") or (), 1):
        kind = one.get("AttributeType") if isinstance(one, dict) else None
        if kind not in ("S", "N", "B"):
            where = f"'attributeDefinitions.{number}.member.attributeType'"
            raise invalid(
                f"{ONE_ERROR}Value '{kind}' at {where} failed to satisfy constraint: "
                "Member must satisfy enum value set: [B, N, S]"
            )


def _check_query(parameters: Parameters) -> None:
    """Case ddb-query-nokey."""
    if not parameters.get("KeyConditionExpression") and not parameters.get("KeyConditions"):
        raise invalid(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
        )


def _check_batch_get(parameters: Parameters) -> None:
    """Cases ddb-batch-empty and ddb-batch-get-100."""
    wanted = parameters.get("RequestItems")
    failed = "failed to satisfy constraint: Member must have length"
    if not wanted:
        raise invalid(f"{ONE_ERROR}Value at 'RequestItems' {failed} greater than or equal to 1")
    for table, entry in wanted.items() if isinstance(wanted, dict) else ():
        if isinstance(entry, dict) and len(entry.get("Keys") or ()) > 100:
            where = f"'RequestItems.{table}.member.Keys'"
            raise invalid(f"{ONE_ERROR}Value at {where} {failed} less than or equal to 100")


def _check_batch_write(parameters: Parameters) -> None:
    """Case ddb-batch-empty."""
    if not parameters.get("RequestItems"):
        raise invalid("The requestItems parameter is required for BatchWriteItem")


_FURTHER: dict[str, Callable[[Parameters], None]] = {
    "CreateTable": _check_schema,
    "Query": _check_query,
    "BatchGetItem": _check_batch_get,
    "BatchWriteItem": _check_batch_write,
}
