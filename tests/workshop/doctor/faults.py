"""Faults: each breaks a running stack through AWS APIs, says which cause is to be named, and mends it.

Those that are incidents of lab 5 are made of them, when they are asked for: they stand in workshop.incidents.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

from tests.workshop.doctor.stack import Stack
from tests.workshop.incidents.stage import broken_by
from workshop.incidents import INCIDENTS

HTTP, REST = "HttpApiUrl", "RestApiUrl"


@dataclass(frozen=True)
class Fault:
    """cause: the id that the doctor is to name. says: words of its sentence. kinds: of APIs."""

    name: str
    cause: str
    says: str
    break_it: Callable
    kinds: tuple[str, ...] = (HTTP, REST)


class Faults(dict):
    """By their names: those that are no incidents, and each incident that is asked for."""

    def __missing__(self, name):
        incident = INCIDENTS[name]

        def break_it(stack):
            with broken_by(stack.target, name):
                yield

        return Fault(name, incident.causes[0], "", contextmanager(break_it), incident.kinds)


FAULTS = Faults()


def fault(cause, says="", kinds=(HTTP, REST)):
    """Registers a generator that breaks a stack, yields, and mends it."""

    def register(function):
        name = function.__name__.replace("_", "-")
        FAULTS[name] = Fault(name, cause, says, contextmanager(function), kinds)
        return function

    return register


def changed(text, *pairs):
    """The text with the first of the pairs whose first half is in it exchanged."""
    for old, new in pairs:
        if old in text:
            return text.replace(old, new)
    raise AssertionError(f"nothing to change: {pairs}")


def code(name, *pairs):
    """A fault of the code: a file's text changed."""

    def break_code(stack: Stack):
        stack.put_code(**{name: changed(stack.source(name), *pairs)})
        yield
        stack.put_code()

    return break_code


@fault("unhandled-exception", "nothing in the code catches it", (HTTP,))
def error_like_that_of_another_payload_format(stack):
    """The code reads both formats; a word of the error is one that the other format has."""
    yield from code(
        "app",
        ("    request = request_of(event)", "    {}['path']\n    request = request_of(event)"),
        (
            "  const request = requestOf(event);",
            "  ({}).name.toLowerCase();\n  const request = requestOf(event);",
        ),
    )(stack)


@fault("log-not-allowed", "may not write")
def log_permission_missing(stack):
    right = stack.policy("users-logs")
    stack.client("iam").delete_role_policy(RoleName=stack.role, PolicyName="users-logs")
    stack.put_code()
    yield
    stack.put_policy(right, "users-logs")


def _route(stack, key):
    client = stack.client("apigatewayv2")
    routes = client.get_routes(ApiId=stack.ids[HTTP])["Items"]
    return next(one for one in routes if one["RouteKey"] == key)


def _deploy(stack):
    return stack.client("apigateway").create_deployment(restApiId=stack.ids[REST], stageName="prod")


def _resource(stack, path):
    items = stack.client("apigateway").get_resources(restApiId=stack.ids[REST], embed=["methods"])["items"]
    return next(one for one in items if one["path"] == path)


@fault("deployed-other-target", "older deployment", (REST,))
def integration_mended_and_not_deployed(stack):
    client, users = stack.client("apigateway"), _resource(stack, "/users")
    where = {"restApiId": stack.ids[REST], "resourceId": users["id"], "httpMethod": "POST"}
    right = users["resourceMethods"]["POST"]["methodIntegration"]["uri"]
    wrong = right.replace("/invocations", "-old/invocations")
    client.update_integration(**where, patchOperations=[{"op": "replace", "path": "/uri", "value": wrong}])
    _deploy(stack)
    client.update_integration(**where, patchOperations=[{"op": "replace", "path": "/uri", "value": right}])
    yield
    _deploy(stack)


@fault("integration-method", "POST only", (REST,))
def integration_by_get(stack):
    client, users = stack.client("apigateway"), _resource(stack, "/users")
    where = {"restApiId": stack.ids[REST], "resourceId": users["id"], "httpMethod": "POST"}
    patch = {"op": "replace", "path": "/httpMethod"}
    client.update_integration(**where, patchOperations=[{**patch, "value": "GET"}])
    _deploy(stack)
    yield
    client.update_integration(**where, patchOperations=[{**patch, "value": "POST"}])
    _deploy(stack)


