"""The routes of the API: each checks its request, makes one call of users.py and says status and body."""

from __future__ import annotations

import base64
import json
import re
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
    user = json_object(request)
    user_id = user.get("userId")
    if not is_user_id(user_id):
        raise BadRequest(f"userId must be a string of 1 to {LONGEST_ID} characters without /")
    request.user_id = user_id
    return 201, users.create_user(table, user)


def list_all(table: Any, request: Request) -> Answer:
    limit = _limit(request.query.get("limit", str(DEFAULT_LIMIT)))
    start = _start(request.query["next"]) if "next" in request.query else None
    found, following = users.list_users(table, limit, start)
    return 200, {"users": found} | ({"next": _token(following)} if following else {})


def get(table: Any, request: Request) -> Answer:
    return 200, users.get_user(table, _existing_id(request))


def update(table: Any, request: Request) -> Answer:
    user_id, changes = _existing_id(request), json_object(request)
    if not changes:
        raise BadRequest("there is nothing to change: the object is empty")
    if changes.get("userId", user_id) != user_id:
        raise BadRequest("the userId of a user cannot be changed")
    return 200, users.update_user(table, user_id, changes)


def delete(table: Any, request: Request) -> Answer:
    users.delete_user(table, _existing_id(request))
    return 204, None


def health(table: Any, request: Request) -> Answer:
    """The way from the API to the function is open; the table is not asked."""
    return 200, {"status": "ok"}


ROUTES: dict[str, Callable[[Any, Request], Answer]] = {
    "POST /users": create,
    "GET /users": list_all,
    "GET /users/{userId}": get,
    "PATCH /users/{userId}": update,
    "DELETE /users/{userId}": delete,
    "GET /health": health,
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
    if not re.fullmatch("[0-9]{1,3}", text) or not 1 <= int(text) <= MOST_USERS:
        raise BadRequest(f"limit must be a number from 1 to {MOST_USERS}")
    return int(text)


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
