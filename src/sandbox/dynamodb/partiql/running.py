"""PartiQL statements as the operations that they stand for: Query, Scan, PutItem, UpdateItem, DeleteItem.

Sources: Developer Guide *PartiQL for DynamoDB*; API Reference *ExecuteStatement*; the suite
nubo-db/dynamodb-conformance, `tests/tier2/partiql` (checked against AWS).
"""

from __future__ import annotations

import base64
import json
from typing import Any

from sandbox.dynamodb.items import prepare
from sandbox.dynamodb.items.batches import Find
from sandbox.dynamodb.model import Definition, KeySchema
from sandbox.dynamodb.partiql.statements import Part, Statement
from sandbox.dynamodb.requests import ONE_ERROR, check
from sandbox.dynamodb.requests.words import invalid
from sandbox.errors import AwsError, NotModelled

Json = dict[str, Any]

_OPERATION = {"INSERT": "PutItem", "UPDATE": "UpdateItem", "DELETE": "DeleteItem"}
DUPLICATE = "Duplicate primary key exists in table"


async def run(statement: Statement, given: Json, find: Find) -> Json:
    """Do one statement: the answer of ExecuteStatement. Raises AwsError."""
    definition = find(statement.table).definition
    if statement.kind == "SELECT":
        return await _select(statement, given, find, definition)
    parameters = write(statement, definition)
    for name in ("ReturnConsumedCapacity", "ReturnValuesOnConditionCheckFailure"):
        if given.get(name):
            parameters[name] = given[name]
    if statement.returning != "NONE":
        parameters["ReturnValues"] = statement.returning
    try:
        answer = await _asked(_OPERATION[statement.kind], parameters, find)
    except AwsError as error:
        if statement.kind == "INSERT" and error.code == "ConditionalCheckFailedException":
            raise AwsError("DuplicateItemException", DUPLICATE, 400) from error
        raise
    items = [answer["Attributes"]] if "Attributes" in answer else []
    return _with_capacity({"Items": items}, answer)


def write(statement: Statement, definition: Definition) -> Json:
    """The parameters of the write that INSERT, UPDATE or DELETE stands for."""
    names = statement.names
    parameters: Json = {"TableName": statement.table}
    conditions: list[str] = []
    if statement.kind == "INSERT":
        parameters["Item"] = statement.item
        conditions.append(f"attribute_not_exists({names.path([definition.schema.hash_key])})")
    else:
        parameters["Key"] = key_of(statement, definition.schema)
        conditions += [part.text for part in statement.where if part.about not in parameters["Key"]]
    if statement.kind == "UPDATE":
        conditions.append(f"attribute_exists({names.path([definition.schema.hash_key])})")
        parts = [f"SET {', '.join(statement.sets)}"] if statement.sets else []
        parts += [f"REMOVE {', '.join(statement.removes)}"] if statement.removes else []
        parameters["UpdateExpression"] = " ".join(parts)
    if conditions:
        parameters["ConditionExpression"] = " AND ".join(f"({text})" for text in conditions)
    return _with_names(parameters, statement)


def key_of(statement: Statement, schema: KeySchema) -> Json:
    """The key that WHERE names. Raises AwsError(ValidationException) where it does not."""
    equal = statement.equalities()
    missing = [name for name in schema.names if name not in equal]
    if missing:
        raise invalid("Where clause does not contain a mandatory equality on all key attributes")
    return {name: equal[name] for name in schema.names}


