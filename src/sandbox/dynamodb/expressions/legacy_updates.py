"""AttributeUpdates: what UpdateExpression has replaced.

Sources: API Reference *AttributeValueUpdate*; the words are those of architect/dynalite
`validations/updateItem.js` and `actions/updateItem.js`, which were checked against AWS.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.dynamodb.expressions.arithmetic import added, without
from sandbox.dynamodb.expressions.changes import Leaf
from sandbox.dynamodb.expressions.faults import invalid
from sandbox.dynamodb.expressions.legacy import wrong
from sandbox.dynamodb.expressions.paths import Elements, grow
from sandbox.dynamodb.expressions.updates import Update
from sandbox.dynamodb.expressions.values import SETS, kind_of
from sandbox.dynamodb.model import AttributeValue
from sandbox.dynamodb.values import stored

_ADDED = SETS | {"N", "L"}


def attribute_updates(given: Mapping[str, Mapping[str, Any]]) -> Update:
    """What AttributeUpdates makes of an item. Raises AwsError(ValidationException)."""
    paths: list[Elements] = [(name,) for name in given]
    checked = [_checked(one) for one in given.values()]
    leaves = [_leaf(action, value) for action, value in checked]
    kinds = {
        name: kind_of(value) for name, (_, value) in zip(given, checked, strict=True) if value is not None
    }
    return Update(
        paths,
        grow(paths),
        [lambda item, leaf=leaf: leaf for leaf in leaves],  # type: ignore[misc]
        nested=frozenset(),
        kinds=kinds,
        creates_item=not given or any(action != "DELETE" for action, _ in checked),
    )


def _checked(one: Mapping[str, Any]) -> tuple[str, AttributeValue | None]:
    action = one.get("Action") or "PUT"
    value = None if one.get("Value") is None else stored(one["Value"])
    if value is None:
        if action != "DELETE":
            raise wrong("Only DELETE action is allowed when no attribute value is specified")
        return action, None
    kind = kind_of(value)
    if action == "DELETE" and kind not in SETS:
        raise wrong(f"DELETE action with value is not supported for the type {kind}")
    if action == "ADD" and kind not in _ADDED:
        raise wrong(f"ADD action is not supported for the type {kind}")
    return action, value


def _leaf(action: str, value: AttributeValue | None) -> Leaf:
    if value is None:
        return lambda old: None
    if action == "PUT":
        return lambda old: value
    kind = kind_of(value)

    def leaf(old: AttributeValue | None) -> AttributeValue | None:
        if old is not None and kind not in old:
            raise invalid("Type mismatch for attribute to update")
        if action == "DELETE":
            return without(old, value)
        if kind == "L":
            return {"L": [*(old or value)["L"], *(value["L"] if old else ())]}
        return added(old, value)

    return leaf
