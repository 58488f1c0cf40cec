"""Create, read, change and delete a user through an API, as a client does it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from tests.labs.dynamodb.judging import holds
from tests.labs.dynamodb.table import UsersTable
from tests.labs.gateway import messages
from tests.labs.gateway.api import Api
from tests.labs.gateway.diagnosis import Case, explain
from tests.labs.gateway.messages import DEPLOY
from tests.labs.gateway.reply import Reply, send
from workshop.checking.message import Message

ODD_ID = Message(
    saw="on the {kind}, POST /users of the id `{user_id}` answered {created}\nand {asked}\nanswered {came}",
    expected="201, then 200 with the same user",
    why="In a URL blanks and umlauts are encoded. An HTTP API decodes path parameters, a REST API passes "
    "them on as they were sent: %C3%AB is an ë.",
    next_step=f"Decode the path parameters of format 1.0 events of REST APIs (they have no version), then: "
    f"{DEPLOY}",
)
QUERY_LOST = Message(
    saw="{asked}\nanswered {came}",
    expected="400: limit=0 is no limit",
    why="The query string comes in the event as queryStringParameters, in both payload formats; it is null "
    "or absent where there is none. Here it has not come to your code.",
    next_step=f"Read the query from queryStringParameters for events of both formats, then: {DEPLOY}",
)

ALL, ONE = "/users", "/users/{userId}"
OK, CREATED, REFUSED = 200, 201, 400
User = dict[str, Any]


def check_life(api: Api, table: UsersTable) -> None:
    """End the check unless a user can be created, read, listed, changed and deleted through the API."""
    user = {"userId": table.new_id(), "town": "London", "age": 36}
    path = f"{ALL}/{user['userId']}"
    _judge_user(_asked(api, "POST", ALL, f"POST {ALL}", 201, user), user)
    _judge_user(_asked(api, "GET", path, f"GET {ONE}", 200), user)
    _judge_page(_asked(api, "GET", ALL, f"GET {ALL}", 200))
    _judge_refusal(send(api, "GET", f"{ALL}?limit=0"))
    changes = {"town": "Paris"}
    _judge_user(_asked(api, "PATCH", path, f"PATCH {ONE}", 200, changes), user | changes)
    _judge_empty(_asked(api, "DELETE", path, f"DELETE {ONE}", 204))
    _asked(api, "GET", path, f"GET {ONE}", 404)


def check_odd_id(api: Api, table: UsersTable) -> None:
    """End the check unless an id with blanks and umlauts comes back as it went in."""
    user = {"userId": table.new_id(" zoë ü&+"), "town": "Oslo"}
    created = send(api, "POST", ALL, user)
    reply = send(api, "GET", f"{ALL}/{quote(user['userId'], safe='')}")
    if created.status != CREATED or reply.status != OK or not holds(reply.value, user):
        ODD_ID.fail(
            kind=api.kind, created=created.came, asked=reply.asked, came=reply.came, user_id=user["userId"]
        )


def _asked(api: Api, method: str, path: str, wanted: str, status: int, value: Any = None) -> Case:
    """A request that was answered with this status; the check ends where it was not."""
    case = Case(api, send(api, method, path, value), wanted, str(status))
    if case.reply.status != status:
        explain(case)
    return case


def _judge_user(case: Case, user: User) -> None:
    if not holds(case.reply.value, user):
        case.fail(messages.WRONG_BODY, body=f"the user {user}")


def _judge_page(case: Case) -> None:
    page = case.reply.value
    if not isinstance(page, dict) or not isinstance(page.get("users"), list):
        case.fail(messages.WRONG_BODY, body='an object with the users: {"users": [...]}')


def _judge_refusal(reply: Reply) -> None:
    """The query string arrives: a limit of 0 is refused, as lab 3 asks for it."""
    if reply.status != REFUSED:
        QUERY_LOST.fail(asked=reply.asked, came=reply.came)


def _judge_empty(case: Case) -> None:
    if case.reply.text:
        case.fail(messages.WRONG_BODY, body="no body")
