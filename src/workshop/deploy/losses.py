"""What a change set would destroy, and whether that has to be asked for. Pure, but for counting items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workshop.deploy.change_set import Change

TABLE = "AWS::DynamoDB::Table"
COUNTED = 100
"""Items looked at to say how many a table holds: DescribeTable's ItemCount is up to six hours old."""

VERSIONS = frozenset(
    {
        "AWS::ApiGateway::Deployment",
        "AWS::ApiGatewayV2::Deployment",
        "AWS::Lambda::Version",
        "AWS::Lambda::LayerVersion",
    }
)
"""Snapshots: SAM names a new one after its content and lets the old go. Nothing of the learner's is lost."""


JOINING = frozenset({"AWS::Lambda::Permission", "AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage"})
"""What only joins others and holds nothing; SAM makes one for each route."""

MOST_JOINING = 2
"""More of them are counted rather than told one by one."""


@dataclass(frozen=True)
class Items:
    """How many items a table holds. more: at least so many."""

    count: int
    more: bool = False

    def __str__(self) -> str:
        number = f"at least {self.count}" if self.more else str(self.count)
        return f"{number} item{'' if self.count == 1 and not self.more else 's'}"


@dataclass(frozen=True)
class Loss:
    """A resource that would be deleted. items: of a table; None where it is none."""

    change: Change
    items: Items | None = None

    @property
    def removed(self) -> bool:
        """Whether nothing takes its place."""
        return self.change.action == "Remove"

    @property
    def must_be_asked(self) -> bool:
        return self.removed or bool(self.items and self.items.count)


Count = Callable[[str], Items | None]


def tables(changes: Sequence[Change]) -> bool:
    """Whether a table would go, whose items have to be counted."""
    return any(change.kind == TABLE and (change.action == "Remove" or change.replaces) for change in changes)


def losses(changes: Sequence[Change], count: Count) -> list[Loss]:
    """What would be deleted, with the items in it. What a DeletionPolicy keeps is no loss."""
    return [
        Loss(change, count(change.physical_id) if change.kind == TABLE and change.physical_id else None)
        for change in changes
        if (change.action == "Remove" or change.replaces)
        and not change.keeps_the_old
        and not (change.action == "Remove" and change.kind in VERSIONS)
    ]


def kept(changes: Sequence[Change]) -> list[str]:
    """A sentence for each resource that leaves the stack but stays in the account."""
    return [
        f"{change.logical_id} ({change.kind}) leaves the stack, but its DeletionPolicy keeps it: "
        f"{change.physical_id} stays in the account, and deleting it is then up to you."
        for change in changes
        if change.keeps_the_old and (change.action == "Remove" or change.replaces)
    ]


def sentence(loss: Loss, came_with: int | None = None) -> str:
    """What happens to one resource, and what is lost with it. came_with: a lab's number, if it is known."""
    change = loss.change
    name = f"{change.logical_id} ({change.kind}"
    name += f", {change.physical_id})" if change.physical_id else ")"
    if loss.removed:
        lab = f" It came with lab {came_with}." if came_with else ""
        return f"{name} is deleted: your template no longer has it.{lab}{_items(loss.items)}"
    why = ", ".join(change.recreating()) or "a property"
    may = "may be" if change.replacement == "Conditional" else "is"
    return f"{name} {may} replaced by a new one, because {why} changes.{_items(loss.items)}"


def sentences(lost: Sequence[Loss], came_with: Mapping[str, int]) -> list[str]:
    """What is lost, resource by resource; many that only join others are counted, for the plan names them.

    came_with: the number of the lab that a resource came with, by its logical id, where it is known.
    """
    joining = [loss for loss in lost if loss.removed and loss.change.kind in JOINING]
    if len(joining) <= MOST_JOINING or len(joining) == len(lost):
        joining = []
    said = [sentence(one, came_with.get(one.change.logical_id)) for one in lost if one not in joining]
    if joining:
        kinds = Counter(loss.change.kind for loss in joining)
        said.append(f"With them go {', '.join(f'{count} × {kind}' for kind, count in kinds.items())}.")
    return said


def way_to_keep(lost: Sequence[Loss], came_with: Mapping[str, int], lab: int) -> list[str]:
    """How to keep what later labs have made, if `lab` is deployed over one: a sentence, or none."""
    labs = [came_with.get(loss.change.logical_id, 0) for loss in lost if loss.removed]
    last = max(labs, default=0)
    if not 0 < lab < last:
        return []
    return [
        f"Lab {last} is deployed, and you deploy lab {lab} over it. To keep it all: workshop deploy {last}"
    ]


def _items(items: Items | None) -> str:
    if items is None:
        return ""
    return f" It holds {items}, which are lost." if items.count else " It is empty: nothing is lost."


def count_items(dynamodb: Any, table: str) -> Items | None:
    """How many items the table holds, looked up now; None if it is gone. This is a read-only operation."""
    try:
        page = dynamodb.scan(TableName=table, Select="COUNT", Limit=COUNTED, ConsistentRead=True)
    except dynamodb.exceptions.ResourceNotFoundException:
        return None
    return Items(page["Count"], "LastEvaluatedKey" in page)
