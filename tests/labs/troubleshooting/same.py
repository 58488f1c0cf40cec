"""Is it still the stack that the ticket was about, and nothing in it deleted and made again?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from tests.labs.troubleshooting.messages import CHECK
from tests.labs.troubleshooting.tickets import Watched
from workshop.checking.finding import Call
from workshop.checking.message import Message

REMADE = Message(
    saw="the {what} is another one than before the ticket: {now}; it was {was}",
    expected="the {what} that was there, changed where it was broken",
    why="What is deleted and made again is gone, and all that was in it: users, logs, addresses that callers "
    "know. In production nobody may do that to make an error go away, and the cause would come back.",
    next_step="It cannot be taken back. Type `workshop mend`, deploy with `workshop deploy 5`, take another "
    f"ticket (`workshop break` with another seed), and then: {CHECK}",
)
OTHER_ROLE = Message(
    saw="the function {function} runs under the role {now}; before the ticket it was {was}",
    expected="the role that was there, mended where it was broken",
    why="Another role in its place leaves the broken one as it is, and nobody has looked at what the new one "
    "may do.",
    next_step=f"Give the function its role again (aws lambda update-function-configuration), then: {CHECK}",
)

Plain = Mapping[str, Any]


def check_same(stack: Watched, before: Plain, now: Plain) -> None:
    """End the check unless all parts are those that were there, by the ids that AWS gave them."""
    for what, tell, ask in _parts(stack):
        was, there = tell(before), tell(now)
        if was != there:
            REMADE.fail(evidence=ask(), what=what, was=was or "not there", now=there or "none")
    _check_function(stack, before)
    was, there = before["configuration"], now["configuration"]
    if was["Role"] != there["Role"]:
        asked = stack.ask("lambda", "get_function_configuration", FunctionName=stack.function)
        OTHER_ROLE.fail(asked, function=stack.function, was=was["Role"], now=there["Role"])


def _check_function(stack: Watched, before: Plain) -> None:
    """A function made again by hand may have the old name; it has not the tags that CloudFormation gave.

    Source: CloudFormation User Guide, *Resource tags*: `aws:cloudformation:stack-id` and others.
    """
    stack_id, arn = before["stack"]["StackId"], before["configuration"]["FunctionArn"]
    tags = stack.client("lambda").list_tags(Resource=arn)["Tags"]
    if stack_id and tags.get("aws:cloudformation:stack-id") != stack_id:
        now = f"{arn}, without the tags of a stack"
        asked = stack.ask("lambda", "list_tags", Resource=arn)
        REMADE.fail(asked, what="function", was=f"{arn}, made by the stack {stack.prefix}", now=now)


def _parts(stack: Watched) -> Iterator[tuple[str, Callable[[Plain], str], Callable[[], tuple[Call, ...]]]]:
    """What a part is called, how it is told from another one, and the call that shows it."""
    yield (
        "stack",
        lambda told: told["stack"]["StackId"],
        partial(stack.ask, "cloudformation", "describe_stacks", StackName=stack.prefix),
    )
    yield "table", _table, partial(stack.ask, "dynamodb", "describe_table", TableName=stack.table)
    yield "role", _role, partial(stack.ask, "iam", "get_role", RoleName=stack.role)
    yield (
        "function",
        lambda told: told["configuration"]["FunctionArn"],
        partial(stack.ask, "lambda", "get_function_configuration", FunctionName=stack.function),
    )
    yield (
        "HTTP API",
        lambda told: f"{told['http']['ApiId']} of {told['http']['CreatedDate']}",
        partial(stack.ask, "apigatewayv2", "get_api", ApiId=stack.http_id),
    )
    yield (
        "REST API",
        lambda told: f"{told['rest']['id']} of {told['rest']['createdDate']}",
        partial(stack.ask, "apigateway", "get_rest_api", restApiId=stack.rest_id),
    )


def _table(told: Plain) -> str:
    told = told["table"]
    return f"{told['TableName']} of {told['CreationDateTime']}, id {told['TableId']}"


def _role(told: Plain) -> str:
    told = told["role"]
    return f"{told['Arn']}, id {told['RoleId']}"
