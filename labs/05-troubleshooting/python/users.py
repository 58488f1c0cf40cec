"""The users of the table: create, get, list, update and delete them, one DynamoDB request each.

A user is a dict with `userId` and any other attributes. Numbers go in and come out as int and float.
"""

from __future__ import annotations

import json
from decimal import Decimal
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
    try:
        table.put_item(Item=_to_item(user), ConditionExpression="attribute_not_exists(userId)")
    except table.meta.client.exceptions.ConditionalCheckFailedException as error:
        raise UserExists(user["userId"]) from error
    return user


def get_user(table: Any, user_id: str) -> User:
    """The user with this id, as last written. Raises UserNotFound."""
    answer = table.get_item(Key={"userId": user_id}, ConsistentRead=True)
    if "Item" not in answer:
        raise UserNotFound(user_id)
    return _to_user(answer["Item"])


def list_users(table: Any, limit: int = 25, start: Any = None) -> tuple[list[User], Any]:
    """One page of at most `limit` users, and where the next page starts: None after the last one."""
    position = {"ExclusiveStartKey": start} if start else {}
    page = table.scan(Limit=limit, **position)
    return [_to_user(item) for item in page["Items"]], page.get("LastEvaluatedKey")


def update_user(table: Any, user_id: str, changes: User) -> User:
    """Merge `changes` into a user and return the whole user.

    Raises UserNotFound, and ValueError for changes with another userId.
    """
    if changes.get("userId", user_id) != user_id:
        raise ValueError(f"the userId of {user_id} cannot be changed")
    attributes = {name: value for name, value in changes.items() if name != "userId"}
    if not attributes:
        return get_user(table, user_id)
    try:
        answer = table.update_item(
            Key={"userId": user_id},
            ConditionExpression="attribute_exists(userId)",
            ReturnValues="ALL_NEW",
            **_set(attributes),
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException as error:
        raise UserNotFound(user_id) from error
    return _to_user(answer["Attributes"])


def delete_user(table: Any, user_id: str) -> None:
    """Remove a user. Raises UserNotFound."""
    try:
        table.delete_item(Key={"userId": user_id}, ConditionExpression="attribute_exists(userId)")
    except table.meta.client.exceptions.ConditionalCheckFailedException as error:
        raise UserNotFound(user_id) from error


def _set(attributes: User) -> dict[str, Any]:
    """The parameters of an UpdateItem that sets attributes of any name, reserved words too."""
    numbered = list(enumerate(_to_item(attributes).items()))
    return {
        "UpdateExpression": "SET " + ", ".join(f"#name{number} = :value{number}" for number, _ in numbered),
        "ExpressionAttributeNames": {f"#name{number}": name for number, (name, _) in numbered},
        "ExpressionAttributeValues": {f":value{number}": value for number, (_, value) in numbered},
    }


def _to_item(user: User) -> User:
    """The same with a Decimal for each float, which boto3 takes in its place."""
    return json.loads(json.dumps(user, allow_nan=False), parse_float=Decimal)


def _to_user(value: Any) -> Any:
    """The same with an int or a float for each Decimal, however deep."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {name: _to_user(part) for name, part in value.items()}
        case list():
            return [_to_user(part) for part in value]
        case _:
            return value
