"""The users of the table: create, get, list, update and delete them, one DynamoDB request each.

A user is a dict with `userId` and any other attributes. Numbers go in and come out as int and float.
`table` is a boto3 Table resource: table.put_item(Item={"userId": "ada"}), table.get_item(Key={"userId": "ada"}) …
"""

from __future__ import annotations

from typing import Any

User = dict[str, Any]


class UserExists(Exception):
    """There is a user with this id already."""

    def __init__(self, user_id: str) -> None:
        super().__init__(f"user {user_id} exists already")
        self.user_id = user_id


class UserNotFound(Exception):
    """There is no user with this id."""

    def __init__(self, user_id: str) -> None:
        super().__init__(f"there is no user {user_id}")
        self.user_id = user_id


def create_user(table: Any, user: User) -> User:
    """Store a new user and return it. Raises UserExists, and then leaves the stored user as it is."""
    # TODO: store the user, unless there is one with this userId.
    raise NotImplementedError


def get_user(table: Any, user_id: str) -> User:
    """The user with this id, as last written. Raises UserNotFound."""
    # TODO: read the user; the read must see every write that came before it.
    raise NotImplementedError


def list_users(table: Any, limit: int = 25, start: Any = None) -> tuple[list[User], Any]:
    """One page of at most `limit` users, and where the next page starts: None after the last one."""
    # TODO: read one page, beginning at `start`, which is what an earlier call gave as next.
    raise NotImplementedError


def update_user(table: Any, user_id: str, changes: User) -> User:
    """Merge `changes` into a user and return the whole user.

    Raises UserNotFound, and ValueError for changes with another userId.
    """
    # TODO: set the attributes in `changes`, whatever their names, and leave the others alone.
    raise NotImplementedError


def delete_user(table: Any, user_id: str) -> None:
    """Remove a user. Raises UserNotFound."""
    # TODO: remove the user, if there is one.
    raise NotImplementedError
