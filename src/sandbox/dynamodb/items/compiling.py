"""The expressions of a request, or the legacy parameters that it uses instead."""

from __future__ import annotations

from typing import Any

from sandbox.dynamodb import expressions
from sandbox.dynamodb.expressions import Condition, KeyClauses, Placeholders, Projection, Update, legacy
from sandbox.dynamodb.expressions.legacy_updates import attribute_updates

Given = dict[str, Any]


def placeholders(given: Given) -> Placeholders:
    """The names and values of a request."""
    return Placeholders(given.get("ExpressionAttributeNames"), given.get("ExpressionAttributeValues"))


def condition(given: Given, known: Placeholders) -> Condition | None:
    """What a write asks of the item that is there."""
    if "ConditionExpression" in given:
        return expressions.condition("ConditionExpression", given["ConditionExpression"], known)
    if "Expected" in given:
        return legacy.expected(given["Expected"], given.get("ConditionalOperator"))
    return None


def filter_of(given: Given, known: Placeholders, legacy_name: str) -> Condition | None:
    """What a page leaves out. legacy_name: QueryFilter or ScanFilter."""
    if "FilterExpression" in given:
        return expressions.condition("FilterExpression", given["FilterExpression"], known)
    if legacy_name in given:
        return legacy.filters(given[legacy_name], given.get("ConditionalOperator"))
    return None


def projection(given: Given, known: Placeholders) -> Projection | None:
    """Which parts of items are asked for; None: all."""
    if "ProjectionExpression" in given:
        return expressions.projection(given["ProjectionExpression"], known)
    if "AttributesToGet" in given:
        return legacy.attributes_to_get(given["AttributesToGet"])
    return None


def key_clauses(given: Given, known: Placeholders) -> KeyClauses:
    """Which keys a Query reads."""
    if "KeyConditionExpression" in given:
        return expressions.key_clauses(given["KeyConditionExpression"], known)
    return legacy.key_conditions(given["KeyConditions"])


def update(given: Given, known: Placeholders) -> Update | None:
    """What an UpdateItem makes of the item; None: it only makes sure that there is one."""
    if "UpdateExpression" in given:
        return expressions.update(given["UpdateExpression"], known)
    if "AttributeUpdates" in given:
        return attribute_updates(given["AttributeUpdates"])
    return None
