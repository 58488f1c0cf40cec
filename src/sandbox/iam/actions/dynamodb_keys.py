"""DynamoDB's condition keys: LeadingKeys, Attributes, Select, ReturnValues and others.

Sources: DynamoDB Developer Guide, *Using IAM policy conditions for fine-grained access control* and
*Using IAM with DynamoDB transactions*; Service Authorization Reference, *Amazon DynamoDB*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from sandbox.iam.actions.ask import Ask, Call, Keys, Lazy
from sandbox.iam.actions.dynamodb_expressions import as_text, attributes, equalities
from sandbox.iam.actions.rules import listed

Parameters = Mapping[str, Any]

_EXPRESSIONS = (
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "UpdateExpression",
)
# The parameters that came before expressions: Legacy conditional parameters.
_LEGACY_MAPS = ("AttributeUpdates", "Expected", "KeyConditions", "QueryFilter", "ScanFilter")


def ask(call: Call, action: str, resource: str, work_out: Callable[[], Keys]) -> Ask:
    """An ask whose condition keys are worked out when a policy wants one."""
    return Ask(action, resource, Lazy(work_out, call.lookup, resource))


def item_keys(call: Call, p: Parameters, resource: str, place: str, enclosing: str = "") -> Keys:
    """The keys of a call on one item, whose key is in the parameter `place`: Item or Key.

    `ReturnValues` always has a value, `NONE` unless the call gives one. In a transaction it is
    `ReturnValuesOnConditionCheckFailure`, and EnclosingOperation names the transaction.
    """
    keys = _common(p, (p.get(place),)) | _leading(call, resource, (p.get(place),))
    returned = p.get("ReturnValuesOnConditionCheckFailure" if enclosing else "ReturnValues")
    keys["dynamodb:returnvalues"] = (str(returned or "NONE"),)
    if enclosing:
        keys["dynamodb:enclosingoperation"] = (enclosing,)
    return keys


def get_keys(call: Call, p: Parameters, resource: str, enclosing: str = "") -> Keys:
    """The keys of a read of one item."""
    keys = _common(p, (p.get("Key"),)) | _leading(call, resource, (p.get("Key"),))
    keys["dynamodb:select"] = (_select(p),)
    if enclosing:
        keys["dynamodb:enclosingoperation"] = (enclosing,)
    return keys


def query_keys(call: Call, p: Parameters, resource: str) -> Keys:
    """The keys of a Query; the leading key is what the partition key has to be equal to."""
    keys = _common(p, ())
    keys["dynamodb:select"] = (_select(p),)
    keys["dynamodb:leadingkeys"] = tuple(_queried(p, call.lookup.key_name(resource)))
    return keys


def scan_keys(p: Parameters) -> Keys:
    """The keys of a Scan: it reads all items, so it has no leading keys."""
    return _common(p, ()) | {"dynamodb:select": (_select(p),)}


def batch_get_keys(call: Call, wanted: Any, resource: str, capacity: Any) -> Keys:
    """The keys of one table's part of a BatchGetItem."""
    p = wanted if isinstance(wanted, Mapping) else {}
    items = listed(p.get("Keys"))
    keys = _common({**p, "ReturnConsumedCapacity": capacity}, items)
    return keys | _leading(call, resource, items) | {"dynamodb:select": (_select(p),)}


def batch_write_keys(call: Call, requests: Any, resource: str, capacity: Any) -> Keys:
    """The keys of one table's part of a BatchWriteItem."""
    items = [
        part.get("Item" if kind == "PutRequest" else "Key")
        for request in listed(requests)
        if isinstance(request, Mapping)
        for kind, part in request.items()
        if isinstance(part, Mapping)
    ]
    return _common({"ReturnConsumedCapacity": capacity}, items) | _leading(call, resource, items)


def _common(p: Parameters, items: Iterable[Any]) -> dict[str, tuple[str, ...]]:
    """ReturnConsumedCapacity, and every attribute that the request names, keys included."""
    named = chain(_of_items(items), _of_expressions(p), _of_legacy(p))
    return {
        "dynamodb:attributes": tuple(dict.fromkeys(named)),
        "dynamodb:returnconsumedcapacity": (str(p.get("ReturnConsumedCapacity") or "NONE"),),
    }


def _of_items(items: Iterable[Any]) -> Iterator[str]:
    return (str(name) for item in items if isinstance(item, Mapping) for name in item)


def _of_expressions(p: Parameters) -> Iterator[str]:
    names = p.get("ExpressionAttributeNames")
    for expression in _EXPRESSIONS:
        if expression in p:
            yield from attributes(p[expression], names)


def _of_legacy(p: Parameters) -> Iterator[str]:
    for parameter in _LEGACY_MAPS:
        if parameter in p:
            yield from _of_items((p[parameter],))
    yield from (str(name) for name in listed(p.get("AttributesToGet")))


def _leading(call: Call, resource: str, items: Iterable[Any]) -> dict[str, tuple[str, ...]]:
    """The values of the partition key. A key of one attribute tells its name itself."""
    given = [item for item in items if isinstance(item, Mapping)]
    name = call.lookup.key_name(resource)
    values = []
    for item in given:
        if name is None and len(item) == 1:
            values += [as_text(value) for value in item.values()]
        elif name in item:
            values.append(as_text(item[name]))
    return {"dynamodb:leadingkeys": tuple(dict.fromkeys(values))}


def _queried(p: Parameters, name: str | None) -> Iterator[str]:
    found = list(
        equalities(
            p.get("KeyConditionExpression"),
            p.get("ExpressionAttributeNames"),
            p.get("ExpressionAttributeValues"),
        )
    )
    legacy = p.get("KeyConditions")
    for attribute, condition in legacy.items() if isinstance(legacy, Mapping) else ():
        if isinstance(condition, Mapping) and condition.get("ComparisonOperator") == "EQ":
            found += [(str(attribute), as_text(v)) for v in listed(condition.get("AttributeValueList"))]
    only = len(found) == 1
    return (value for attribute, value in found if attribute == name or (name is None and only))


def _select(p: Parameters) -> str:
    """API Reference, *Query*, Select: it always has a value."""
    if p.get("Select"):
        return str(p["Select"])
    if p.get("ProjectionExpression") or p.get("AttributesToGet"):
        return "SPECIFIC_ATTRIBUTES"
    return "ALL_PROJECTED_ATTRIBUTES" if p.get("IndexName") else "ALL_ATTRIBUTES"
