"""Fixtures: a user of an account of her own, and a table she may or may not use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.config import Config

from sandbox import Sandbox
from tests.sandbox.iam.people import Somebody
from tests.sandbox.roles import LAMBDA, trust

INDEX = {
    "IndexName": "byEmail",
    "KeySchema": [{"AttributeName": "email", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}


@pytest.fixture
def iam(client: Callable[..., Any]) -> Any:
    """IAM, for the administrator of the account; what boto3 would refuse by itself is sent."""
    return client("iam", config=Config(parameter_validation=False))


@pytest.fixture
def holder(iam: Any) -> Callable[[str], dict[str, str]]:
    """`holder("role")`: a new one, as the parameters that name it."""

    def make(kind: str) -> dict[str, str]:
        named = {f"{kind.title()}Name": "held"}
        more = {"AssumeRolePolicyDocument": trust(LAMBDA)} if kind == "role" else {}
        getattr(iam, f"create_{kind}")(**named, **more)
        return named

    return make


@pytest.fixture
def make_user(sandbox: Sandbox, iam: Any) -> Callable[..., Somebody]:
    """`make_user("ada")`: a user without any policy."""

    def make(name: str = "ada", **options: Any) -> Somebody:
        iam.create_user(UserName=name, **options)
        keys = iam.create_access_key(UserName=name)["AccessKey"]
        return Somebody(sandbox.url, keys, iam, name)

    return make


@pytest.fixture
def ada(make_user: Callable[..., Somebody]) -> Somebody:
    return make_user("ada")


@pytest.fixture
def table(client: Callable[..., Any], account: str) -> str:
    """The ARN of the table `Users`, with the index `byEmail`."""
    db = client("dynamodb")
    made = db.create_table(
        TableName="Users",
        KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "userId", "AttributeType": "S"},
            {"AttributeName": "email", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[INDEX],
        BillingMode="PAY_PER_REQUEST",
    )
    db.get_waiter("table_exists").wait(TableName="Users")
    return str(made["TableDescription"]["TableArn"])
