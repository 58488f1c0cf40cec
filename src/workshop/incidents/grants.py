"""What a policy allows on the table, statement by statement, and the same changed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sandbox.iam.patterns import wildcard_match

USED = tuple(f"dynamodb:{name}" for name in ("PutItem", "GetItem", "UpdateItem", "DeleteItem", "Scan"))
"""What lab 4's function does with its table."""


@dataclass(frozen=True)
class Statement:
    """An Allow statement. others: its elements but Action and Resource."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    others: Mapping[str, Any]

    def with_actions(self, actions: list[str]) -> Statement:
        return replace(self, actions=tuple(actions))

    def on(self, resource: str) -> Statement:
        return replace(self, resources=(resource,))

    def written(self) -> dict[str, Any]:
        return {**self.others, "Action": list(self.actions), "Resource": list(self.resources)}


def rewritten(
    document: Mapping[str, Any], table: str, edit: Callable[[Statement], Statement]
) -> dict[str, Any]:
    """The document, with every permission on the table as `edit` gives it; others stay as they are."""
    held = document.get("Statement", [])
    statements = [held] if isinstance(held, Mapping) else held
    return {**document, "Statement": [new for one in statements for new in _parts(one, table, edit)]}


def _parts(
    written: Mapping[str, Any], table: str, edit: Callable[[Statement], Statement]
) -> Iterator[dict[str, Any]]:
    """A statement in two: what it allows on the table, changed; and the rest of it."""
    one = _read(written)
    if one is None or not any(wildcard_match(resource, table) for resource in one.resources):
        yield dict(written)
        return
    of_table = tuple(action for used in USED for action in _naming(one.actions, used))
    if not of_table:
        yield dict(written)
        return
    changed = edit(replace(one, actions=of_table))
    if changed.actions:
        yield changed.written()
    rest = tuple(action for action in one.actions if not any(_allows(action, used) for used in USED))
    if "*" in one.actions:
        rest = ("logs:*", *rest)
    if rest:
        yield replace(one, actions=rest).written()


def _read(written: Mapping[str, Any]) -> Statement | None:
    if written.get("Effect") != "Allow" or "Action" not in written or "Resource" not in written:
        return None
    others = {name: value for name, value in written.items() if name not in ("Action", "Resource")}
    return Statement(_listed(written["Action"]), _listed(written["Resource"]), others)


def _naming(actions: tuple[str, ...], used: str) -> list[str]:
    return [used] if any(_allows(action, used) for action in actions) else []


def _allows(action: str, used: str) -> bool:
    return wildcard_match(action.lower(), used.lower())


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
