"""Layers by themselves, with AWS's answers given: what the sandbox does not model, or holds back."""

import json
from datetime import UTC, datetime

import pytest

from workshop.doctor.address import parse
from workshop.doctor.context import Context
from workshop.doctor.layers import address, function, integration, logs, role, route, table
from workshop.doctor.reply import Reply

ARN = "arn:aws:lambda:eu-west-1:111122223333:function:users"
URI = f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{ARN}/invocations"
ID = "11111111-2222-3333-4444-555555555555"
HTTP, REST = "HTTP", "REST"

TABLE = {
    "TableName": "users",
    "TableStatus": "ACTIVE",
    "KeySchema": [{"AttributeName": "userId", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "userId", "AttributeType": "S"}],
    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
}
METHOD = {
    "authorizationType": "NONE",
    "methodIntegration": {"type": "AWS_PROXY", "httpMethod": "POST", "uri": URI},
}
SETTINGS = {
    "FunctionName": "users",
    "State": "Active",
    "Runtime": "python3.13",
    "Handler": "app.handler",
    "Role": "arn:aws:iam::111122223333:role/users",
    "Timeout": 3,
    "Environment": {"Variables": {"TABLE_NAME": "users"}},
}


class Answers:
    """In place of Aws: an answer for each operation, None for what is not there."""

    def __init__(self, kind, **answers):
        http = {"ProtocolType": "HTTP", "Name": "users"} if kind == HTTP else None
        self.answers = {
            "GetApi": http,
            "GetRestApi": {"id": "a1", "name": "users"},
            "GetStages": {
                "Items": [{"StageName": "$default", "AutoDeploy": True}],
                "item": [{"stageName": "prod", "deploymentId": "d"}],
            },
            "GetIntegrations": [
                {
                    "IntegrationId": "i",
                    "IntegrationType": "AWS_PROXY",
                    "IntegrationUri": ARN,
                    "PayloadFormatVersion": "2.0",
                }
            ],
            "GetRoutes": [{"RouteId": "r", "RouteKey": "GET /users", "Target": "integrations/i"}],
            "GetResources": [{"id": "r", "path": "/users", "resourceMethods": {"GET": METHOD}}],
            "GetFunctionConfiguration": SETTINGS,
            "FilterLogEvents": {"events": []},
            "DescribeTable": {"Table": TABLE},
            **answers,
        }

    def ask(self, service, operation, region="", **parameters):
        return self.answers[operation]

    def listed(self, service, operation, members, **parameters):
        return self.answers[operation]

    def forget_one(self, service, operation):
        pass


def context(kind, status, text, **answers):
    """A GET of /users that was answered so; by the API itself, if the headers say it."""
    path = "/users" if kind == HTTP else "/prod/users"
    headers = {"apigw-requestid": "a"} if kind == HTTP else {"x-amzn-errortype": "E"}
    body = json.dumps({"message": text}, separators=(",", ":"))
    return Context(
        parse(f"https://a1.execute-api.eu-west-1.amazonaws.com{path}"),
        "GET",
        None,
        Reply(status, body, headers, 0, 0),
        Answers(kind, **answers),
        "111122223333",
        "eu-west-1",
    )


def method(**changes):
    return [{"id": "r", "path": "/users", "resourceMethods": {"GET": {**METHOD, **changes}}}]


def log(*lines):
    lines = [f"START RequestId: {ID}", *lines]
    return {
        "events": [{"timestamp": n, "message": line, "logStreamName": "s"} for n, line in enumerate(lines)]
    }


