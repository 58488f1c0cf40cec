"""Outputs of stacks, and the exports by which other stacks see them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from sandbox.cloudformation.intrinsics import NO_VALUE, Scope, as_text, resolve
from sandbox.cloudformation.stack import Output, Stack, Target
from sandbox.cloudformation.wording import invalid, malformed

_API = re.compile(r"https://([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com\b")


def reachable(value: str, host: str) -> str:
    """An output as it is told: addresses of APIs as they are below `host`, by which the caller came.

    >>> reachable("https://a1b2c3.execute-api.us-east-1.amazonaws.com/prod", "127.0.0.1:4566")
    'http://127.0.0.1:4566/_aws/execute-api/a1b2c3/prod'
    """
    return _API.sub(rf"http://{host}/_aws/execute-api/\1", value)


class Exports:
    """The exports of an account and region. stacks: gives all stacks there."""

    def __init__(self, stacks: Callable[[], Iterable[Stack]]) -> None:
        self._stacks = stacks

    def all(self) -> list[tuple[Stack, Output]]:
        """Every export, with its stack."""
        return [
            (stack, one) for stack in self._stacks() if stack.exists for one in stack.outputs if one.export
        ]

    def value(self, name: str) -> str:
        """What is exported under a name. Raises AwsError if nothing is."""
        found = next((one.value for _, one in self.all() if one.export == name), None)
        if found is None:
            raise invalid(f"No export named {name} found")
        return found

    def users(self, name: str) -> list[str]:
        """The names of the stacks that import an export."""
        return [stack.name for stack in self._stacks() if stack.exists and name in stack.imports]

    def check_free(self, stack: Stack, name: str) -> None:
        """Raise AwsError if another stack exports the name."""
        for other, one in self.all():
            if one.export == name and other is not stack:
                raise invalid(f"Export with name {name} is already exported by stack {other.name}")

    def check_unused(self, stack: Stack, kept: Iterable[Output] = ()) -> None:
        """Raise AwsError if an export of the stack that is in use is not kept as it is."""
        same = {(one.export, one.value) for one in kept}
        for one in stack.outputs:
            users = self.users(one.export) if one.export else []
            if not users or (one.export, one.value) in same:
                continue
            there = {name for name, _ in same}
            what = "updated" if one.export in there else "deleted"
            raise invalid(f"Export {one.export} cannot be {what} as it is in use by {' and '.join(users)}")


def computed(stack: Stack, target: Target, scope: Scope, exports: Exports) -> list[Output]:
    """The outputs of a stack whose resources are made. Raises AwsError."""
    found: list[Output] = []
    for key, one in target.template.outputs.items():
        if one.get("Condition") is not None and not scope.holds(one["Condition"]):
            continue
        value = resolve(one["Value"], scope)
        if value is NO_VALUE:
            continue
        if not isinstance(value, str | int | float | bool):
            raise malformed("The Value field of every Outputs member must evaluate to a String.")
        export = one.get("Export")
        name = None if export is None else as_text(resolve(export["Name"], scope))
        if name is not None:
            exports.check_free(stack, name)
        found.append(Output(key, as_text(value), one.get("Description"), name))
    exports.check_unused(stack, found)
    return found