async def _select(statement: Statement, given: Json, find: Find, definition: Definition) -> Json:
    index = definition.indexes.get(statement.index)
    schema = definition.schema if index is None else index.schema
    parameters: Json = {"TableName": statement.table}
    if statement.index:
        parameters["IndexName"] = statement.index
    operation, keys, filters = _conditions(statement, schema)
    if keys:
        parameters["KeyConditionExpression"] = " AND ".join(part.text for part in keys)
    if filters:
        parameters["FilterExpression"] = " AND ".join(f"({part.text})" for part in filters)
    if statement.fields:
        texts = [statement.names.path(field) for field in statement.fields]
        parameters["ProjectionExpression"] = ", ".join(texts)
    for name in ("ConsistentRead", "Limit", "ReturnConsumedCapacity"):
        if given.get(name) is not None:
            parameters[name] = given[name]
    if given.get("NextToken"):
        parameters["ExclusiveStartKey"] = _read_token(str(given["NextToken"]))
    answer = await _asked(operation, _with_names(parameters, statement), find)
    result: Json = {"Items": [_shown(item, statement) for item in answer["Items"]]}
    last = answer.get("LastEvaluatedKey")
    if last:
        result |= {
            "NextToken": base64.b64encode(json.dumps(last).encode()).decode(),
            "LastEvaluatedKey": last,
        }
    return _with_capacity(result, answer)


def _conditions(statement: Statement, schema: KeySchema) -> tuple[str, list[Part], list[Part]]:
    """Query or Scan, the conditions on the key, and the others."""
    hashes = [p for p in statement.where if p.about == schema.hash_key and p.equals is not None]
    if not hashes:
        return "Scan", [], [part for part in statement.where if part.text]
    keys = hashes[:1]
    ranges = [p for p in statement.where if schema.range_key and p.about == schema.range_key and p.sortable]
    keys += ranges[:1]
    return "Query", keys, [part for part in statement.where if part not in keys]


def _shown(item: Json, statement: Statement) -> Json:
    """What is selected, a nested part under its last name."""
    if not statement.fields:
        return item
    shown: Json = {}
    for field in statement.fields:
        value: Any = {"M": item}
        for part in field:
            value = _inner(value, part)
        if value is not None:
            shown[next(str(part) for part in reversed(field) if isinstance(part, str))] = value
    return shown


def _inner(value: Any, part: str | int) -> Any:
    if value is None:
        return None
    if isinstance(part, str):
        return value.get("M", {}).get(part)
    found = value.get("L") or []
    # A projection has closed the gaps between the elements that were asked for.
    return found[min(part, len(found) - 1)] if found else None


def _with_names(parameters: Json, statement: Statement) -> Json:
    """The names and values that the expressions use."""
    text = " ".join(value for name, value in parameters.items() if name.endswith("Expression")) + " "
    used = set(text.replace("(", " ").replace(")", " ").replace(",", " ").replace(".", " ").split())
    used |= {word.partition("[")[0] for word in used}
    names = {name: value for name, value in statement.names.names.items() if name in used}
    values = {name: value for name, value in statement.names.values.items() if name in used}
    more: Json = {"ExpressionAttributeNames": names} if names else {}
    return {**parameters, **more, **({"ExpressionAttributeValues": values} if values else {})}


async def _asked(operation: str, parameters: Json, find: Find) -> Json:
    """The answer of an item operation; its refusals without the mark of single writes."""
    try:
        prepared = prepare(operation, check(operation, parameters))
        answer: Json = json.loads(await prepared.answer(find(parameters["TableName"])))
    except AwsError as error:
        if error.code != "ValidationException":
            raise
        raise invalid(error.message.removeprefix(ONE_ERROR)) from error
    return answer


def _with_capacity(result: Json, answer: Json) -> Json:
    if "ConsumedCapacity" in answer:
        result["ConsumedCapacity"] = answer["ConsumedCapacity"]
    return result


def _read_token(token: str) -> Json:
    try:
        found: Json = json.loads(base64.b64decode(token, validate=True))
    except ValueError as error:
        raise invalid("Invalid NextToken") from error
    return found


def transaction(statement: Statement, definition: Definition) -> Json:
    """The entry of TransactGetItems or TransactWriteItems that a statement stands for."""
    if statement.kind == "SELECT":
        if statement.index or statement.fields:
            raise NotModelled("SELECT of an index or of attributes in ExecuteTransaction")
        return {"Get": {"TableName": statement.table, "Key": key_of(statement, definition.schema)}}
    kind = {"INSERT": "Put", "UPDATE": "Update", "DELETE": "Delete"}[statement.kind]
    return {kind: write(statement, definition)}
