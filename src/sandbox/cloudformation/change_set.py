"""A change set: what an update or creation would do, kept until it is executed."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass, field

from sandbox.cloudformation.plan import Change
from sandbox.cloudformation.stack import Stack, Tags, Target, now

NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)


@dataclass(eq=False)
class ChangeSet:
    """kind: CREATE or UPDATE. target: None until the change set is ready, or if it has failed."""

    stack: Stack
    name: str
    kind: str
    tags: Tags
    capabilities: tuple[str, ...]
    description: str | None = None
    on_failure: str | None = None
    id: str = ""
    status: str = "CREATE_IN_PROGRESS"
    execution_status: str = "UNAVAILABLE"
    reason: str | None = None
    created: datetime.datetime = field(default_factory=now)
    target: Target | None = None
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        place = f"arn:aws:cloudformation:{self.stack.region}:{self.stack.account}"
        self.id = self.id or f"{place}:changeSet/{self.name}/{uuid.uuid4()}"

    def complete(self, target: Target, changes: list[Change]) -> None:
        """It can be executed now."""
        self.target, self.changes = target, changes
        self.status, self.execution_status = "CREATE_COMPLETE", "AVAILABLE"

    def fail(self, reason: str) -> None:
        self.status, self.reason = "FAILED", reason