@fault("table-missing", "no table of that name")
def table_deleted(stack):
    client = stack.client("dynamodb")
    told = client.describe_table(TableName=stack.table)["Table"]
    client.delete_table(TableName=stack.table)
    client.get_waiter("table_not_exists").wait(TableName=stack.table)
    yield
    client.create_table(
        TableName=stack.table,
        KeySchema=told["KeySchema"],
        AttributeDefinitions=told["AttributeDefinitions"],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName=stack.table)


@fault("key-type-differs", "type S")
def key_of_another_type(stack):
    sends = code(
        "users",
        ("table.put_item(Item=_to_item(user)", "table.put_item(Item={'userId': 7}"),
        ("Item: user", "Item: { userId: 7 }"),
    )
    yield from sends(stack)


@fault("handled-error", "ValidationException")
def handler_answers_500_for_a_service(stack):
    """DynamoDB refuses the expression, for no reason that a layer knows."""
    turned = code(
        "users",
        ('ConditionExpression="attribute_not_exists(userId)"', 'ConditionExpression="attribute_not_exists("'),
        ('"attribute_not_exists(userId)"', '"attribute_not_exists("'),
    )
    yield from turned(stack)


@fault("request-refused", "Invalid request body", (REST,))
def validator_of_the_api(stack):
    client, users = stack.client("apigateway"), _resource(stack, "/users")
    api = {"restApiId": stack.ids[REST]}
    schema = json.dumps({"type": "object", "required": ["name"]})
    client.create_model(**api, name="Named", contentType="application/json", schema=schema)
    validator = client.create_request_validator(**api, name="body", validateRequestBody=True)["id"]
    where = {**api, "resourceId": users["id"], "httpMethod": "POST"}
    client.update_method(
        **where,
        patchOperations=[
            {"op": "replace", "path": "/requestValidatorId", "value": validator},
            {"op": "add", "path": "/requestModels/application~1json", "value": "Named"},
        ],
    )
    _deploy(stack)
    yield
    client.update_method(
        **where,
        patchOperations=[
            {"op": "replace", "path": "/requestValidatorId", "value": ""},
            {"op": "remove", "path": "/requestModels/application~1json"},
        ],
    )
    client.delete_request_validator(**api, requestValidatorId=validator)
    client.delete_model(**api, modelName="Named")
    _deploy(stack)


@fault("integration-elsewhere", "no function is asked", (REST,))
def integration_of_a_mock_without_a_status(stack):
    client, users = stack.client("apigateway"), _resource(stack, "/users")
    where = {"restApiId": stack.ids[REST], "resourceId": users["id"], "httpMethod": "POST"}
    uri = users["resourceMethods"]["POST"]["methodIntegration"]["uri"]
    client.put_integration(**where, type="MOCK", requestTemplates={"application/json": "{}"})
    _deploy(stack)
    yield
    client.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    _deploy(stack)


@fault("no-integration", "it has no integration", (HTTP,))
def integration_deleted(stack):
    client, one = stack.client("apigatewayv2"), _route(stack, "POST /users")
    where = {"ApiId": stack.ids[HTTP], "RouteId": one["RouteId"]}
    client.delete_route(**where)
    bare = client.create_route(ApiId=stack.ids[HTTP], RouteKey="POST /users")["RouteId"]
    yield
    client.update_route(ApiId=stack.ids[HTTP], RouteId=bare, Target=one["Target"])


@fault("stage-throttles", "answered 429")
def stage_lets_nothing_through(stack):
    http = {"ApiId": stack.ids[HTTP], "StageName": "$default"}
    nothing = {"ThrottlingRateLimit": 0.0, "ThrottlingBurstLimit": 0}
    stack.client("apigatewayv2").update_stage(**http, DefaultRouteSettings=nothing)
    rest, client = {"restApiId": stack.ids[REST], "stageName": "prod"}, stack.client("apigateway")
    own = "/~1users/POST"
    limits = [
        {"op": "replace", "path": f"{own}/throttling/{name}", "value": "0"}
        for name in ("rateLimit", "burstLimit")
    ]
    client.update_stage(**rest, patchOperations=limits)
    yield
    stack.client("apigatewayv2").update_stage(**http, DefaultRouteSettings={})
    client.update_stage(**rest, patchOperations=[{"op": "remove", "path": own}])
