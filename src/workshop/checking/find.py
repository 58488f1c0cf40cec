"""Which resources a learner means: the outputs of the stack say it, else the names agreed upon."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from botocore.exceptions import ClientError

from workshop.checking.declare import fail

Client = Callable[[str], Any]
"""From the name of a service to its client."""


@dataclass(frozen=True)
class Found:
    """A resource. name: by which AWS knows it. how: in words, how it was found."""

    name: str
    how: str


@dataclass(frozen=True)
class Convention:
    """What a resource is called that was not made by CloudFormation.

    kind: in words. suffix: its name after the prefix. exists: whether there is one of that name.
    """

    kind: str
    suffix: str
    exists: Callable[[Client, str], bool]


def _table_exists(client: Client, name: str) -> bool:
    try:
        client("dynamodb").describe_table(TableName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    return True


CONVENTIONS: Mapping[str, Convention] = {
    "UsersTableName": Convention("table", "users", _table_exists),
}
"""By the name of the output that would say it."""


def find(client: Client, prefix: str, lab_number: str, output: str) -> Found:
    """The resource that output `output` of the stack `prefix` names, or the one of the name agreed upon.

    Ends the check with a finding where there is neither. This is a read-only operation.
    """
    convention = CONVENTIONS[output]
    stack = _stack(client, prefix)
    if stack is not None and output in stack.outputs:
        return Found(stack.outputs[output], f"output {output} of the stack {prefix}")
    name = f"{prefix}-{convention.suffix}"
    if not convention.exists(client, name):
        _not_found(prefix, lab_number, output, name, stack)
    missing = f"no stack {prefix}" if stack is None else f"no output {output} in the stack {prefix}"
    return Found(name, f"{convention.kind} of that name; there is {missing}")


@dataclass(frozen=True)
class _Stack:
    status: str
    reason: str
    outputs: Mapping[str, str]


def _stack(client: Client, name: str) -> _Stack | None:
    try:
        (stack,) = client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        # "Stack with id workshop does not exist" is a ValidationError.
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return None
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
    return _Stack(stack["StackStatus"], stack.get("StackStatusReason", ""), outputs)


def _not_found(prefix: str, lab_number: str, output: str, name: str, stack: _Stack | None) -> NoReturn:
    kind = CONVENTIONS[output].kind
    expected = f"a stack {prefix} whose output {output} names the {kind}, or a {kind} named {name}"
    why = f"A check looks at the running {kind}: what is only in your files does not run yet."
    deploy = f"workshop deploy {lab_number}"
    if stack is None:
        fail(f"no stack named {prefix} and no {kind} named {name}", expected, why, deploy)
    if stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"):
        fail(
            f"the stack {prefix} is {stack.status}, without an output {output}; no {kind} named {name}",
            expected,
            "Outputs are how a stack says which of its resources are meant.",
            f"Put the output {output} into template.yaml, then: {deploy}",
        )
    fail(
        f"the stack {prefix} is {stack.status} {stack.reason}".strip() + f"; no {kind} named {name}",
        expected,
        why,
        f"{deploy}, which says why the stack came to nothing and what to do",
    )
