"""One AWS, wherever it is: clients, and the resources that probes share."""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import boto3
import requests
from botocore.config import Config

REGION = "us-east-1"
SECONDS = 20
PLAIN = Config(retries={"max_attempts": 0}, proxies={}, connect_timeout=5, read_timeout=SECONDS)
PYTHON = ("python3.13", "app.py")
NODE = ("nodejs24.x", "app.mjs")


def trust(service: str) -> str:
    """A trust policy for a service."""
    return policy("Allow", "sts:AssumeRole", None, Principal={"Service": service})


def policy(effect: str, action: Any, resource: Any = "*", **more: Any) -> str:
    """A policy of one statement, as JSON."""
    statement = {"Effect": effect, "Action": action, **({"Resource": resource} if resource else {}), **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def package(file: str, code: str) -> bytes:
    """A deployment package with one file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(file, code)
    return made.getvalue()


class NotOurs(Exception):
    """What came is nothing that a probe can look into."""


class World:
    """The AWS at `url`, as the administrator with this access key; it makes what probes ask for."""

    def __init__(self, url: str, key: str = "test") -> None:
        self.url, self.key = url, key
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """The administrator's client, which does not retry."""
        if service not in self._clients:
            self._clients[service] = self.client_of(service, self.key, "test")
        return self._clients[service]

    def client_of(self, service: str, key: str, secret: str, token: str | None = None) -> Any:
        session = boto3.Session(key, secret, token, region_name=REGION)
        return session.client(service, endpoint_url=self.url, config=PLAIN)

    def name(self) -> str:
        """A name that nothing has."""
        return f"peer-{secrets.token_hex(5)}"

    @cached_property
    def account(self) -> str:
        return str(self.client("sts").get_caller_identity()["Account"])

    def table_arn(self, table: str) -> str:
        return f"arn:aws:dynamodb:{REGION}:{self.account}:table/{table}"

    @cached_property
    def users(self) -> str:
        """A table on demand, its key `pk`."""
        return self.table()

    @cached_property
    def indexed(self) -> str:
        """A table on demand with the index `byEmail`."""
        index = {
            "IndexName": "byEmail",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
        return self.table(BillingMode="PAY_PER_REQUEST", GlobalSecondaryIndexes=[index])

    def table(self, **more: Any) -> str:
        """The name of a new table that is active."""
        name, client = self.name(), self.client("dynamodb")
        client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            **(more or {"BillingMode": "PAY_PER_REQUEST"}),
        )
        client.get_waiter("table_exists").wait(TableName=name)
        return name

    def put(self, pk: str, table: str | None = None, **attributes: Any) -> Any:
        item = {"pk": {"S": pk}, **attributes}
        return self.client("dynamodb").put_item(TableName=table or self.users, Item=item)

    def role(self, permissions: str | None, service: str = "lambda.amazonaws.com") -> str:
        """The ARN of a new role."""
        name, iam = self.name(), self.client("iam")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))["Role"]["Arn"]
        if permissions:
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=permissions)
        return str(arn)

    @cached_property
    def able(self) -> str:
        """A role for functions that may do everything."""
        return self.role(policy("Allow", "*"))

    def user(
        self, permissions: str | None, service: str = "dynamodb", name: str | None = None, **more: Any
    ) -> Any:
        """A client of a new user with these permissions."""
        name, iam = name or self.name(), self.client("iam")
        iam.create_user(UserName=name, **more)
        if permissions:
            iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=permissions)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return self.client_of(service, key["AccessKeyId"], key["SecretAccessKey"])

    def function(self, code: str, language: tuple[str, str] = PYTHON, **more: Any) -> str:
        """The name of a new function that is active; its handler is `app.handler`."""
        name, (runtime, file) = self.name(), language
        given = {"Role": more.get("Role") or self.able, "Timeout": 10}
        self.client("lambda").create_function(
            FunctionName=name,
            Runtime=runtime,
            Handler="app.handler",
            Code={"ZipFile": package(file, code)},
            **{**given, **more},
        )
        self.client("lambda").get_waiter("function_active_v2").wait(FunctionName=name)
        return name

    def invoke(self, function: str, event: Any = None) -> tuple[str | None, Any, Mapping[str, Any]]:
        """FunctionError, payload and the whole answer of a call, its log with it."""
        answer = self.client("lambda").invoke(
            FunctionName=function, Payload=json.dumps(event or {}), LogType="Tail"
        )
        payload = answer["Payload"].read().decode()
        try:
            value = json.loads(payload or "null")
        except ValueError as error:
            raise NotOurs(f"the result is no JSON: {payload[:80]}") from error
        return answer.get("FunctionError"), value, answer

    def allow_apis(self, function: str) -> None:
        """Lets API Gateway invoke a function."""
        self.client("lambda").add_permission(
            FunctionName=function,
            StatementId=self.name(),
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
        )

    def arn_of(self, function: str) -> str:
        return f"arn:aws:lambda:{REGION}:{self.account}:function:{function}"

    def http_api(self, function: str, *routes: str, allow: bool = True, auto: bool = True) -> Api:
        """An HTTP API whose routes go to a function, payload 2.0, stage $default."""
        apis = self.client("apigatewayv2")
        api = apis.create_api(Name=self.name(), ProtocolType="HTTP")
        made = Api(self, api["ApiId"], api["ApiEndpoint"], function)
        for route in routes:
            made.add(route)
        apis.create_stage(ApiId=made.id, StageName="$default", AutoDeploy=auto)
        if allow:
            self.allow_apis(function)
        return made

    def rest_api(self, function: str, allow: bool = True) -> Api:
        """A REST API: GET /users goes to a function, deployed to the stage prod."""
        apis = self.client("apigateway")
        api = apis.create_rest_api(name=self.name())["id"]
        made = Api(self, api, f"{self.url}/_aws/execute-api/{api}/prod", function)
        made.add_method("users")
        if allow:
            self.allow_apis(function)
        apis.create_deployment(restApiId=api, stageName="prod")
        return made


