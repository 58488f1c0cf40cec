"""Which resources a learner means: the outputs of the stack say it, else the names agreed upon."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from botocore.exceptions import ClientError

from workshop.checking.message import Message
from workshop.target import Target

Client = Callable[[str], Any]
"""From the name of a service to its client."""


@dataclass(frozen=True)
class Found:
    """A resource. name: its name, ARN or URL, as the output says it. how: in words, how it was found."""

    name: str
    how: str


@dataclass(frozen=True)
class Convention:
    """What a resource is called that was not made by CloudFormation.

    kind: in words. suffix: its name after the prefix. look: what the stack's output would say of the one of
    that name, or None.
    """

    kind: str
    suffix: str
    look: Callable[[Client, Target, str], str | None]


def _table(client: Client, target: Target, name: str) -> str | None:
    there = _or_none(lambda: client("dynamodb").describe_table(TableName=name), "ResourceNotFoundException")
    return name if there else None


def _role(client: Client, target: Target, name: str) -> str | None:
    there = _or_none(lambda: client("iam").get_role(RoleName=name), "NoSuchEntity")
    return str(there["Role"]["Arn"]) if there else None


def _function(client: Client, target: Target, name: str) -> str | None:
    there = _or_none(
        lambda: client("lambda").get_function_configuration(FunctionName=name), "ResourceNotFoundException"
    )
    return name if there else None


def _http_api(client: Client, target: Target, name: str) -> str | None:
    pages = client("apigatewayv2").get_paginator("get_apis").paginate()
    urls = (api["ApiEndpoint"] for page in pages for api in page["Items"] if api["Name"] == name)
    return next(urls, None)


def _rest_api(client: Client, target: Target, name: str) -> str | None:
    pages = client("apigateway").get_paginator("get_rest_apis").paginate()
    ids = (api["id"] for page in pages for api in page["items"] if api["name"] == name)
    return next((target.rest_api_url(api_id, REST_STAGE) for api_id in ids), None)


def _or_none(call: Callable[[], Any], code: str) -> Any:
    """What the call answers; None if it is refused with this code."""
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise
        return None


REST_STAGE = "prod"
CONVENTIONS: Mapping[str, Convention] = {
    "UsersTableName": Convention("table", "users", _table),
    "UsersRoleArn": Convention("role", "users-role", _role),
    "UsersFunctionName": Convention("function", "users", _function),
    "HttpApiUrl": Convention("HTTP API", "users", _http_api),
    "RestApiUrl": Convention("REST API", "users-rest", _rest_api),
}
"""By the name of the output that would say it."""


def find(client: Client, target: Target, prefix: str, lab_number: str, output: str) -> Found:
    """The resource that output `output` of the stack `prefix` names, or the one of the name agreed upon.

    Ends the check with a finding where there is neither. This is a read-only operation.
    """
    convention = CONVENTIONS[output]
    stack = stack_of(client, prefix)
    if stack is not None and output in stack.outputs:
        return Found(stack.outputs[output], f"output {output} of the stack {prefix}")
    name = f"{prefix}-{convention.suffix}"
    there = convention.look(client, target, name)
    if there is None:
        _not_found(prefix, lab_number, output, name, stack)
    missing = f"no stack {prefix}" if stack is None else f"no output {output} in the stack {prefix}"
    return Found(there, f"{convention.kind} named {name}; there is {missing}")


@dataclass(frozen=True)
class Stack:
    """A stack, as DescribeStacks shows it."""

    status: str
    reason: str
    outputs: Mapping[str, str]


def stack_of(client: Client, name: str) -> Stack | None:
    """The stack of that name; None if there is none. This is a read-only operation."""
    # "Stack with id workshop does not exist" is a ValidationError.
    there = _or_none(lambda: client("cloudformation").describe_stacks(StackName=name), "ValidationError")
    if there is None:
        return None
    (stack,) = there["Stacks"]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
    return Stack(stack["StackStatus"], stack.get("StackStatusReason", ""), outputs)


_EXPECTED = "a stack {prefix} whose output {output} names the {kind}, or {article} {kind} named {name}"
_WHY = "A check looks at the running {kind}: what is only in your files does not run yet."

NO_STACK = Message(
    saw="no stack named {prefix} and no {kind} named {name}",
    expected=_EXPECTED,
    why=_WHY,
    next_step="workshop deploy {lab}",
)
NO_OUTPUT = Message(
    saw="the stack {prefix} is {status}, without an output {output}; no {kind} named {name}",
    expected=_EXPECTED,
    why="Outputs are how a stack says which of its resources are meant.",
    next_step="Put the output {output} into template.yaml, if it is not there yet. "
    "Then: workshop deploy {lab}",
)
STACK_FAILED = Message(
    saw="the stack {prefix} is {status}; no {kind} named {name}",
    expected=_EXPECTED,
    why=_WHY,
    next_step="workshop deploy {lab}, which says why the stack came to nothing and what to do",
)


def _not_found(prefix: str, lab_number: str, output: str, name: str, stack: Stack | None) -> NoReturn:
    kind = CONVENTIONS[output].kind
    values: dict[str, Any] = {
        "prefix": prefix,
        "output": output,
        "kind": kind,
        "article": "an" if kind.startswith("HTTP") else "a",
        "name": name,
        "lab": lab_number,
    }
    if stack is None:
        NO_STACK.fail(**values)
    if stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"):
        NO_OUTPUT.fail(status=stack.status, **values)
    STACK_FAILED.fail(status=f"{stack.status} {stack.reason}".strip(), **values)
