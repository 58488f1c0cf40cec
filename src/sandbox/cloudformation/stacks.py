"""The stacks of one account and region."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.cloudformation.outputs import Exports
from sandbox.cloudformation.stack import Stack
from sandbox.cloudformation.wording import invalid
from sandbox.errors import AwsError

MOST_DELETED = 200
"""Deleted stacks that are remembered: the newest (AWS keeps them for 90 days)."""


class Stacks:
    """By id. A name belongs to the one stack of that name that is not deleted.

    changed: those that are others than when they were last kept; forgotten: ids of those that are no more.
    """

    def __init__(self) -> None:
        self._by_id: dict[str, Stack] = {}
        self.exports = Exports(lambda: self.all())
        self.changed: dict[str, Stack] = {}
        self.forgotten: set[str] = set()

    def all(self) -> list[Stack]:
        """Newest first, deleted ones too."""
        return list(reversed(self._by_id.values()))

    def add(self, stack: Stack) -> None:
        self.put(stack)
        deleted = [one for one in self._by_id.values() if not one.exists]
        for one in deleted[: max(0, len(deleted) - MOST_DELETED)]:
            del self._by_id[one.id]
            self.changed.pop(one.id, None)
            self.forgotten.add(one.id)

    def put(self, stack: Stack) -> None:
        """Take a stack in as it is, such as one that was kept."""
        self._by_id[stack.id] = stack
        stack.on_change = self._changed

    def _changed(self, stack: Stack) -> None:
        self.changed[stack.id] = stack

    def find(self, name_or_id: str) -> Stack | None:
        """The stack of a name; by id, one that is deleted too."""
        if name_or_id.startswith("arn:"):
            return self._by_id.get(name_or_id)
        return next((one for one in self.all() if one.exists and one.name == name_or_id), None)

    def get(self, name_or_id: str, missing: Callable[[str], AwsError]) -> Stack:
        """The stack of a name or id. Raises what `missing` makes of the name."""
        found = self.find(name_or_id)
        if found is None:
            raise missing(name_or_id)
        return found


def no_id(name: str) -> AwsError:
    """One of CloudFormation's wordings of a missing stack; SAM CLI reads this one word by word."""
    return invalid(f"Stack with id {name} does not exist")


def no_name(name: str) -> AwsError:
    """The wording of change sets, UpdateStack and DescribeStackEvents."""
    return invalid(f"Stack [{name}] does not exist")


def quoted(name: str) -> AwsError:
    """The wording of DescribeStackResource."""
    return invalid(f"Stack '{name}' does not exist")
