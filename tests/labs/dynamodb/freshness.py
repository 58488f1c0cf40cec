"""Reads after writes, by result: what a function makes of a copy that has not seen the last write.

One default read may be current by luck, and two as well. So each function is asked up to `TIMES` times, right
after a write; where copies lag as on the sandbox, a third of such reads is stale.
"""

from __future__ import annotations

from typing import Any

from tests.labs.dynamodb import messages
from tests.labs.dynamodb.judging import holds
from tests.labs.dynamodb.table import KEY, User, UsersTable
from tests.labs.learner_code import LearnerCode, evidence
from workshop.checking import not_shown
from workshop.checking.code import Answer

TIMES = 60
"""Of 60 reads of which one in ten is stale, as on a slow machine, all are current in 1 run of 500."""


def fail_if_get_is_stale(code: LearnerCode, table: UsersTable, user: User, values: dict[str, Any]) -> None:
    """Fail where `get_user`, which sends an eventually consistent read, gives what was overwritten before.

    values: of the message, `operation` among them.
    """
    for number in range(TIMES):
        user = table.overwrite(user | {"town": f"London {number}"})
        answer = code.call("get_user", user[KEY])
        if not holds(answer.value, user):
            sent = evidence(answer.requests)
            messages.GET_STALE.fail(sent, came=_came(code, answer), user=code.show(user), **values)


def fail_if_create_reads_old(code: LearnerCode, table: UsersTable, operation: str) -> None:
    """Fail where `create_user` gives back what an eventually consistent read saw after the write."""
    for _ in range(TIMES):
        user = {KEY: table.new_id(), "town": "London"}
        answer = code.call("create_user", user)
        if not holds(answer.value, user):
            messages.CREATE_READS_OLD.fail(
                evidence(answer.requests),
                call=code.shown_call("create_user", user),
                came=_came(code, answer),
                operation=operation,
                user=code.show(user),
                function=code.name("create_user"),
            )


def fail_if_update_builds_on_old(code: LearnerCode, table: UsersTable, user: User, operation: str) -> None:
    """Fail where `update_user` reads by default, and writes back what an earlier update has changed."""
    for number in range(TIMES):
        changes = {f"phone-{number}": "123"}
        answer = code.call("update_user", user[KEY], changes)
        after, wanted = table.stored(user[KEY]), user | changes
        if not holds(after, wanted):
            lost = sorted(name for name in wanted if name not in (after or {}))
            messages.UPDATE_BUILDS_ON_OLD.fail(
                evidence(answer.requests),
                call=code.shown_call("update_user", user[KEY], changes),
                operation=operation,
                lost=", ".join(lost),
                function=code.name("update_user"),
            )
        user = wanted


def check_get_is_fresh(code: LearnerCode, table: UsersTable) -> None:
    """`get_user` gives each write at once, on a table where the check's own default reads are stale.

    Ends as not shown where none of them is.
    """
    user = table.put(town="London")
    code.value(f"the user {user[KEY]}", "get_user", user[KEY])
    for number in range(TIMES):
        user = table.overwrite(user | {"town": f"London {number}"})
        stale = table.read_by_default(user[KEY]) != user
        answer = code.call("get_user", user[KEY])
        if not holds(answer.value, user):
            call = code.shown_call("get_user", user[KEY])
            function = code.name("get_user")
            sent = evidence(answer.requests)
            came = _came(code, answer)
            messages.GET_OLD.fail(sent, call=call, came=came, user=code.show(user), function=function)
        if stale:
            return
    not_shown(
        f"{TIMES} default reads of the check, each right after a write, were all current: here no result can "
        "tell a strongly consistent read from another. What get_user sends was looked at all the same"
    )


def _came(code: LearnerCode, answer: Answer) -> str:
    return f"raised {answer.error}" if answer.error else f"gave back {code.show(answer.value)}"
