"""What calls of API Gateway ask for.

Source: Service Authorization Reference, *Amazon API Gateway Management* and *… Management V2*.
"""

from __future__ import annotations

import pytest

from sandbox.api_call import ApiCall
from sandbox.backend import protocols
from sandbox.iam.actions import asks
from sandbox.messages import HttpRequest

REGION, ACCOUNT = "us-east-1", "111111111111"
ARN = f"arn:aws:apigateway:{REGION}::"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/gateway"
REST = {"restApiId": "a1"}
METHOD = {**REST, "resourceId": "r1", "httpMethod": "GET"}
HTTP = {"ApiId": "h1"}
API_ARN = f"{ARN}/restapis/a1"
TAG_PATH = "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fa1"


def found(service, operation, parameters, raw_path=""):
    return asks(service, operation, parameters, REGION, ACCOUNT, raw_path)


V1, V2 = "apigateway", "apigatewayv2"
ROWS = [
    (V1, "GetRestApis", {}, ["apigateway:GET /restapis"]),
    (V1, "CreateRestApi", {"name": "users"}, ["apigateway:POST /restapis"]),
    (
        V1,
        "CreateRestApi",
        {"name": "users", "policy": "{}"},
        ["apigateway:POST /restapis", "apigateway:UpdateRestApiPolicy /restapis"],
    ),
    (V1, "ImportRestApi", {"body": b""}, ["apigateway:POST /restapis"]),
    (
        V1,
        "ImportRestApi",
        {"body": b'{"x-amazon-apigateway-policy": {}}'},
        ["apigateway:POST /restapis", "apigateway:UpdateRestApiPolicy /restapis"],
    ),
    (
        V1,
        "PutIntegration",
        {**METHOD, "credentials": "arn:aws:iam::*:user/*"},
        ["apigateway:PUT /restapis/a1/resources/r1/methods/GET/integration"],
    ),
    (V1, "GetRestApi", REST, ["apigateway:GET /restapis/a1"]),
    (V1, "DeleteRestApi", REST, ["apigateway:DELETE /restapis/a1"]),
    (V1, "UpdateRestApi", REST, ["apigateway:PATCH /restapis/a1"]),
    (
        V1,
        "UpdateRestApi",
        {**REST, "patchOperations": [{"op": "replace", "path": "/policy", "value": ""}]},
        ["apigateway:PATCH /restapis/a1", "apigateway:UpdateRestApiPolicy /restapis/a1"],
    ),
    (V1, "PutRestApi", REST, ["apigateway:PUT /restapis/a1"]),
    (V1, "GetResources", REST, ["apigateway:GET /restapis/a1/resources"]),
    (V1, "CreateResource", {**REST, "parentId": "r0"}, ["apigateway:POST /restapis/a1/resources/r0"]),
    (V1, "PutMethod", METHOD, ["apigateway:PUT /restapis/a1/resources/r1/methods/GET"]),
    (V1, "PutIntegration", METHOD, ["apigateway:PUT /restapis/a1/resources/r1/methods/GET/integration"]),
    (
        V1,
        "PutIntegration",
        {**METHOD, "credentials": ROLE},
        ["apigateway:PUT /restapis/a1/resources/r1/methods/GET/integration", f"iam:PassRole {ROLE}"],
    ),
    (
        V1,
        "PutIntegration",
        {**METHOD, "credentials": "arn:aws:iam::*:user/*"},
        ["apigateway:PUT /restapis/a1/resources/r1/methods/GET/integration"],
    ),
    (V1, "TestInvokeMethod", METHOD, ["apigateway:POST /restapis/a1/resources/r1/methods/GET"]),
    (V1, "CreateDeployment", {**REST, "stageName": "dev"}, ["apigateway:POST /restapis/a1/deployments"]),
    (V1, "GetStage", {**REST, "stageName": "dev"}, ["apigateway:GET /restapis/a1/stages/dev"]),
    (V1, "UpdateStage", {**REST, "stageName": "dev"}, ["apigateway:PATCH /restapis/a1/stages/dev"]),
    (V1, "GetAccount", {}, ["apigateway:GET /account"]),
    (
        V1,
        "UpdateAccount",
        {"patchOperations": [{"op": "replace", "path": "/cloudwatchRoleArn", "value": ROLE}]},
        ["apigateway:PATCH /account", f"iam:PassRole {ROLE}"],
    ),
    (
        V1,
        "UpdateIntegration",
        {**METHOD, "patchOperations": [{"op": "replace", "path": "/credentials", "value": ROLE}]},
        ["apigateway:PATCH /restapis/a1/resources/r1/methods/GET/integration", f"iam:PassRole {ROLE}"],
    ),
    (
        V1,
        "ImportRestApi",
        {"body": f'{{"credentials": "{ROLE}", "a": {{"credentials":"{ROLE}"}}}}'.encode()},
        ["apigateway:POST /restapis", f"iam:PassRole {ROLE}"],
    ),
    (
        V1,
        "PutRestApi",
        {**REST, "body": f"a:\n  credentials: {ROLE}\n".encode()},
        ["apigateway:PUT /restapis/a1", f"iam:PassRole {ROLE}"],
    ),
    (V1, "CreateApiKey", {}, ["apigateway:POST /apikeys"]),
    (V1, "CreateUsagePlanKey", {"usagePlanId": "u1"}, ["apigateway:POST /usageplans/u1/keys"]),
    (V1, "GetTags", {"resourceArn": API_ARN}, [f"apigateway:GET {TAG_PATH}"]),
    (V1, "UntagResource", {"resourceArn": API_ARN}, [f"apigateway:DELETE {TAG_PATH}"]),
    (
        V1,
        "TagResource",
        {"resourceArn": API_ARN, "tags": {"a": "b"}},
        [f"apigateway:PUT {TAG_PATH}", "apigateway:PATCH /restapis/a1"],
    ),
    (V2, "GetApis", {}, ["apigateway:GET /apis"]),
    (V2, "CreateApi", {"Name": "users"}, ["apigateway:POST /apis"]),
    (V2, "GetApi", HTTP, ["apigateway:GET /apis/h1"]),
    (V2, "DeleteApi", HTTP, ["apigateway:DELETE /apis/h1"]),
    (V2, "UpdateApi", HTTP, ["apigateway:PATCH /apis/h1"]),
    (V2, "ReimportApi", HTTP, ["apigateway:PUT /apis/h1"]),
    (V2, "CreateRoute", HTTP, ["apigateway:POST /apis/h1/routes"]),
    (V2, "CreateIntegration", HTTP, ["apigateway:POST /apis/h1/integrations"]),
    (
        V2,
        "CreateIntegration",
        {**HTTP, "CredentialsArn": ROLE},
        ["apigateway:POST /apis/h1/integrations", f"iam:PassRole {ROLE}"],
    ),
    (V2, "GetStage", {**HTTP, "StageName": "$default"}, ["apigateway:GET /apis/h1/stages/$default"]),
    (V2, "DeleteCorsConfiguration", HTTP, ["apigateway:DELETE /apis/h1/cors"]),
    (V2, "GetTags", {"ResourceArn": API_ARN}, [f"apigateway:GET {TAG_PATH}"]),
    (V2, "TagResource", {"ResourceArn": API_ARN, "Tags": {"a": "b"}}, [f"apigateway:POST {TAG_PATH}"]),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "expected"), ROWS)
