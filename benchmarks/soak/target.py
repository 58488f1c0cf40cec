"""What is fuzzed: functions behind APIs of every kind, and what calls of the control planes may name."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from benchmarks.soak import handlers
from benchmarks.stack import TRUST, USES

SERVING = "111122223333"
"""The account whose APIs are called."""
CALLED = "444455556666"
"""The account in whose name the control planes are called, which may do there what it likes."""

RUNTIMES = {"python": "python3.12", "node": "nodejs24.x"}
ONCE = Config(retries={"max_attempts": 0}, proxies={}, read_timeout=60)


@dataclass(frozen=True)
class Target:
    """A sandbox with everything made.

    apis: paths of deployed APIs, by what they are. rough: those of functions that end or harm their own
    execution environment, so that the next event fails. names: values for members of calls, by the member's
    name in small letters; those of one account only, so that no call reaches the functions of the other.
    """

    url: str
    apis: dict[str, str]
    rough: dict[str, str]
    names: dict[str, list[str]] = field(repr=False)

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 80)


@cache
def _session(account: str) -> boto3.Session:
    return boto3.Session(account, "any", region_name="us-east-1")


_clients: dict[tuple[str, str, str], Any] = {}


def client(url: str, service: str, account: str) -> Any:
    """A boto3 client that tries once. Each is made once: that takes longer than most of what it is asked."""
    key = (url, service, account)
    if key not in _clients:
        _clients[key] = _session(account).client(service, endpoint_url=url, config=ONCE)
    return _clients[key]


def close() -> None:
    """Close the connections of all clients."""
    for each in _clients.values():
        each.close()
    _clients.clear()


def make(url: str) -> Target:
    """Make everything. Raises what boto3 raises."""
    role = _role(url, SERVING)
    apis: dict[str, str] = {}
    rough: dict[str, str] = {}
    for language, runtime in RUNTIMES.items():
        arn = _function(url, SERVING, f"odd-{language}", runtime, role)
        apis[f"HTTP API 2.0, {language}"] = _http_api(url, arn, "2.0")
        apis[f"REST API, {language}"] = _rest_api(url, arn, binary=language == "python")
        if language == "python":
            cors = {"AllowOrigins": ["*"]}
            apis["HTTP API 1.0, python"] = _http_api(url, arn, "1.0", CorsConfiguration=cors)
        arn = _function(url, SERVING, f"rough-{language}", runtime, role)
        rough[f"HTTP API 2.0, rough {language}"] = _http_api(url, arn, "2.0")
    return Target(url, apis, rough, _names(url))


def _role(url: str, account: str) -> str:
    iam = client(url, "iam", account)
    made = iam.create_role(RoleName="soak", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName="soak", PolicyName="soak", PolicyDocument=json.dumps(USES))
    return str(made["Role"]["Arn"])


def _function(url: str, account: str, name: str, runtime: str, role: str) -> str:
    functions = client(url, "lambda", account)
    made = functions.create_function(
        FunctionName=name,
        Runtime=runtime,
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": handlers.package()},
        Timeout=2,
    )
    functions.add_permission(
        FunctionName=name,
        StatementId="soak",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    return str(made["FunctionArn"])


def _http_api(url: str, function: str, payload: str, **more: Any) -> str:
    apis = client(url, "apigatewayv2", SERVING)
    made = apis.create_api(Name="soak", ProtocolType="HTTP", **more)
    integration = apis.create_integration(
        ApiId=made["ApiId"],
        IntegrationType="AWS_PROXY",
        IntegrationUri=function,
        PayloadFormatVersion=payload,
    )
    target = f"integrations/{integration['IntegrationId']}"
    for key in ("$default", "GET /users/{userId}", "ANY /files/{name+}"):
        apis.create_route(ApiId=made["ApiId"], RouteKey=key, Target=target)
    apis.create_stage(ApiId=made["ApiId"], StageName="$default", AutoDeploy=True)
    return urlsplit(made["ApiEndpoint"]).path


def _rest_api(url: str, function: str, *, binary: bool) -> str:
    apis = client(url, "apigateway", SERVING)
    made = apis.create_rest_api(name="soak", binaryMediaTypes=["*/*"] if binary else [])
    proxy = apis.create_resource(restApiId=made["id"], parentId=made["rootResourceId"], pathPart="{proxy+}")
    for resource in (made["rootResourceId"], proxy["id"]):
        place = {"restApiId": made["id"], "resourceId": resource, "httpMethod": "ANY"}
        apis.put_method(**place, authorizationType="NONE")
        uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
        apis.put_integration(**place, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    apis.create_deployment(restApiId=made["id"], stageName="test")
    return f"/_aws/execute-api/{made['id']}/test"


FIXED = 3
"""How many functions, APIs of each kind and log groups the calls of the control planes find."""


def _names(url: str) -> dict[str, list[str]]:
    """Make what calls of the control planes may name, and name it."""
    role = _role(url, CALLED)
    functions = [f"called-{number}" for number in range(FIXED)]
    arns = [_function(url, CALLED, name, "python3.12", role) for name in functions]
    api = client(url, "lambda", CALLED)
    api.get_waiter("function_active_v2").wait(FunctionName=functions[0])
    api.publish_version(FunctionName=functions[0])
    v2, v1 = client(url, "apigatewayv2", CALLED), client(url, "apigateway", CALLED)
    https = [v2.create_api(Name="kept", ProtocolType="HTTP", Target=arns[0]) for _ in range(FIXED)]
    rests = [v1.create_rest_api(name="kept") for _ in range(FIXED)]
    groups = [f"called-{number}" for number in range(FIXED)]
    logs = client(url, "logs", CALLED)
    for group in groups:
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="stream")
    first = https[0]["ApiId"]
    parts = {
        "integrationid": [item["IntegrationId"] for item in v2.get_integrations(ApiId=first)["Items"]],
        "routeid": [item["RouteId"] for item in v2.get_routes(ApiId=first)["Items"]],
        "deploymentid": [item["DeploymentId"] for item in v2.get_deployments(ApiId=first)["Items"]],
        "resourceid": [made["rootResourceId"] for made in rests],
    }
    return parts | {
        "functionname": [*functions, arns[0], f"{functions[0]}:1"],
        "resource": [*arns, f"arn:aws:apigateway:us-east-1::/apis/{first}"],
        "resourcearn": [*arns, f"arn:aws:apigateway:us-east-1::/restapis/{rests[0]['id']}"],
        "apiid": [api["ApiId"] for api in https],
        "restapiid": [made["id"] for made in rests],
        "stagename": ["$default", "prod", "test"],
        "loggroupname": groups,
        "loggroupidentifier": groups,
        "logstreamname": ["stream"],
        "role": [role],
        "handler": ["index.handler"],
        "runtime": ["python3.12", "nodejs24.x"],
        "httpmethod": ["GET", "ANY", "POST"],
        "qualifier": ["$LATEST", "1", "live"],
        "integrationuri": arns,
        "routekey": ["GET /", "$default", "ANY /{proxy+}"],
    }
