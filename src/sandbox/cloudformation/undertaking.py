"""What is being done to a stack, and how far it has come.

It is kept with the stack, so that a sandbox that died in the middle can go on, or go back, when it starts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.cloudformation.stack import StackResource, Target

ROLLBACK = "ROLLBACK"
DELETE = "DELETE"
DO_NOTHING = "DO_NOTHING"


@dataclass
class Undertaking:
    """One creation, update or deletion.

    target: what the stack is to become; None for a deletion. on_failure: of a creation, ROLLBACK, DELETE or
    DO_NOTHING. roll_back: whether a failed update is. retain: what a deletion leaves. undoing: whether a
    deletion undoes a failed creation.
    saved: the resources as they were before. touched: the names of those changed in place or replaced.
    made: new physical resources; replaced, dropped: those that go in the clean-up.
    """

    target: Target | None = None
    on_failure: str = ROLLBACK
    roll_back: bool = True
    retain: frozenset[str] = frozenset()
    undoing: bool = False
    saved: dict[str, StackResource] = field(default_factory=dict)
    touched: list[str] = field(default_factory=list)
    made: list[StackResource] = field(default_factory=list)
    replaced: list[StackResource] = field(default_factory=list)
    dropped: list[StackResource] = field(default_factory=list)

    def begin(self, resources: dict[str, StackResource]) -> None:
        """Remember the resources as they are now."""
        self.saved = {name: replace(resource) for name, resource in resources.items()}
