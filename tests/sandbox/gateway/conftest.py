"""One function for all tests of a worker, and APIs in front of it."""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.config import Config

from sandbox import Sandbox
from tests.sandbox.raw_http import RawClient, RawReply
from tests.sandbox.roles import make_role

PUPPET = """
import json, time

def handler(event, context):
    headers = {k.lower(): v for k, v in (event.get("headers") or {}).items()}
    order = json.loads(headers.get("x-do") or "{}")
    if "sleep" in order:
        time.sleep(order["sleep"])
    if "raise" in order:
        raise ValueError(order["raise"])
    if "return" in order:
        return order["return"]
    body = json.dumps(event)
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": body}
"""
"""Echoes its event, or does what the request's header X-Do says: sleep, raise or return."""

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


def zipped(code: str) -> bytes:
    """A deployment package with `code` as app.py."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("app.py", code)
    return buffer.getvalue()


def do(**order: Any) -> dict[str, str]:
    """The header by which a request tells the function what to do."""
    return {"X-Do": json.dumps(order)}


@dataclass
class Api:
    """A deployed API: sends requests to it by hand, and speaks of it to its control plane."""

    raw: RawClient
    id: str
    client: Any = field(repr=False)
    prefix: str = ""
    root: str = ""
    at: str = "/_aws/execute-api/{id}"

    @property
    def path(self) -> str:
        return self.at.format(id=self.id) + self.prefix

    def call(
        self,
        target: str = "/",
        method: str = "GET",
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes | str = b"",
    ) -> RawReply:
        return self.raw.request(method, self.path + target, headers, body)

    def event(self, target: str = "/", method: str = "GET", **given: Any) -> dict[str, Any]:
        """The event that the function was given."""
        reply = self.call(target, method, **given)
        assert reply.status == 200, reply.text
        return reply.json()


class Workplace:
    """An account with the function in it, whose policy lets every API of every account invoke it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.account = f"{secrets.randbelow(9 * 10**11) + 10**11}"
        self.raw = RawClient(sandbox.url)
        self._session = sandbox.session(self.account)
        self.lambda_ = self.client("lambda")
        self.v2 = self.client("apigatewayv2")
        self.v1 = self.client("apigateway")
        self.role = make_role(self.client("iam"), "puppet")
        self.function = self.make_function("puppet", permitted=True)

    def client(self, service: str) -> Any:
        return self._session.client(service, config=Config(retries={"max_attempts": 0}))

    def make_function(self, name: str = "", code: str = PUPPET, permitted: bool = False, **more: Any) -> str:
        """A function's ARN."""
        name = name or f"puppet-{secrets.token_hex(4)}"
        arn: str = self.lambda_.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=self.role,
            Handler="app.handler",
            Code={"ZipFile": zipped(code)},
            **more,
        )["FunctionArn"]
        if permitted:
            self.permit(name)
        return arn

    def permit(self, name: str, **more: Any) -> None:
        self.lambda_.add_permission(
            FunctionName=name,
            StatementId=secrets.token_hex(4),
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            **more,
        )

    def integrate(self, api_id: str, function: str = "", payload: str = "2.0", **more: Any) -> str:
        """An integration of an HTTP API; what a route names as its target."""
        made = self.v2.create_integration(
            ApiId=api_id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=function or self.function,
            PayloadFormatVersion=payload,
            **more,
        )
        return f"integrations/{made['IntegrationId']}"

    def http_api(
        self,
        *route_keys: str,
        payload: str = "2.0",
        stage: str = "$default",
        auto_deploy: bool = True,
        variables: Mapping[str, str] | None = None,
        function: str = "",
        integration: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Api:
        """An HTTP API with routes to the function, `$default` if none is named, and one stage."""
        api_id = self.v2.create_api(Name="test", ProtocolType="HTTP", **more)["ApiId"]
        target = self.integrate(api_id, function, payload, **(integration or {}))
        for key in route_keys or ("$default",):
            self.v2.create_route(ApiId=api_id, RouteKey=key, Target=target)
        self.v2.create_stage(
            ApiId=api_id, StageName=stage, AutoDeploy=auto_deploy, StageVariables=dict(variables or {})
        )
        return Api(self.raw, api_id, self.v2, "" if stage == "$default" else f"/{stage}")

    def invocations(self, function: str = "") -> str:
        """A REST API's URI of a function."""
        arn = function or self.function
        return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"

    def rest_api(self, **more: Any) -> Api:
        """A REST API with nothing in it."""
        made = self.v1.create_rest_api(name="test", **more)
        return Api(self.raw, made["id"], self.v1, root=made["rootResourceId"])

    def resource(self, api: Api, *parts: str, parent: str = "") -> str:
        """The id of a resource at the end of a path, made part by part."""
        for part in parts:
            made = self.v1.create_resource(restApiId=api.id, parentId=parent or api.root, pathPart=part)
            parent = made["id"]
        return parent or api.root

    def proxy(
        self, api: Api, resource: str, method: str = "ANY", function: str = "", **integration: Any
    ) -> None:
        """A method of a resource with the function behind it."""
        self.v1.put_method(restApiId=api.id, resourceId=resource, httpMethod=method, authorizationType="NONE")
        self.v1.put_integration(
            **{
                "restApiId": api.id,
                "resourceId": resource,
                "httpMethod": method,
                "type": "AWS_PROXY",
                "integrationHttpMethod": "POST",
                "uri": self.invocations(function),
                **integration,
            }
        )

    def deploy(self, api: Api, stage: str = "test", **more: Any) -> Api:
        self.v1.create_deployment(restApiId=api.id, stageName=stage, **more)
        api.prefix = f"/{stage}"
        return api

    def rest_proxy(self, *parts: str, function: str = "", **more: Any) -> Api:
        """A REST API with one resource, `/{proxy+}` if no parts are given, deployed to `test`."""
        api = self.rest_api(**more)
        self.proxy(api, self.resource(api, *(parts or ("{proxy+}",))), function=function)
        return self.deploy(api)


@pytest.fixture(scope="session")
def work(sandbox: Sandbox) -> Workplace:
    """The workplace that all tests of a worker share; they only add to it."""
    return Workplace(sandbox)


@pytest.fixture(scope="session")
def echo(work: Workplace) -> Api:
    """An HTTP API whose `$default` route echoes events of payload 2.0."""
    return work.http_api()


@pytest.fixture(scope="session")
def echo_1(work: Workplace) -> Api:
    """An HTTP API whose `$default` route echoes events of payload 1.0."""
    return work.http_api(payload="1.0")


@pytest.fixture(scope="session")
def rest(work: Workplace) -> Api:
    """A REST API whose `/{proxy+}` echoes events."""
    return work.rest_proxy()
