"""Which stacks take an update."""

from __future__ import annotations

from sandbox.cloudformation.stack import Stack
from sandbox.cloudformation.wording import invalid

UPDATABLE = frozenset(
    ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "CREATE_FAILED", "UPDATE_FAILED")
)


def check_updatable(stack: Stack) -> None:
    """Raise AwsError for a stack in a status that takes no update (case cfn-rollback-complete)."""
    if stack.status not in UPDATABLE:
        raise invalid(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
