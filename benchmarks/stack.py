"""The backend that is measured: a table, a role, functions, HTTP APIs, made with plain boto3."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}

USES = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                *(
                    f"dynamodb:{action}"
                    for action in ("PutItem", "GetItem", "UpdateItem", "DeleteItem", "Scan")
                ),
                *(f"logs:{action}" for action in ("CreateLogGroup", "CreateLogStream", "PutLogEvents")),
            ],
            "Resource": "*",
        }
    ],
}

EMPTY_PYTHON = """
def handler(event, context):
    return {"statusCode": 200, "body": "ok"}
"""

PRINTING_PYTHON = """
def handler(event, context):
    print("called")
    return {"statusCode": 200, "body": "ok"}
"""

SLOW_PYTHON = """
import time

def handler(event, context):
    time.sleep(1)
    return {"statusCode": 200, "body": "ok"}
"""

EMPTY_NODE = """
export const handler = async () => ({ statusCode: 200, body: "ok" });
"""

SDK_PYTHON = """
import boto3
table = boto3.resource("dynamodb").Table("bench-users")

def handler(event, context):
    return {"statusCode": 200, "body": "ok"}
"""

SDK_NODE = """
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
export const handler = async () => ({ statusCode: 200, body: "ok" });
"""

USERS_PYTHON = """
import json
import boto3

table = boto3.resource("dynamodb").Table("bench-users")

def handler(event, context):
    if event["requestContext"]["http"]["method"] == "POST":
        user = json.loads(event["body"])
        table.put_item(Item=user)
        return {"statusCode": 201, "body": json.dumps(user)}
    item = table.get_item(Key={"userId": event["pathParameters"]["userId"]})["Item"]
    return {"statusCode": 200, "body": json.dumps(item)}
"""

FUNCTIONS = {
    "bench-empty": ("python", EMPTY_PYTHON),
    "bench-print": ("python", PRINTING_PYTHON),
    "bench-slow": ("python", SLOW_PYTHON),
    "bench-empty-node": ("node", EMPTY_NODE),
    "bench-sdk": ("python", SDK_PYTHON),
    "bench-sdk-node": ("node", SDK_NODE),
    "bench-users": ("python", USERS_PYTHON),
}
_LANGUAGES = {
    "python": ("python3.12", "index.py"),
    "node": ("nodejs24.x", "index.mjs"),
}


@dataclass(frozen=True)
class Stack:
    """What was made. name: the server's, for the table. urls: function name → URL of its HTTP API."""

    name: str
    endpoint: str
    urls: dict[str, str]

    def client(self, service: str) -> Any:
        return client(self.endpoint, service)


ONCE = Config(retries={"max_attempts": 0}, proxies={})


def client(endpoint: str, service: str) -> Any:
    """A boto3 client that tries once, at `endpoint`."""
    session = boto3.Session("test", "test", region_name="us-east-1")
    return session.client(service, endpoint_url=endpoint, config=ONCE)


def table(endpoint: str) -> Any:
    """The table of the backend at `endpoint`, as a boto3 resource."""
    session = boto3.Session("test", "test", region_name="us-east-1")
    return session.resource("dynamodb", endpoint_url=endpoint, config=ONCE).Table("bench-users")


def package(name: str, code: str) -> bytes:
    """A deployment package with one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, code)
    return buffer.getvalue()


def make(name: str, endpoint: str, functions: tuple[str, ...] = tuple(FUNCTIONS)) -> Stack:
    """Make everything at `endpoint`. Raises what boto3 raises."""
    dynamodb, iam = client(endpoint, "dynamodb"), client(endpoint, "iam")
    dynamodb.create_table(
        TableName="bench-users",
        KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "userId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.get_waiter("table_exists").wait(TableName="bench-users")
    role = iam.create_role(RoleName="bench-role", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName="bench-role", PolicyName="bench", PolicyDocument=json.dumps(USES))
    arn = role["Role"]["Arn"]
    return Stack(name, endpoint, {f: _function(endpoint, f, arn) for f in functions})


def _function(endpoint: str, name: str, role: str) -> str:
    """Make a function and an HTTP API whose every request goes to it; returns the API's URL."""
    language, code = FUNCTIONS[name]
    runtime, file = _LANGUAGES[language]
    functions, apis = client(endpoint, "lambda"), client(endpoint, "apigatewayv2")
    function = functions.create_function(
        FunctionName=name,
        Runtime=runtime,
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": package(file, code)},
        Timeout=30,
        MemorySize=512,
    )
    functions.get_waiter("function_active_v2").wait(FunctionName=name)
    api = apis.create_api(Name=name, ProtocolType="HTTP")
    integration = apis.create_integration(
        ApiId=api["ApiId"],
        IntegrationType="AWS_PROXY",
        IntegrationUri=function["FunctionArn"],
        PayloadFormatVersion="2.0",
    )
    target = f"integrations/{integration['IntegrationId']}"
    for route in ("POST /users", "GET /users/{userId}", "GET /"):
        apis.create_route(ApiId=api["ApiId"], RouteKey=route, Target=target)
    apis.create_stage(ApiId=api["ApiId"], StageName="$default", AutoDeploy=True)
    functions.add_permission(
        FunctionName=name,
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    return str(api["ApiEndpoint"])


def restart(stack: Stack, name: str, count: int) -> None:
    """Make the next call of a function a cold start: a configuration change retires what is warm."""
    functions = stack.client("lambda")
    functions.update_function_configuration(FunctionName=name, Description=f"round {count}")
    functions.get_waiter("function_updated_v2").wait(FunctionName=name)
