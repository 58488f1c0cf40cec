"""A stack as it stands: its resources, its events, its status."""

from __future__ import annotations

import asyncio
import datetime
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.cloudformation.template import Template
from sandbox.cloudformation.undertaking import Undertaking
from sandbox.iam import Caller

STACK_TYPE = "AWS::CloudFormation::Stack"
USER_INITIATED = "User Initiated"

Tags = dict[str, str]

_NOT_KEPT = frozenset(("task", "on_change", "_moved"))


@dataclass(frozen=True)
class Target:
    """What a stack should become (or has become): a template with everything that was given with it.

    parameters: the text of each; values: what Ref gives for it; fetched: the texts that came from SSM.
    """

    template: Template = field(repr=False)
    parameters: dict[str, str]
    values: dict[str, Any]
    tags: Tags
    capabilities: tuple[str, ...] = ()
    fetched: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Output:
    """One output of a stack."""

    key: str
    value: str
    description: str | None = None
    export: str | None = None


@dataclass
class StackResource:
    """One resource of a stack. properties: computed, as its provider was given them."""

    logical_id: str
    type: str
    status: str
    physical_id: str = ""
    reason: str | None = None
    timestamp: datetime.datetime = field(default_factory=lambda: now())
    properties: dict[str, Any] = field(default_factory=dict)
    tags: Tags = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    ref: str = ""
    needs: frozenset[str] = frozenset()
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"
    metadata: Any = None


@dataclass(frozen=True)
class Event:
    """One line of a stack's history."""

    id: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str | None
    timestamp: datetime.datetime
    properties: str | None
    token: str | None


@dataclass(eq=False)
class Stack:
    """One stack of one account and region.

    caller: in whose name its resources are made. undertaking: what was last begun to be done to it.
    on_change: is told of every change, so that the stack can be kept. What belongs to this process alone
    (task, on_change) is no part of what is kept.
    """

    account: str
    region: str
    name: str
    caller: Caller
    id: str = ""
    status: str = "REVIEW_IN_PROGRESS"
    reason: str | None = None
    created: datetime.datetime = field(default_factory=lambda: now())
    updated: datetime.datetime | None = None
    deleted: datetime.datetime | None = None
    current: Target | None = None
    resources: dict[str, StackResource] = field(default_factory=dict)
    outputs: list[Output] = field(default_factory=list)
    imports: frozenset[str] = frozenset()
    events: list[Event] = field(default_factory=list)
    change_sets: dict[str, Any] = field(default_factory=dict)
    change_set_id: str | None = None
    disable_rollback: bool = False
    protected: bool = False
    token: str | None = None
    undertaking: Undertaking | None = None
    task: asyncio.Task[None] | None = None
    on_change: Callable[[Stack], None] = field(default=lambda _: None, repr=False)

    def __post_init__(self) -> None:
        unique = uuid.uuid4()
        place = f"arn:aws:cloudformation:{self.region}:{self.account}"
        self.id = self.id or f"{place}:stack/{self.name}/{unique}"
        self._moved = asyncio.Event()

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key not in _NOT_KEPT}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, task=None, on_change=lambda _: None, _moved=asyncio.Event())

    @property
    def in_progress(self) -> bool:
        """Whether something is being done to the stack."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    @property
    def exists(self) -> bool:
        return self.status != "DELETE_COMPLETE"

    async def settled(self, seconds: float) -> None:
        """Wait until nothing is being done to the stack, but no longer than `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while self.in_progress:
                    await self._moved.wait()
        except TimeoutError:
            pass  # it is told as it is

    def become(self, status: str, reason: str | None = None) -> None:
        """Take on a status, and write it into the history."""
        self.status, self.reason = status, reason
        self._write(self.name, self.id, STACK_TYPE, status, reason, None)
        self._moved.set()
        self._moved = asyncio.Event()

    def tell(self, resource: StackResource, status: str, reason: str | None = None) -> None:
        """Give a resource a status, and write it into the history."""
        resource.status, resource.reason, resource.timestamp = status, reason, now()
        self.note(resource, status, reason)

    def note(self, resource: StackResource, status: str, reason: str | None = None) -> None:
        """Write into the history what happens to a resource that is not the stack's any more."""
        properties = json.dumps(resource.properties, default=str)
        self._write(resource.logical_id, resource.physical_id, resource.type, status, reason, properties)

    def changed(self) -> None:
        """Say that something about the stack is another now, so that it is kept."""
        self.on_change(self)

    def _write(
        self,
        logical_id: str,
        physical_id: str,
        kind: str,
        status: str,
        reason: str | None,
        properties: str | None,
    ) -> None:
        at = now()
        event_id = str(uuid.uuid4()) if kind == STACK_TYPE else f"{logical_id}-{status}-{stamp(at)}"
        self.events.append(
            Event(event_id, logical_id, physical_id, kind, status, reason, at, properties, self.token)
        )
        self.changed()


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def stamp(at: datetime.datetime) -> str:
    """A time as event ids have it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
