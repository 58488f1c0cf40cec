"""Changes at many places of an item at once, made on copies of what they touch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.dynamodb.expressions.faults import invalid
from sandbox.dynamodb.expressions.paths import Branch
from sandbox.dynamodb.model import AttributeValue, Item

Leaf = Callable[[AttributeValue | None], AttributeValue | None]
"""The new value from the old one; None means that there is none."""


def changed(content: Mapping[str, Any], branch: Branch, leaves: Sequence[Leaf]) -> Item:
    """The content of an item or a map after the leaves at the ends of `branch` have worked on it.

    Raises AwsError(ValidationException) where a path leads through what is not there.
    """
    new: dict[Any, Any] = dict(content)
    for name, below in branch.items():
        old = new.get(name)
        value = leaves[below](old) if isinstance(below, int) else _within(old, below, leaves)
        if value is not None:
            new[name] = value
        elif old is not None:
            del new[name]
    return new


def _within(old: AttributeValue | None, branch: Branch, leaves: Sequence[Leaf]) -> AttributeValue:
    is_list = isinstance(next(iter(branch)), int)
    if old is None or ("L" if is_list else "M") not in old:
        raise invalid("The document path provided in the update expression is invalid for update")
    if is_list:
        return {"L": _changed_list(old["L"], branch, leaves)}
    return {"M": changed(old["M"], branch, leaves)}


def _changed_list(
    members: Sequence[AttributeValue], branch: Branch, leaves: Sequence[Leaf]
) -> list[AttributeValue]:
    """Places are those of the list as it was; what lies behind its end is appended in the order of places."""
    new: list[AttributeValue | None] = list(members)
    for place, below in sorted(branch.items(), key=lambda entry: int(entry[0])):
        index = int(place)
        old = members[index] if index < len(members) else None
        value = leaves[below](old) if isinstance(below, int) else _within(old, below, leaves)
        if old is None:
            new.append(value)
        else:
            new[index] = value
    return [member for member in new if member is not None]
