"""Paths and methods that no route has: what becomes of them says where a 404 comes from.

An HTTP API answers 404, a REST API 403. By a catch-all route such a request reaches the function.
"""

from __future__ import annotations

from tests.labs.dynamodb.table import UsersTable
from tests.labs.gateway import function
from tests.labs.gateway.api import Api
from tests.labs.gateway.messages import DEPLOY
from tests.labs.gateway.reply import Reply, send
from workshop.checking.message import Message

NOT_FOUND, NOT_ALLOWED, FORBIDDEN = 404, 405, 403
UNKNOWN_SERVED = Message(
    saw="{asked}\nanswered {came}\nIt came in by the route {route}. {who}",
    expected="{statuses}: the API has nothing under {what}",
    why="A caller who mistypes a path or a method must learn it. With a catch-all route that is your "
    "function's task.",
    next_step=f"Name the routes one by one, or let your code answer 404 to what it does not know, then: "
    f"{DEPLOY}",
)
UNKNOWN_FAILS = Message(
    saw="{asked}\nanswered {came}\nIt came in by the route {route}. {who}",
    expected="{statuses}: the API has nothing under {what}",
    why="A 5xx says that the server is broken; here the caller is wrong. A catch-all route hands your "
    "function what it does not know.",
    next_step=f"Name the routes one by one, or let your code answer 404 to what it does not know, then: "
    f"{DEPLOY}",
)

RIGHT = {"HTTP API": (NOT_FOUND, NOT_ALLOWED), "REST API": (FORBIDDEN, NOT_FOUND, NOT_ALLOWED)}
"""Statuses for what is not there, by the kind of API; 405 is what some handlers say of a method."""

FAILED = 500


def check_unknown(api: Api, table: UsersTable) -> None:
    """End the check unless the API refuses an unknown path, and an unknown method of a known path."""
    user = {"userId": table.new_id(), "town": "London"}
    _judge(api, send(api, "GET", f"/{user['userId']}"), "this path")
    _judge(api, send(api, "PUT", "/users", user), "this method of the path")


def _judge(api: Api, reply: Reply, what: str) -> None:
    if reply.status in RIGHT[api.kind]:
        return
    route = api.route_of(reply.method, reply.path)
    name = route.integration.function if route and route.integration else ""
    who = function.log_since(api.lab, name, reply.began).who if name else "no function is behind it"
    message = UNKNOWN_FAILS if reply.status >= FAILED else UNKNOWN_SERVED
    statuses = " or ".join(map(str, RIGHT[api.kind][:2]))
    message.fail(
        asked=reply.asked, came=reply.came, what=what, kind=api.kind, statuses=statuses, route=route, who=who
    )
