"""A stack to work with, through the API as users do."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError, WaiterError

FAST = {"Delay": 1, "MaxAttempts": 20}


def table(key: str = "userId", kind: str = "S", **properties: Any) -> dict[str, Any]:
    """An AWS::DynamoDB::Table, on demand unless `properties` say otherwise."""
    given = {
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": kind}],
        "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        **properties,
    }
    return {"Type": "AWS::DynamoDB::Table", "Properties": {k: v for k, v in given.items() if v is not None}}


def parameter(value: Any = "hello", **properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value, **properties}}


def handle(**attributes: Any) -> dict[str, Any]:
    return {"Type": "AWS::CloudFormation::WaitConditionHandle", **attributes}


def template(outputs: Any = None, sections: Any = None, **resources: Any) -> str:
    """A template as JSON. outputs: name → value."""
    document = {"Resources": resources, **(sections or {})}
    if outputs:
        document["Outputs"] = {name: {"Value": value} for name, value in outputs.items()}
    return json.dumps(document)


class Deployer:
    """Creates, updates and deletes one stack and waits for the end of it."""

    def __init__(self, api: Any, name: str = "workshop") -> None:
        self.api = api
        self.name = name
        self.id = ""

    def create(self, body: str, **options: Any) -> str:
        """The status the stack ends in."""
        self.id = self.api.create_stack(StackName=self.name, TemplateBody=body, **options)["StackId"]
        return self.wait("stack_create_complete")

    def update(self, body: str, **options: Any) -> str:
        self.api.update_stack(StackName=self.name, TemplateBody=body, **options)
        return self.wait("stack_update_complete")

    def delete(self, **options: Any) -> str:
        self.api.delete_stack(StackName=self.name, **options)
        return self.wait("stack_delete_complete")

    def wait(self, waiter: str) -> str:
        with contextlib.suppress(WaiterError):  # the status tells whether it failed or took too long
            self.api.get_waiter(waiter).wait(StackName=self.id, WaiterConfig=FAST)
        return self.stack["StackStatus"]

    @property
    def stack(self) -> dict[str, Any]:
        return self.api.describe_stacks(StackName=self.id)["Stacks"][0]

    @property
    def outputs(self) -> dict[str, str]:
        return {one["OutputKey"]: one["OutputValue"] for one in self.stack.get("Outputs", [])}

    def physical(self, logical_id: str) -> str:
        found = self.api.describe_stack_resource(StackName=self.id, LogicalResourceId=logical_id)
        return found["StackResourceDetail"]["PhysicalResourceId"]

    def events(self, *, of: str | None = None) -> list[tuple[str, str, str | None]]:
        """(logical id, status, reason), oldest first."""
        pages = self.api.get_paginator("describe_stack_events").paginate(StackName=self.id)
        found = [event for page in pages for event in page["StackEvents"]][::-1]
        return [
            (one["LogicalResourceId"], one["ResourceStatus"], one.get("ResourceStatusReason"))
            for one in found
            if of in (None, one["LogicalResourceId"])
        ]

    def statuses(self) -> list[str]:
        return [f"{name} {status}" for name, status, _ in self.events()]

    def failure(self, logical_id: str) -> str:
        """Why a resource failed, the latest time."""
        reasons = [reason for _, status, reason in self.events(of=logical_id) if status.endswith("_FAILED")]
        assert reasons, self.events()
        return str(reasons[-1])


@pytest.fixture
def api(client: Any) -> Any:
    """A CloudFormation client of the account."""
    return client("cloudformation")


@pytest.fixture
def deployer(api: Any) -> Deployer:
    return Deployer(api)


@pytest.fixture
def refused(api: Any) -> Any:
    """`refused(template)`: the message of the ValidationError by which CreateStack refuses a template."""

    def refuse(body: Any, **options: Any) -> str:
        text = body if isinstance(body, str) else yaml.safe_dump(body)
        with pytest.raises(ClientError) as caught:
            api.create_stack(StackName="refused", TemplateBody=text, **options)
        assert caught.value.response["Error"]["Code"] == "ValidationError"
        return caught.value.response["Error"]["Message"]

    return refuse
