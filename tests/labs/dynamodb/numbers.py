"""Numbers in and out: through create, get, update and list."""

from __future__ import annotations

from typing import Any

from tests.labs.dynamodb import pages
from tests.labs.dynamodb.messages import CHECK
from tests.labs.dynamodb.table import UsersTable
from tests.labs.learner_code import LearnerCode, evidence, where
from workshop.checking.code import Answer
from workshop.checking.code.values import not_json
from workshop.checking.message import Message

NUMBER_REFUSED = Message(
    saw="`{call}` raised {error}",
    expected="a user with numbers is taken as any other",
    why="DynamoDB counts in decimal, and boto3 refuses float: most of them are not exact.",
    next_step="Turn each float into a Decimal of its text on the way in, also in lists and maps, then: "
    + CHECK,
)
DECIMAL_LEFT = Message(
    saw="`{call}` gave back what JSON cannot hold: {place}",
    expected="int and float only",
    why="boto3 gives each number back as Decimal, and json.dumps refuses it: an API could not answer with "
    "it.",
    next_step="Turn each Decimal into int or float on the way out, also in lists and maps, then: " + CHECK,
)
NUMBER_CHANGED = Message(
    saw="`{call}` gave back {name} as {value}",
    expected="{wanted}",
    why="A number must come back as it went in: equal, and a number.",
    next_step=f"Look at how `{{function}}` turns numbers, on both ways, then: {CHECK}",
)
NUMBER_AS_TEXT = Message(
    saw="after `{call}` the item holds {name} as {stored}",
    expected="a number: {{'N': '{wanted}'}}",
    why="What is stored as text cannot be counted or compared as a number by DynamoDB.",
    next_step=f"Hand numbers over as numbers, not as text, then: {CHECK}",
)


NUMBERS: dict[str, Any] = {
    "age": 36,
    "visits": 0,
    "ratio": 0.1,
    "balance": -1234.5,
    "scores": [1, 2.5, [3]],
    "home": {"floor": -2, "position": {"north": 51.5}},
}
CHANGES: dict[str, Any] = {"ratio": 0.25, "points": [{"first": 1.5}, 7]}


def check_numbers(code: LearnerCode, table: UsersTable) -> None:
    """Numbers come back from each function as they went in, and are stored as numbers."""
    user = {"userId": table.new_id(), **NUMBERS}
    user_id = user["userId"]
    _judge(code, user, "create_user", user)
    _judge_stored(code, table, user)
    _judge(code, user, "get_user", user_id)
    _judge(code, user | CHANGES, "update_user", user_id, CHANGES)
    table.wait_until_settled([user], attribute="points")  # the update was the last write
    walked = pages.walk(code, limit=100)
    _judge_value(code, walked.users.get(user_id), user | CHANGES, walked.last_call, "list_users")


def _judge(code: LearnerCode, wanted: dict[str, Any], function: str, *arguments: Any) -> None:
    answer = code.call(function, *arguments)
    call = code.shown_call(function, *arguments)
    if answer.error is not None:
        sent = evidence(answer.requests)
        NUMBER_REFUSED.fail(sent, where(answer.error), call=call, error=answer.error)
    _judge_value(code, answer.value, wanted, call, function, answer)


def _judge_value(
    code: LearnerCode,
    value: Any,
    wanted: dict[str, Any],
    call: str,
    function: str,
    answer: Answer | None = None,
) -> None:
    place = answer.not_json if answer else not_json(value, "user")
    if place:
        DECIMAL_LEFT.fail(call=call, place=place)
    for name, number in wanted.items():
        came = value.get(name) if isinstance(value, dict) else value
        if came != number:
            NUMBER_CHANGED.fail(
                call=call,
                name=name,
                value=code.show(came),
                wanted=code.show(number),
                function=code.name(function),
            )


def _judge_stored(code: LearnerCode, table: UsersTable, user: dict[str, Any]) -> None:
    item = table.item(user["userId"]) or {}
    for name in ("age", "ratio"):
        stored = item.get(name)
        if stored is None or "N" not in stored:
            call = code.shown_call("create_user", user)
            NUMBER_AS_TEXT.fail(call=call, name=name, stored=stored, wanted=user[name])
