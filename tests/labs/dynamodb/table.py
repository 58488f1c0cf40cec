"""The learner's table, as the checks fill and read it. What a check puts in is removed at its end."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from workshop.checking import not_shown

KEY = "userId"
SETTLED_AFTER = 6
"""Reads in a row that must see everything: AWS keeps three copies of an item."""
SETTLE_SECONDS = 5.0
FIRST_PAUSE = 0.05
BATCH = 25
"""Most items of one BatchWriteItem."""

User = dict[str, Any]


class UsersTable:
    """The table of one check. Users of the learner's own are never touched."""

    def __init__(self, lab: Any) -> None:
        self._lab = lab
        self._client = lab.client("dynamodb")
        self._ids: list[str] = []

    @cached_property
    def name(self) -> str:
        """Its name; the check ends where there is none."""
        return self._lab.find("UsersTableName").name

    def new_id(self, ending: str = "") -> str:
        """An id that no user has. Whatever is stored under it is removed at the end."""
        self._ids.append(f"check-{secrets.token_hex(5)}{ending}")
        return self._ids[-1]

    def put(self, **attributes: Any) -> User:
        """A new user with these attributes, stored by the check itself."""
        return self.put_many([attributes])[0]

    def put_many(self, many: Iterable[User]) -> list[User]:
        """New users with these attributes, stored by the check itself; at most 25."""
        users = [{KEY: self.new_id(), **attributes} for attributes in many]
        self._write([{"PutRequest": {"Item": _item(user)}} for user in users])
        return users

    def stored(self, user_id: str) -> User | None:
        """The user that is stored under this id, numbers as Decimal; None if there is none."""
        item = self.item(user_id)
        return _user(item) if item else None

    def item(self, user_id: str) -> User | None:
        """The item of this id with DynamoDB's types, `{"age": {"N": "36"}}`; None if there is none."""
        return self._get(user_id, ConsistentRead=True).get("Item")

    def overwrite(self, user: User) -> User:
        """The user, stored in place of what there was under its id."""
        self._client.put_item(TableName=self.name, Item=_item(user))
        return user

    def read_by_default(self, user_id: str) -> User | None:
        """The user that an eventually consistent read gives: it may be a moment old, or not there yet."""
        item = self._get(user_id).get("Item")
        return _user(item) if item else None

    def wait_until_settled(self, users: Iterable[User], attribute: str = KEY) -> None:
        """Wait until reads that may be stale see this attribute of the users as it is.

        The keys of a batch are asked in another order each time: which copy answers for one of them may go
        by its place. Ends the check if it takes too long.
        """
        ids = [user[KEY] for user in users]
        newest, same = self._batch(ids, attribute, ConsistentRead=True), 0
        end = time.monotonic() + SETTLE_SECONDS
        while same < SETTLED_AFTER:
            ids = [*ids[1:], *ids[:1]]
            same = same + 1 if self._batch(ids, attribute) == newest else 0
            if not same and time.monotonic() > end:
                not_shown(f"what was written {SETTLE_SECONDS:.0f} s ago is not yet seen by every read")

    def clean(self) -> None:
        """Remove every item whose id `new_id` gave."""
        requests = [{"DeleteRequest": {"Key": _item({KEY: user_id})}} for user_id in self._ids]
        for first in range(0, len(requests), BATCH):
            self._write(requests[first : first + BATCH])
        self._ids.clear()

    def _batch(self, ids: Sequence[str], attribute: str, **parameters: Any) -> User:
        """The attribute of several users by their ids, in DynamoDB's types; None for users without it."""
        names = {f"#{number}": name for number, name in enumerate(dict.fromkeys((KEY, attribute)))}
        only = {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
        keys = [_item({KEY: one}) for one in ids]
        answer = self._client.batch_get_item(RequestItems={self.name: {"Keys": keys, **only, **parameters}})
        return {item[KEY]["S"]: item.get(attribute) for item in answer["Responses"][self.name]}

    def _get(self, user_id: str, **parameters: Any) -> dict[str, Any]:
        return self._client.get_item(TableName=self.name, Key=_item({KEY: user_id}), **parameters)

    def _write(self, requests: list[dict[str, Any]]) -> None:
        waiting, pause = {self.name: requests}, FIRST_PAUSE
        while waiting := self._client.batch_write_item(RequestItems=waiting)["UnprocessedItems"]:
            time.sleep(pause)  # API Reference, BatchWriteItem: back off before what was not processed
            pause *= 2


def _item(user: User) -> dict[str, Any]:
    return {name: TypeSerializer().serialize(value) for name, value in user.items()}


def _user(item: User) -> User:
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}