NOT_SHOWN = [
    (
        route,
        context(
            HTTP,
            401,
            "Unauthorized",
            GetRoutes=[{"RouteId": "r", "RouteKey": "GET /users", "AuthorizationType": "JWT"}],
        ),
        "route-closed",
        "(JWT)",
    ),
    (
        route,
        context(REST, 403, "Forbidden", GetResources=method(apiKeyRequired=True)),
        "route-closed",
        "(an API key)",
    ),
    (
        route,
        context(REST, 403, "Missing Authentication Token", GetResources=method(authorizationType="AWS_IAM")),
        "route-closed",
        "(AWS_IAM)",
    ),
    (
        route,
        context(
            REST,
            403,
            "User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute…",
        ),
        "route-closed",
        "the resource policy of the REST API does not let this request in",
    ),
    (
        route,
        context(REST, 403, "Missing Authentication Token"),
        "route-closed",
        "still serves it as one that wants a signature (AWS_IAM)",
    ),
    (
        integration,
        context(
            REST,
            500,
            "Internal server error",
            GetResources=method(methodIntegration={"type": "AWS", "httpMethod": "POST", "uri": URI}),
        ),
        "integration-not-proxy",
        "of the type AWS, not AWS_PROXY",
    ),
    (
        integration,
        context(REST, 500, "Internal server error", GetFunctionConfiguration=None),
        "function-missing",
        "no such function",
    ),
    (
        function,
        context(
            HTTP,
            500,
            "Internal Server Error",
            GetFunctionConfiguration={**SETTINGS, "State": "Failed", "StateReason": "no subnet"},
        ),
        "function-not-active",
        "no subnet",
    ),
    (
        logs,
        context(HTTP, 503, "Service Unavailable", FilterLogEvents=log("slow")),
        "integration-timeout",
        "stopped waiting for it, after 30 s",
    ),
    (
        logs,
        context(REST, 504, "Endpoint request timed out", FilterLogEvents=log("slow")),
        "integration-timeout",
        "after 29 s",
    ),
    (
        role,
        context(HTTP, 500, "Internal Server Error", GetRole=None),
        "role-missing",
        "there is no such role",
    ),
    (
        table,
        context(
            HTTP,
            500,
            "Internal Server Error",
            DescribeTable={"Table": {**TABLE, "TableStatus": "CREATING"}},
        ),
        "table-not-active",
        "is CREATING",
    ),
]
"""Layer, what is answered, cause, and words of its sentence."""


@pytest.mark.parametrize(("layer", "given", "cause", "says"), NOT_SHOWN)
def test_what_the_sandbox_does_not_show(layer, given, cause, says):
    (found,) = layer.examine(given)
    assert found.id == cause
    assert says in found.says


@pytest.mark.parametrize(
    ("status", "text", "says"),
    [
        (404, "<Error><Code>NoSuchBucket</Code></Error>", "with the error NoSuchBucket"),
        (502, "<html>Bad Gateway</html>", "with a page of HTML"),
    ],
)
def test_somebody_else_who_answers_is_no_api(status, text, says):
    given = context(REST, status, "")
    given.reply = Reply(status, text, {"server": "nginx"}, 0, 0)
    (found,) = address.examine(given)
    assert found.id == "no-answer"
    assert says in found.says
    given.reply = Reply(status, "<html>", {"apigw-requestid": "a function may answer so"}, 0, 0)
    assert address.examine(given) == []


@pytest.mark.parametrize(("kind", "of_kind"), [(HTTP, "HTTP API"), (REST, "REST API")])
def test_an_api_without_routes(kind, of_kind):
    (found,) = route.examine(context(kind, 404, "Not Found", GetRoutes=[], GetResources=[]))
    assert found.says == f"The {of_kind} has no routes at all, so none for the path /users."


ONE_UNIT = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
CHANGED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "told",
    [
        {"BillingModeSummary": {}, "ProvisionedThroughput": {**ONE_UNIT, "LastIncreaseDateTime": CHANGED}},
        {
            "BillingModeSummary": {
                "BillingMode": "PROVISIONED",
                "LastUpdateToPayPerRequestDateTime": CHANGED,
            },
            "ProvisionedThroughput": ONE_UNIT,
        },
    ],
    ids=["more-units", "on-demand-in-between"],
)
@pytest.mark.parametrize(("after", "causes"), [(1, 1), (-1, 0)])
def test_throttled_lines_count_since_the_capacity_was_changed(told, after, causes):
    line = "ProvisionedThroughputExceededException: no"
    at = int(CHANGED.timestamp() * 1000) + after
    events = {"events": [{"timestamp": at, "message": line, "logStreamName": "s"}]}
    described = {"Table": {**TABLE, **told}}
    given = context(HTTP, 200, "fine", DescribeTable=described, FilterLogEvents=events)
    assert len(table.examine(given)) == causes