def test_what_a_call_asks_for(service, operation, parameters, expected):
    asked = found(service, operation, parameters)
    assert [f"{a.action} {a.resource.removeprefix(ARN)}" for a in asked] == expected


def test_a_role_is_passed_to_api_gateway():
    _, passed = found(V1, "PutIntegration", {**METHOD, "credentials": ROLE})
    assert passed.context["iam:passedtoservice"] == ("apigateway.amazonaws.com",)


KEYS = [
    (V1, "CreateRestApi", {"name": "users"}, "apigateway:request/apiname", ("users",)),
    (
        V1,
        "CreateRestApi",
        {"endpointConfiguration": {"types": ["EDGE"]}},
        "apigateway:request/endpointtype",
        ("EDGE",),
    ),
    (V1, "CreateRestApi", {"tags": {"Lab": "3"}}, "aws:requesttag/lab", ("3",)),
    (V1, "PutMethod", {**METHOD, "apiKeyRequired": True}, "apigateway:request/apikeyrequired", ("true",)),
    (V1, "CreateAuthorizer", {**REST, "type": "TOKEN"}, "apigateway:request/authorizertype", ("TOKEN",)),
    (V2, "CreateStage", {**HTTP, "StageName": "dev"}, "apigateway:request/stagename", ("dev",)),
    (V2, "UntagResource", {"ResourceArn": API_ARN, "TagKeys": ["a"]}, "aws:tagkeys", ("a",)),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "key", "expected"), KEYS)
def test_condition_keys(service, operation, parameters, key, expected):
    assert found(service, operation, parameters)[0].context[key] == expected


def test_where_a_parameter_is_missing_the_path_is_the_requests_own():
    (ask,) = found(V2, "GetApi", {}, "/v2/apis/h1")
    assert ask.resource == f"{ARN}/apis/h1"


def test_parameters_of_a_real_request_fill_the_path():
    request = HttpRequest(
        "PUT", "/restapis/a1/resources/r1/methods/GET/integration", "", (), b'{"type": "MOCK"}'
    )
    operation, uri = protocols.match(V1, request)
    call = ApiCall(V1, operation, REGION, None, request, uri)
    (ask,) = found(V1, operation, call.parameters, request.raw_path)
    assert ask.resource == f"{ARN}/restapis/a1/resources/r1/methods/GET/integration"
