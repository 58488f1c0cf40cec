"""users.py against a table that moto keeps in memory: no AWS, no sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from users import UserExists, UserNotFound, create_user, delete_user, get_user, list_users, update_user

ADA = {"userId": "ada", "name": "Ada", "age": 36, "ratio": 0.1, "tags": ["a", 1.5], "home": {"floor": -2}}
SESSION = boto3.Session("test", "test", region_name="us-east-1")


@pytest.fixture
def table() -> Iterator[Any]:
    with mock_aws():
        yield SESSION.resource("dynamodb").create_table(
            TableName="users",
            AttributeDefinitions=[{"AttributeName": "userId", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )


def test_what_is_created_is_read_back_with_plain_numbers(table: Any) -> None:
    assert create_user(table, ADA) == ADA
    user = get_user(table, "ada")
    assert user == ADA
    assert [type(user["age"]), type(user["ratio"]), type(user["home"]["floor"])] == [int, float, int]


def test_a_second_user_of_the_same_id_is_refused_and_changes_nothing(table: Any) -> None:
    create_user(table, ADA)
    with pytest.raises(UserExists, match="ada"):
        create_user(table, {"userId": "ada", "name": "Another"})
    assert get_user(table, "ada") == ADA


def test_pages_hold_each_user_once(table: Any) -> None:
    ids = {f"user-{number}" for number in range(7)}
    for user_id in ids:
        create_user(table, {"userId": user_id})
    seen, start = [], None
    while True:
        users, start = list_users(table, limit=3, start=start)
        assert len(users) <= 3
        seen += [user["userId"] for user in users]
        if start is None:
            break
    assert sorted(seen) == sorted(ids)


def test_an_update_merges_attributes_of_any_name(table: Any) -> None:
    create_user(table, ADA)
    changes = {"userId": "ada", "name": "Ada Lovelace", "home-town": "London", "ratio": 0.2}
    assert update_user(table, "ada", changes) == ADA | changes
    assert get_user(table, "ada") == ADA | changes


def test_an_empty_update_gives_the_user(table: Any) -> None:
    create_user(table, ADA)
    assert update_user(table, "ada", {}) == ADA


def test_a_user_keeps_its_id(table: Any) -> None:
    create_user(table, ADA)
    with pytest.raises(ValueError, match="ada"):
        update_user(table, "ada", {"userId": "bob", "name": "Bob"})
    assert get_user(table, "ada") == ADA


def test_a_deleted_user_is_gone(table: Any) -> None:
    create_user(table, ADA)
    delete_user(table, "ada")
    assert list_users(table) == ([], None)


@pytest.mark.parametrize(
    "call",
    [
        lambda table: get_user(table, "nobody"),
        lambda table: update_user(table, "nobody", {"name": "Nobody"}),
        lambda table: update_user(table, "nobody", {}),
        lambda table: delete_user(table, "nobody"),
    ],
    ids=["get", "update", "update nothing", "delete"],
)
def test_nobody_is_not_found_and_not_made(table: Any, call: Any) -> None:
    with pytest.raises(UserNotFound, match="nobody"):
        call(table)
    assert list_users(table) == ([], None)
