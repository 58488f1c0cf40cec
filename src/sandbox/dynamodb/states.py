"""What a table is busy with, and what DynamoDB refuses meanwhile.

A table is CREATING, then ACTIVE; changes make it or an index UPDATING, and some changes exclude others.
Which ones, and in which words, was measured on AWS in October 2026 by the ACK API-quirks lab (findings
DDB-TABLE-001, 002, 005, 008, 063, 119, 148 to 150, 175, 369, 370, 375, 376, 444).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.dynamodb.effects import Effect, Nothing
from sandbox.errors import AwsError

NOTHING = Nothing()

_IN_USE = "Attempt to change a resource which is still in use: "


@dataclass(frozen=True)
class Step:
    """One change under way.

    kind: `create`, `delete`, `iops` (throughput or billing mode), `stream`, `class` or `index`.
    until: when it is done, by the clock of the table. effect: what it does then.
    table: the table's status meanwhile, `ACTIVE` where it is not touched; index, index_status: likewise.
    note: what a refusal adds (a stream's label and operation, a table class).
    """

    kind: str
    until: float
    effect: Effect = NOTHING
    table: str = "ACTIVE"
    index: str = ""
    index_status: str = "ACTIVE"
    note: str = ""


@dataclass
class Progress:
    """The changes of one table that are under way, oldest first."""

    steps: list[Step] = field(default_factory=list)

    def take_due(self, now: float) -> Step | None:
        """The next step that is due, which is under way no longer; None if there is none."""
        step = min(self.steps, key=lambda one: one.until, default=None)
        if step is None or step.until > now:
            return None
        self.steps.remove(step)
        return step

    @property
    def last(self) -> float:
        """When everything under way is done; 0 where nothing is."""
        return max((step.until for step in self.steps), default=0.0)

    @property
    def status(self) -> str:
        """The table's: CREATING, UPDATING, DELETING or ACTIVE."""
        found = {step.table for step in self.steps}
        return next((one for one in ("DELETING", "CREATING", "UPDATING") if one in found), "ACTIVE")

    def index_status(self, name: str) -> str:
        """An index's: CREATING, UPDATING, DELETING or ACTIVE."""
        if self.status in ("CREATING", "DELETING"):
            return self.status
        found = (s.index_status for s in self.steps if s.index == name and s.index_status != "ACTIVE")
        return next(found, "ACTIVE")

    def is_backfilling(self, name: str) -> bool:
        """Whether a new index has its resources, and is being filled from the table (DDB-TABLE-148)."""
        mine = [step for step in self.steps if step.index == name and step.index_status == "CREATING"]
        return bool(mine) and all(step.table == "ACTIVE" for step in mine)

    def indexes(self, *statuses: str) -> list[str]:
        """The names of the indexes in one of these states."""
        found = {step.index: None for step in self.steps if step.index and step.index_status in statuses}
        return list(found)

    def busy_with(self, *kinds: str) -> Step | None:
        return next((step for step in self.steps if step.kind in kinds), None)


def in_use(detail: str) -> AwsError:
    """The refusal of a change that has to wait for another."""
    return AwsError("ResourceInUseException", _IN_USE + detail, 400)


def refusal_of_any_change(progress: Progress, name: str) -> AwsError | None:
    """While a table is made or deleted, nothing of it is changed (case ddb-inuse-creating)."""
    if progress.status == "CREATING":
        return in_use(f"Table is being created: {name}")
    if progress.status == "DELETING":
        return in_use(f"Table is being deleted: {name}")
    return None


def refusal_of_create(progress: Progress, name: str) -> AwsError:
    """A table of this name is there already (DDB-TABLE-005)."""
    if progress.status == "CREATING":
        return in_use(f"Table is being created: {name}")
    return AwsError("ResourceInUseException", f"Table already exists: {name}", 400)


def refusal_of_delete(progress: Progress, name: str) -> AwsError | None:
    """DeleteTable, while something else is under way."""
    general = refusal_of_any_change(progress, name)
    if general is not None:
        return general
    if progress.indexes("CREATING", "UPDATING", "DELETING"):
        return in_use("Cannot delete table while indexes are being created, updated, or deleted.")
    if progress.busy_with("stream"):
        return in_use("Cannot delete table while stream is being enabled/disabled.")
    if progress.status == "UPDATING":
        return in_use(f"Table: {name} is in the process of being updated.")
    return None


def refusal_of_iops(progress: Progress, name: str) -> AwsError | None:
    """A change of throughput or billing mode."""
    if progress.busy_with("iops"):
        return in_use(f"Table IOPS are currently being updated. Table: {name}")
    stream = progress.busy_with("stream")
    if stream:
        text = "Can't change table IOPS when stream status is being updated."
        return in_use(f"{text} Table: {name} {stream.note}")
    for status, word in (("CREATING", "created"), ("DELETING", "deleted")):
        indexes = progress.indexes(status)
        if indexes and not all(map(progress.is_backfilling, indexes)):
            told = f"Table: {name} Indexes: [{', '.join(indexes)}]"
            return in_use(f"Can't change table IOPS when an index is being {word}. {told}")
    return None


def refusal_of_stream(progress: Progress, name: str) -> AwsError | None:
    """A change of StreamSpecification."""
    stream = progress.busy_with("stream")
    if stream:
        return in_use(f"A stream status change is currently in progress. Table: {name} {stream.note}")
    if progress.busy_with("iops"):
        return in_use(f"Can't enable or disable stream while table IOPS are being updated. Table: {name}")
    for status, word in (("CREATING", "created"), ("DELETING", "deleted")):
        indexes = progress.indexes(status)
        if indexes:
            told = f"Table: {name} Indexes: [{', '.join(indexes)}]"
            return in_use(f"Can't change stream status when an index is being {word}. {told}")
    return None


def refusal_of_class(progress: Progress, name: str) -> AwsError | None:
    """A change of TableClass."""
    if progress.busy_with("stream"):
        return in_use(f"Can't update table class when stream status is being updated. Table: {name}")
    step = progress.busy_with("class")
    if step:
        text = "Can't update table class when a table class update is in progress."
        return in_use(f"{text} Table: {name} TableClassUpdateInProgress: {step.note}")
    return None


def refusal_of_index(
    progress: Progress, name: str, made: Iterable[str], changed: Iterable[str], deleted: Iterable[str]
) -> AwsError | None:
    """GlobalSecondaryIndexUpdates: the names of indexes to be made, changed and deleted."""
    made, deleted = list(made), list(deleted)
    for index in deleted:
        if index in progress.indexes("CREATING") and not progress.is_backfilling(index):
            return in_use(
                "Index creation is in resource allocation phase. Retry deletion during backfilling phase or "
                f"when the index is active. Table: {name} Index: {index}"
            )
    if made or deleted:
        refused = _refusal_of_online_index(progress, name, made, deleted)
        if refused is not None:
            return refused
    for index in changed:
        status = progress.index_status(index)
        if status in ("UPDATING", "DELETING"):
            return in_use(f"Index is being {status[:-3].lower()}ed. Table: {name} Index: {index}")
        if status == "CREATING" and not progress.is_backfilling(index):
            return in_use(f"Index is being created but is not backfilling yet.  Table: {name} Index: {index}")
    return None


def _refusal_of_online_index(
    progress: Progress, name: str, made: list[str], deleted: list[str]
) -> AwsError | None:
    if progress.busy_with("iops"):
        return in_use(f"Can't create or delete indexes while table IOPS are being updated. Table: {name}")
    if progress.busy_with("stream"):
        return in_use("Can't create or delete an index when stream status is being updated.")
    if progress.busy_with("class"):
        return in_use("Can't create or delete an index when a table class update is in progress.")
    others = set(progress.indexes("CREATING", "DELETING")) - set(deleted)
    if others or len(made) + len(deleted) > 1:
        return AwsError(
            "LimitExceededException",
            "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously "
            "per table",
            400,
        )
    return None
