"""Five ways to lose a permission: what the caller sees, what the log holds, what `explain` says.

The tour's backend in small, in Python and in Node.js, behind an HTTP API and a REST API.
"""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from sandbox import Sandbox
from sandbox.decisions import find
from tests.sandbox.roles import WRITES_LOGS, allow, make_role, trust

CODE = {
    "python3.13": (
        "index.py",
        """
import boto3, json, os
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
def handler(event, context):
    table.put_item(Item={"userId": "ada"})
    return {"statusCode": 201, "body": json.dumps({"userId": "ada"})}
""",
    ),
    "nodejs24.x": (
        "index.mjs",
        """
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
const client = new DynamoDBClient({});
export const handler = async () => {
  const item = { TableName: process.env.TABLE_NAME, Item: { userId: { S: "ada" } } };
  await client.send(new PutItemCommand(item));
  return { statusCode: 201, body: JSON.stringify({ userId: "ada" }) };
};
""",
    ),
}
ACTIONS = [f"dynamodb:{name}" for name in ("PutItem", "GetItem", "UpdateItem", "DeleteItem", "Scan")]


@dataclass
class Backend:
    """A table, a role, a function, and both kinds of API before it."""

    sandbox: Sandbox
    session: Any
    account: str
    table: str
    urls: dict[str, str]

    def grant(self, *actions: str, on: str = "", deny: str = "") -> None:
        statements = [
            {"Sid": "CrudOnUsers", "Effect": "Allow", "Action": list(actions), "Resource": on or self.table}
        ]
        if deny:
            statements.append({"Sid": "Never", "Effect": "Deny", "Action": [deny], "Resource": "*"})
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self.session.client("iam").put_role_policy(
            RoleName="users-role", PolicyName="users", PolicyDocument=document
        )

    def post(self, kind: str) -> int:
        return requests.post(self.urls[kind], timeout=60).status_code

    def log(self) -> str:
        logs = self.session.client("logs").filter_log_events(logGroupName="/aws/lambda/users")
        return "\n".join(event["message"] for event in logs["events"])

    def why(self) -> dict[str, Any]:
        """What `sandbox explain last` tells of the newest denial."""
        traces = requests.get(f"{self.sandbox.url}/_sandbox/traces", timeout=30).json()["traces"]
        decision = find(traces, "last", self.account).decisions[0]
        assert not decision.allowed
        return dict(decision.explanation or {})


@pytest.fixture(params=CODE)
def backend(request: pytest.FixtureRequest, sandbox: Sandbox, account: str) -> Backend:
    session = sandbox.session(account)
    table = session.client("dynamodb").create_table(
        TableName="users-table",
        KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "userId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]["TableArn"]
    iam, lambda_ = session.client("iam"), session.client("lambda")
    role = make_role(iam, "users-role", *WRITES_LOGS)
    function = lambda_.create_function(
        FunctionName="users",
        Runtime=request.param,
        Handler="index.handler",
        Role=role,
        Code={"ZipFile": zipped(*CODE[request.param])},
        Environment={"Variables": {"TABLE_NAME": "users-table"}},
        Timeout=30,
    )["FunctionArn"]
    lambda_.add_permission(
        FunctionName="users",
        StatementId="apis",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    made = Backend(sandbox, session, account, table, {})
    made.urls = {"HTTP": http_api(session, function), "REST": rest_api(session, function, sandbox.url)}
    made.grant(*ACTIONS)
    assert [made.post(kind) for kind in made.urls] == [201, 201]
    return made


def zipped(name: str, text: str) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr(name, text)
    return memory.getvalue()


def http_api(session: Any, function: str) -> str:
    made = session.client("apigatewayv2").create_api(
        Name=f"users-{secrets.token_hex(3)}", ProtocolType="HTTP", Target=function
    )
    return str(made["ApiEndpoint"])


def rest_api(session: Any, function: str, url: str) -> str:
    rest = session.client("apigateway")
    api = rest.create_rest_api(name="users")["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    method = {"restApiId": api, "resourceId": root, "httpMethod": "POST"}
    rest.put_method(**method, authorizationType="NONE")
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    rest.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    rest.create_deployment(restApiId=api, stageName="prod")
    return f"{url}/_aws/execute-api/{api}/prod/"


def refused_on_both(backend: Backend) -> str:
    """The log after a refusal that the caller sees as 500 (HTTP API) and 502 (REST API)."""
    assert {kind: backend.post(kind) for kind in backend.urls} == {"HTTP": 500, "REST": 502}
    log = backend.log()
    session = f"User: arn:aws:sts::{backend.account}:assumed-role/users-role/users"
    assert f"{session} is not authorized to perform: dynamodb:PutItem on resource: {backend.table}" in log
    return log


def test_the_action_is_missing(backend: Backend) -> None:
    backend.grant(*ACTIONS[1:])
    assert "because no identity-based policy allows the dynamodb:PutItem action" in refused_on_both(backend)
    text = backend.why()["text"]
    assert "CrudOnUsers" in text
    assert "dynamodb:PutItem" in text


def test_the_arn_is_of_another_region(backend: Backend) -> None:
    wrong = backend.table.replace("us-east-1", "us-west-1")
    backend.grant(*ACTIONS, on=wrong)
    assert "because no identity-based policy allows the dynamodb:PutItem action" in refused_on_both(backend)
    text = backend.why()["text"]
    assert wrong in text
    assert "region" in text


def test_one_letter_of_the_arn_is_wrong(backend: Backend) -> None:
    wrong = backend.table.replace("users-table", "users-tabel")
    backend.grant(*ACTIONS, on=wrong)
    assert "because no identity-based policy allows the dynamodb:PutItem action" in refused_on_both(backend)
    text = backend.why()["text"]
    assert wrong in text
    assert backend.table in text


def test_an_explicit_deny(backend: Backend) -> None:
    backend.grant(*ACTIONS, deny="dynamodb:PutItem")
    assert "with an explicit deny in an identity-based policy" in refused_on_both(backend)
    assert "Never" in backend.why()["text"]


def test_the_trust_names_another_service(backend: Backend) -> None:
    backend.session.client("iam").update_assume_role_policy(
        RoleName="users-role", PolicyDocument=trust({"Service": "ec2.amazonaws.com"})
    )
    before = backend.log()
    assert {kind: backend.post(kind) for kind in backend.urls} == {"HTTP": 500, "REST": 502}
    assert backend.log() == before, "the function did not run: its log holds nothing of it"
    text = backend.why()["text"]
    assert "lambda.amazonaws.com" in text
    assert "ec2.amazonaws.com" in text


def test_granted_again_it_works(backend: Backend) -> None:
    backend.grant("dynamodb:GetItem")
    refused_on_both(backend)
    backend.session.client("iam").put_role_policy(
        RoleName="users-role",
        PolicyName="more",
        PolicyDocument=allow("dynamodb:PutItem", resource=backend.table),
    )
    assert [backend.post(kind) for kind in backend.urls] == [201, 201]
