"""Tables whose states last long enough to be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.config import Config

from sandbox import Sandbox

KEY = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
}
ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}


def units(read: int, write: int) -> dict[str, dict[str, int]]:
    """A provisioned throughput."""
    return {"ProvisionedThroughput": {"ReadCapacityUnits": read, "WriteCapacityUnits": write}}


def index(name: str, **more: Any) -> dict[str, Any]:
    """A global index by the attribute of its name."""
    schema = [{"AttributeName": name, "KeyType": "HASH"}]
    return {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}, **more}


@pytest.fixture
def db(client: Callable[..., Any]) -> Any:
    """A DynamoDB client that sends whatever it is given."""
    return client("dynamodb", config=Config(parameter_validation=False))


@pytest.fixture
def make(db: Any) -> Callable[..., str]:
    """`make("users", **units(5, 5))`: a table that is ACTIVE."""

    def made(name: str = "users", **more: Any) -> str:
        db.create_table(TableName=name, **{**KEY, **(more or ON_DEMAND)})
        db.get_waiter("table_exists").wait(TableName=name)
        return name

    return made


@pytest.fixture
def slow(sandbox: Sandbox) -> Iterator[None]:
    """A state of a table lasts half a second."""
    before = sandbox.settings()["table_state_ms"]
    sandbox.settings(table_state_ms=500)
    yield
    sandbox.settings(table_state_ms=before)


@pytest.fixture
def described(db: Any) -> Callable[[str], dict[str, Any]]:
    """`described("users")`: the table, once nothing of it is under way."""

    def find(name: str) -> dict[str, Any]:
        while True:
            table: dict[str, Any] = db.describe_table(TableName=name)["Table"]
            statuses = [i["IndexStatus"] for i in table.get("GlobalSecondaryIndexes", ())]
            if {table["TableStatus"], *statuses} == {"ACTIVE"}:
                return table

    return find
