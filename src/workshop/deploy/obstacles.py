"""States in which AWS takes no update, and the way out of each. Pure.

CloudFormation User Guide, *Stack status codes*; what a stack in each of them still takes is in
*Troubleshooting CloudFormation*.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from workshop.deploy.events import is_final
from workshop.deploy.stack import State


class WayOut(Enum):
    """What has to happen before a change set can be made."""

    CREATE = "there is no stack yet"
    UPDATE = "nothing: the stack takes an update"
    WAIT = "something is going on: wait until it is over"
    DELETE = "the stack takes nothing but its own deletion"
    ROLL_BACK = "an update's rollback has stopped half-way: it must go on first"


@dataclass(frozen=True)
class Obstacle:
    """A way out, why it is the only one, and the question whether to take it (empty: none is asked)."""

    way_out: WayOut
    why: str = ""
    question: str = ""


_WHY_DELETE = {
    "ROLLBACK_COMPLETE": "its first creation failed, and everything made by it was taken back",
    "ROLLBACK_FAILED": "its first creation failed, and not everything made by it could be taken back",
    "CREATE_FAILED": "its first creation failed, and what was made by it is still there",
    "DELETE_FAILED": "its deletion has begun and stopped half-way",
}


def obstacle(state: State | None) -> Obstacle:
    """What stands in the way of a deployment to the stack; `state` is None where there is no stack."""
    if state is None or state.status == "REVIEW_IN_PROGRESS":
        return Obstacle(WayOut.CREATE)
    if not is_final(state.status):
        return Obstacle(
            WayOut.WAIT,
            f"The stack {state.name} is {state.status}: another operation is going on. Waiting for its end.",
        )
    if state.status in _WHY_DELETE:
        return Obstacle(
            WayOut.DELETE,
            f"The stack {state.name} is {state.status}: {_WHY_DELETE[state.status]}. "
            "A stack in this state takes no update: it can only be deleted.",
            f"Delete the stack {state.name} with all that is in it, and create it again?",
        )
    if state.status == "UPDATE_ROLLBACK_FAILED":
        return Obstacle(
            WayOut.ROLL_BACK,
            f"The stack {state.name} is UPDATE_ROLLBACK_FAILED: an update failed, and then going back to "
            f"what was before failed too{_because(state.reason)}. It takes no update until it has gone back.",
            f"Let the rollback of the stack {state.name} go on?",
        )
    return Obstacle(WayOut.UPDATE)


def _because(reason: str) -> str:
    return f" ({reason.rstrip('.')})" if reason else ""
