"""The routes of the API: each checks its request, makes one call of users.py and says status and body."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import users
from proxy import BadRequest, Request, json_object

Answer = tuple[int, Any]
"""The HTTP status, and what becomes the JSON body; None is no body."""

DEFAULT_LIMIT, MOST_USERS = 25, 100
LONGEST_ID = 64


class NoSuchRoute(Exception):
    """The method and path are none of the API's."""


def answer(table: Any, request: Request) -> Answer:
    """Ask the request's route. Raises NoSuchRoute, BadRequest, UserExists, UserNotFound."""
    route = ROUTES.get(request.route)
    if route is None:
        raise NoSuchRoute(f"there is no route {request.route}")
    return route(table, request)


def create(table: Any, request: Request) -> Answer:
    # TODO 2: the user in the body is created: 201.
    # TODO 4: one without a valid userId is refused before.
    raise NotImplementedError("create is not written yet")


def list_all(table: Any, request: Request) -> Answer:
    # TODO 5: one page of users: 200. next is in the answer only where there is another page.
    raise NotImplementedError("list_all is not written yet")


def get(table: Any, request: Request) -> Answer:
    # TODO 2: the user whose id is in the path: 200.
    raise NotImplementedError("get is not written yet")


def update(table: Any, request: Request) -> Answer:
    # TODO 5: the attributes in the body are merged: 200. An empty object, or another userId, is refused.
    raise NotImplementedError("update is not written yet")


def delete(table: Any, request: Request) -> Answer:
    # TODO 5: the user is removed: 204, and no body.
    raise NotImplementedError("delete is not written yet")


ROUTES: dict[str, Callable[[Any, Request], Answer]] = {
    "POST /users": create,
    "GET /users": list_all,
    "GET /users/{userId}": get,
    "PATCH /users/{userId}": update,
    "DELETE /users/{userId}": delete,
}


def is_user_id(value: Any) -> bool:
    """Whether a user may have this id."""
    return isinstance(value, str) and 1 <= len(value) <= LONGEST_ID and "/" not in value


def _existing_id(request: Request) -> str:
    """The id in the path. Raises UserNotFound for one that no user can have."""
    user_id = request.user_id or ""
    if not is_user_id(user_id):
        raise users.UserNotFound(user_id)
    return user_id


def _limit(text: str) -> int:
    """The number of users a page may have at most. Raises BadRequest for any other text."""
    # TODO 5: a whole number from 1 to MOST_USERS.
    raise NotImplementedError("_limit is not written yet")


def _token(position: dict[str, Any]) -> str:
    """Where the next page starts, as text that callers pass on and do not read."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def _start(token: str) -> dict[str, Any]:
    """The position in a token. Raises BadRequest for one that we did not make."""
    try:
        position = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except ValueError:
        position = None
    if not isinstance(position, dict) or not is_user_id(position.get("userId")) or _token(position) != token:
        raise BadRequest("next must be the text that came with the page before")
    return {"userId": position["userId"]}
