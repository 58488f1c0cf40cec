"""All users, page by page, as GET /users gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.labs.function import answers, events
from tests.labs.function.invoking import Api, Invocation
from tests.labs.function.judging import answered, fail_for_status
from tests.labs.function.shape import reply_to, shown

DEFAULT = 25
MOST_EMPTY = 10
"""Pages without users in a row after which a list is taken for endless."""


def check_all_come(api: Api, table: str, users: Sequence[dict[str, Any]], limit: int) -> None:
    """End the check unless all these users come, each once, over all pages."""
    seen: dict[str, dict[str, Any]] = {}
    tokens: list[str] = []
    empty = 0
    while True:
        query = {"limit": str(limit)} | ({"next": tokens[-1]} if tokens else {})
        invocation = api.invoke(events.page(**query))
        found, token = _page(invocation, table, limit)
        for user in found:
            if user["userId"] in seen:
                answers.LIST_TWICE.fail(
                    invocation.evidence, user_id=user["userId"], request=invocation.request
                )
            seen[user["userId"]] = user
        empty = 0 if found else empty + 1
        if token is None:
            break
        if token in tokens or empty == MOST_EMPTY:
            answers.LIST_ENDLESS.fail(invocation.evidence, request=invocation.request)
        tokens.append(token)
    missing = [user for user in users if user["userId"] not in seen]
    if missing:
        answers.LIST_MISSED.fail(
            invocation.evidence, missing=len(missing), count=len(users), request=invocation.request
        )


def check_default(api: Api, table: str, at_least: int) -> None:
    """End the check unless a page without a limit has at most 25 users, and says that there are more."""
    invocation = api.invoke(events.page())
    found, token = _page(invocation, table, DEFAULT)
    if token is None:
        answers.LIST_MISSED.fail(
            invocation.evidence, missing=at_least - len(found), count=at_least, request=invocation.request
        )


def check_strange_next(api: Api, table: str) -> None:
    """End the check where a next that nobody gave is the handler's undoing.

    It is refused; where next is a userId as it is, any text may be one, and there may be a page behind it.
    """
    invocation = api.invoke(events.page(next="no such page"))
    reply = reply_to(invocation, "400, or a page", table)
    if reply.status not in (200, 400):
        what = "with a next that nobody gave"
        fail_for_status(invocation, reply, answers.BAD_PAGE_STATUS, table=table, what=what)


def _page(invocation: Invocation, table: str, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """The users of a page, and its next; the check ends where it is none, or too long."""
    reply = answered(invocation, 200, answers.LIST_STATUS, table=table)
    sent, request = invocation.evidence, invocation.request
    users = reply.value.get("users") if isinstance(reply.value, dict) else None
    if not isinstance(users, list) or not all(isinstance(one, dict) and "userId" in one for one in users):
        answers.LIST_SHAPE.fail(sent, request=request, body=reply.shown)
    if len(users) > limit:
        answers.LIST_TOO_MANY.fail(sent, request=request, count=len(users), limit=limit)
    if "next" not in reply.value:
        return users, None
    token = reply.value["next"]
    if not isinstance(token, str) or not token:
        answers.LIST_NEXT.fail(sent, request=request, next=shown(token))
    return users, token
