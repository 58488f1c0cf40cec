"""What several checks of lab 3 judge alike."""

from __future__ import annotations

from typing import Any

from tests.labs.function import answers
from tests.labs.function.invoking import Invocation
from tests.labs.function.running import explain
from tests.labs.function.shape import Reply, reply_to
from workshop.checking.message import Message


def answered(
    invocation: Invocation, status: int, message: Message, *, table: str, expected: str = "", **values: Any
) -> Reply:
    """The answer, where it has this status; the check ends with `message` where it has another one.

    table: the learner's. expected: for what ends a check before there is a status; else as `message` says.
    """
    reply = reply_to(invocation, expected or message.expected.format(**values), table)
    if reply.status != status:
        fail_for_status(invocation, reply, message, table=table, expected=expected, **values)
    return reply


def fail_for_status(
    invocation: Invocation, reply: Reply, message: Message, *, table: str, expected: str = "", **values: Any
) -> None:
    """End the check: with what the log tells of a 5xx, if it tells something, else with `message`."""
    log = invocation.shown_log
    if reply.status >= 500:
        explain(
            invocation, invocation.own_log, reply.status, expected or message.expected.format(**values), table
        )
    message.fail(
        invocation.evidence,
        request=invocation.request,
        status=reply.status,
        body=reply.shown,
        log=f"; your log: {log}" if log else "",
        **values,
    )


def refused(invocation: Invocation, status: int, message: Message, *, table: str, **values: Any) -> None:
    """End the check unless this is an error of the API's form: the status, and a message in the body."""
    reply = answered(invocation, status, message, table=table, **values)
    fail_unless_message(invocation, reply)


def fail_unless_message(invocation: Invocation, reply: Reply) -> None:
    text = reply.value.get("message") if isinstance(reply.value, dict) else None
    if not isinstance(text, str) or not text:
        answers.NO_MESSAGE.fail(
            invocation.evidence, request=invocation.request, status=reply.status, body=reply.shown
        )


def holds(value: Any, user: dict[str, Any]) -> bool:
    """Whether `value` has every attribute of the user; attributes of the learner's own are welcome."""
    return isinstance(value, dict) and all(name in value and value[name] == user[name] for name in user)
