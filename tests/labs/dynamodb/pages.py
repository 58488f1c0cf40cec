"""All users, page by page, as `list_users` gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.labs.dynamodb.messages import CHECK
from tests.labs.dynamodb.requests import scans_without_limit
from tests.labs.learner_code import LearnerCode, evidence
from workshop.checking import Evidence
from workshop.checking.message import Message

LIST_SHAPE = Message(
    saw="`{call}` gave back {value}",
    expected="{shape}",
    why="The caller needs both: the users, and where the next page starts.",
    next_step=f"Give back both from `{{function}}`, then: {CHECK}",
)
LIST_TOO_MANY = Message(
    saw="`{call}` gave back {count} users",
    expected="at most {limit}",
    why="The limit protects callers from more than they can take, and you from paying for it.",
    next_step=f"Hand limit to the Scan as Limit, then: {CHECK}",
)
LIST_READS_ALL = Message(
    saw="`{call}` sent {count} Scan requests without Limit: it read more than 1 MB for {limit} users",
    expected="a Scan that reads no more than a page",
    why="A table may hold millions of users. Who reads all of them for each page waits, and pays, for all.",
    next_step=f"Read one page for each call: Scan with Limit, and ExclusiveStartKey from start. Then: "
    f"{CHECK}",
)
LIST_EMPTY_NEXT = Message(
    saw="after the last page, `{call}` gave back {next} as next",
    expected="{nothing} after the last page",
    why="next tells callers to go on. There is one word for the end, and they wait for it.",
    next_step=f"Give back LastEvaluatedKey, or {{nothing}} if the answer has none, then: {CHECK}",
)
LIST_TWICE = Message(
    saw="the user {user_id} came twice; the second time from `{call}`",
    expected="each user once, over all pages",
    why="start is where a page begins. If it is not used, each page is the first one, and the list never "
    "ends.",
    next_step=f"Hand start to the Scan as ExclusiveStartKey, if there is one, then: {CHECK}",
)
LIST_ENDLESS = Message(
    saw="after {pages} pages `{call}` gave back {next} as next: the list comes to no end",
    expected="a next that leads further, and {nothing} after the last page",
    why="A caller who follows next would never come to an end.",
    next_step=f"Give back the LastEvaluatedKey of the answer as it is, then: {CHECK}",
)
LIST_MISSED = Message(
    saw="{missing} of {count} users never came; the list ended after `{call}`",
    expected="all users, over all pages",
    why="A Scan ends after 1 MB, or after Limit items, even if there are more. LastEvaluatedKey in its "
    "answer "
    "says that there are.",
    next_step=f"Give back LastEvaluatedKey as next, also when a page is short, then: {CHECK}",
)
LIST_RETURNED = Message(
    saw="`{call}` gave back the user {value}",
    expected="the user as it is stored: {user}",
    why="A caller of the list wants whole users, as get gives them.",
    next_step=f"Give back the Items of the answer as they are, then: {CHECK}",
)


FEW = 10
"""A limit for which nobody needs to read more than 1 MB."""

MOST_EMPTY = 10
"""Pages without users in a row after which a list is taken for endless."""


@dataclass(frozen=True)
class Walked:
    """The users that came, by userId; the last call as a learner writes it, and what it sent."""

    users: Mapping[str, dict[str, Any]]
    last_call: str
    sent: tuple[Evidence, ...]
    ended: bool


def walk(code: LearnerCode, limit: int, most_pages: int | None = None) -> Walked:
    """Follow `next` from the first page to the last, or for `most_pages`; the check ends where that fails."""
    seen: dict[str, dict[str, Any]] = {}
    starts: list[Any] = [None]
    empty = 0
    while most_pages is None or len(starts) <= most_pages:
        arguments = (limit, starts[-1]) if len(starts) > 1 else (limit,)
        call = code.shown_call("list_users", *arguments)
        users, following, sent = _page(code, call, limit, *arguments[1:])
        for user in users:
            if user["userId"] in seen:
                LIST_TWICE.fail(sent, user_id=user["userId"], call=call)
            seen[user["userId"]] = user
        if following is None:
            return Walked(seen, call, sent, ended=True)
        empty = 0 if users else empty + 1
        if following in starts or empty == MOST_EMPTY:
            LIST_ENDLESS.fail(
                sent, call=call, next=code.show(following), pages=len(starts), nothing=code.show(None)
            )
        starts.append(following)
    return Walked(seen, call, sent, ended=False)


def _page(
    code: LearnerCode, call: str, limit: int, *start: Any
) -> tuple[list[dict[str, Any]], Any, tuple[Evidence, ...]]:
    """One page: users, next, and what was sent for it. Ends the check where it is none, or too long."""
    answer = code.call("list_users", limit, *start)
    sent = evidence(answer.requests)
    value = code.value_of(answer, "a page of users", "list_users", limit, *start)
    if not _is_page(value):
        shape = "an object { users, next }" if code.in_node else "a tuple of a list of users and next"
        LIST_SHAPE.fail(
            sent, call=call, value=code.show(value), shape=shape, function=code.name("list_users")
        )
    users, following = value
    if len(users) > limit:
        LIST_TOO_MANY.fail(sent, call=call, count=len(users), limit=limit)
    whole = scans_without_limit(answer.requests)
    if whole > 1 and limit <= FEW:
        LIST_READS_ALL.fail(sent, call=call, count=whole, limit=limit)
    if following is not None and not following:
        LIST_EMPTY_NEXT.fail(sent, call=call, next=code.show(following), nothing=code.show(None))
    return users, following, sent


def _is_page(value: Any) -> bool:
    if not isinstance(value, tuple | list) or len(value) != 2 or not isinstance(value[0], list):
        return False
    return all(isinstance(user, dict) and "userId" in user for user in value[0])
