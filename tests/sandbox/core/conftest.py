"""Tables and clients that the tests of the sandbox's core share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.config import Config

Text = dict[str, str]


def text(value: str) -> Text:
    """A string as an attribute value."""
    return {"S": value}


@pytest.fixture
def db(client: Callable[..., Any]) -> Any:
    """A DynamoDB client that sends whatever it is given."""
    return client("dynamodb", config=Config(parameter_validation=False))


@pytest.fixture
def make_table(db: Any) -> Callable[..., str]:
    """`make_table(pk="S", sk="N")`: a new table by its keys, the first of which is the partition key."""

    def make(name: str = "users", indexes: Text | None = None, **keys: str) -> str:
        types = {**keys, **(indexes or {})}
        more = {}
        if indexes:
            more["GlobalSecondaryIndexes"] = [
                {
                    "IndexName": f"{attribute}-index",
                    "KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
                for attribute in indexes
            ]
        db.create_table(
            TableName=name,
            KeySchema=[
                {"AttributeName": key, "KeyType": "RANGE" if number else "HASH"}
                for number, key in enumerate(keys)
            ],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in types.items()],
            BillingMode="PAY_PER_REQUEST",
            **more,
        )
        db.get_waiter("table_exists").wait(TableName=name)
        return name

    return make


@pytest.fixture
def users(make_table: Callable[..., str]) -> str:
    """A table with the partition key pk (S)."""
    return make_table(pk="S")
