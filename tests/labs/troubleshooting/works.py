"""The whole contract of the API, on both APIs: a repair may switch nothing of it off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.labs.dynamodb.table import UsersTable
from tests.labs.gateway import current, unknown, users
from tests.labs.gateway.api import Api
from tests.labs.gateway.diagnosis import Case, explain
from tests.labs.gateway.find import HTTP, REST, find_api
from tests.labs.gateway.reply import send
from tests.labs.troubleshooting.messages import CHECK
from workshop.checking.finding import CheckFailed
from workshop.checking.message import Message

NOT_WORKING = Message(
    saw="{saw}",
    expected="{expected}",
    why="A repair mends what is broken and switches nothing off: both APIs have to answer as in lab 4.",
    next_step=f"Bring back what lab 4 had, then: {CHECK}",
)
NOT_REFUSED = Message(
    saw="{asked}\nanswered {came}",
    expected="{status}: {what}",
    why="A check or an error mapping of the code has gone. It was not what was broken.",
    next_step=f"Bring back the check in the code that runs, then: {CHECK}",
)

BAD_REQUEST, MISSING, CONFLICT = 400, 404, 409


def check_contract(lab: Any, table: UsersTable) -> None:
    """End the check unless both APIs do what lab 4 asks of them."""
    with _as_now():
        for api in (find_api(lab, HTTP), find_api(lab, REST)):
            users.check_life(api, table)
            _check_refusals(api, table)
            unknown.check_unknown(api, table)
            _check_health(api)
            current.check_current(api)


def _check_health(api: Api) -> None:
    case = Case(api, send(api, "GET", "/health"), "GET /health", "200")
    if case.reply.status != users.OK:
        explain(case)


def _check_refusals(api: Api, table: UsersTable) -> None:
    """What the code refuses: a duplicate, bad requests, users that are not there."""
    there = table.put(town="Oslo")["userId"]
    nobody = table.new_id()
    for method, path, value, status, what in (
        ("POST", users.ALL, {"userId": there}, CONFLICT, "there is a user of this id already"),
        ("POST", users.ALL, {"town": "Rome"}, BAD_REQUEST, "a new user needs a userId"),
        ("POST", users.ALL, [1], BAD_REQUEST, "the body is no JSON object"),
        ("PATCH", f"{users.ALL}/{there}", {}, BAD_REQUEST, "there is nothing to change"),
        ("PATCH", f"{users.ALL}/{nobody}", {"town": "Rome"}, MISSING, "there is no such user"),
        ("DELETE", f"{users.ALL}/{nobody}", None, MISSING, "there is no such user"),
    ):
        reply = send(api, method, path, value)
        if reply.status != status:
            NOT_REFUSED.fail(asked=reply.asked, came=reply.came, status=status, what=what)


@contextmanager
def _as_now() -> Iterator[None]:
    """What lab 4 says of an answer, with what is to be done now."""
    try:
        yield
    except CheckFailed as failed:
        finding = failed.finding
        if NOT_REFUSED.made(finding):
            raise
        NOT_WORKING.fail(finding.evidence, saw=finding.saw, expected=finding.expected)
