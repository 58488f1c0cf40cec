"""What several checks of lab 1 judge alike."""

from __future__ import annotations

from typing import Any

from tests.labs.dynamodb import messages, requests
from tests.labs.dynamodb.table import UsersTable
from tests.labs.learner_code import LearnerCode, evidence, where
from workshop.checking.code import Answer


def holds(value: Any, user: dict[str, Any]) -> bool:
    """Whether `value` has every attribute of the user; attributes of the learner's own are welcome."""
    return isinstance(value, dict) and all(name in value and value[name] == user[name] for name in user)


def fail_unless_kind(answer: Answer, kind: str, values: dict[str, Any]) -> None:
    """Fail where the error is another one than the function's description names."""
    if answer.error.kind != kind:
        sent = evidence(answer.requests)
        messages.WRONG_ERROR.fail(sent, where(answer.error), error=answer.error, **values)


def fail_if_checked_first(answer: Answer, values: dict[str, Any]) -> None:
    """Fail where a write carries no condition: whatever was read before it may have changed since."""
    write = requests.unconditional_write(answer.requests)
    if write is not None:
        messages.CHECKS_FIRST.fail(evidence(answer.requests), operation=write.operation, **values)


def fail_if_key_moves(code: LearnerCode, table: UsersTable, user_id: str) -> None:
    """The user's own userId in the changes changes nothing; another one is refused."""
    other = table.new_id()
    own = code.call("update_user", user_id, {"userId": user_id, "town": "Rome"})
    if own.error is not None:
        call = code.shown_call("update_user", user_id, {"userId": user_id, "town": "Rome"})
        messages.UPDATE_OWN_KEY.fail(evidence(own.requests), where(own.error), call=call, error=own.error)
    changes = {"userId": other, "town": "Oslo"}
    answer = code.call("update_user", user_id, changes)
    values = {"call": code.shown_call("update_user", user_id, changes)}
    values["wanted"] = "a RangeError" if code.in_node else "a ValueError"
    written = [
        one for one in (table.stored(other), table.stored(user_id)) if one and one.get("town") == "Oslo"
    ]
    if written:
        messages.KEY_CHANGE_WRITTEN.fail(stored=code.show(written[0]), **values)
    if answer.error is None:
        messages.KEY_CHANGE_IN_SILENCE.fail(value=code.show(answer.value), **values)