class Api:
    """An API of either kind, its URL, and the function behind it."""

    def __init__(self, world: World, api: str, url: str, function: str) -> None:
        self.world, self.id, self.url, self.function = world, api, url.rstrip("/"), function

    def add(self, route: str) -> None:
        """A route of an HTTP API."""
        apis = self.world.client("apigatewayv2")
        integration = apis.create_integration(
            ApiId=self.id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=self.world.arn_of(self.function),
            PayloadFormatVersion="2.0",
        )
        target = f"integrations/{integration['IntegrationId']}"
        apis.create_route(ApiId=self.id, RouteKey=route, Target=target)

    def add_method(self, path: str) -> None:
        """GET on a new path of a REST API, not deployed yet."""
        apis = self.world.client("apigateway")
        root = next(r["id"] for r in apis.get_resources(restApiId=self.id)["items"] if r["path"] == "/")
        resource = apis.create_resource(restApiId=self.id, parentId=root, pathPart=path)["id"]
        where = {"restApiId": self.id, "resourceId": resource, "httpMethod": "GET"}
        apis.put_method(**where, authorizationType="NONE")
        arn = self.world.arn_of(self.function)
        uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"
        apis.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)

    def call(self, path: str = "/users", method: str = "GET", **more: Any) -> requests.Response:
        """A request; names below .localhost, which not every resolver knows, are this machine's."""
        return request(method, f"{self.url}{path}", **more)


def request(method: str, url: str, **more: Any) -> requests.Response:
    """A request to this machine, never to another. Raises NotOurs for a URL that leads elsewhere."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host not in ("127.0.0.1", "localhost") and not host.endswith(".localhost"):
        raise NotOurs(f"the URL leads elsewhere: {url}")
    headers = {**more.pop("headers", {})}
    if host.endswith(".localhost"):
        headers["Host"] = parts.netloc
        url = url.replace(parts.netloc, f"127.0.0.1:{parts.port or 80}", 1)
    session = requests.Session()
    session.trust_env = False
    return session.request(method, url, headers=headers, timeout=SECONDS, **more)
