"""Probes of the interface layer."""

from __future__ import annotations

import requests

from benchmarks.peers.functions import python
from benchmarks.peers.probe import expect, probe
from benchmarks.peers.world import World

LAYER = "gateway"
OK = python('return {"statusCode": 200, "body": "ok"}')
ECHO = "import json\n" + python('return {"statusCode": 200, "body": json.dumps(event)}')
CRASH = python('raise Exception("crash")')


def is_answer(reply: requests.Response, status: int, message: str) -> None:
    """Expects a status and a message in JSON."""
    try:
        found = reply.json().get("message")
    except (ValueError, AttributeError):
        found = reply.text[:80]
    expect(reply.status_code == status and found == message, f"{reply.status_code} {found}")


@probe(
    "http-evt2-routekey", LAYER, "HTTP API: the event names route, path parameters and path (payload 2.0)."
)
def event(world: World) -> None:
    api = world.http_api(world.function(ECHO), "GET /users/{userId}")
    value = api.call("/users/ada").json()
    expect(
        value.get("routeKey") == "GET /users/{userId}" and value["pathParameters"] == {"userId": "ada"}, value
    )


@probe("http-pathparam-decoded", LAYER, "HTTP API: path parameters come decoded.")
def decoded(world: World) -> None:
    api = world.http_api(world.function(ECHO), "GET /users/{userId}")
    found = api.call("/users/Ada%20Lovelace").json()["pathParameters"]
    expect(found == {"userId": "Ada Lovelace"}, found)


@probe("http-evt2-omits-absent", LAYER, "HTTP API: what a request has not is not in the event.")
def absent(world: World) -> None:
    value = world.http_api(world.function(ECHO), "GET /users").call().json()
    extra = {"queryStringParameters", "cookies", "body", "pathParameters", "stageVariables"} & value.keys()
    expect(not extra, f"in the event: {sorted(extra)}")


@probe("http-404-unknown-path", LAYER, 'HTTP API: a path that no route has is 404 {"message":"Not Found"}.')
def unknown_path(world: World) -> None:
    is_answer(world.http_api(world.function(OK), "GET /users").call("/nothing"), 404, "Not Found")


@probe("http-lambda-permission-missing", LAYER, "HTTP API: without permission to invoke the function, 500.")
def no_permission(world: World) -> None:
    api = world.http_api(world.function(OK), "GET /users", allow=False)
    is_answer(api.call(), 500, "Internal Server Error")


@probe("http-lambda-exception", LAYER, "HTTP API: a handler that raises is 500 Internal Server Error.")
def crash(world: World) -> None:
    is_answer(world.http_api(world.function(CRASH), "GET /users").call(), 500, "Internal Server Error")


@probe("http-resp-infer-object", LAYER, "HTTP API: a result without statusCode becomes a 200, as JSON.")
def inferred(world: World) -> None:
    reply = world.http_api(world.function(python('return {"hello": "Ada"}')), "GET /users").call()
    expect(
        reply.status_code == 200 and reply.json() == {"hello": "Ada"},
        f"{reply.status_code} {reply.text[:80]}",
    )


@probe(
    "http-autodeploy-off", LAYER, "HTTP API: without automatic deployment a new route is 404 until deployed."
)
def not_deployed(world: World) -> None:
    api = world.http_api(world.function(OK), "GET /users", auto=False)
    is_answer(api.call(), 404, "Not Found")


@probe(
    "rest-403-unknown-path", LAYER, "REST API: a path that no method has is 403 Missing Authentication Token."
)
def rest_unknown(world: World) -> None:
    is_answer(world.rest_api(world.function(OK)).call("/nothing"), 403, "Missing Authentication Token")


@probe("rest-deploy-required", LAYER, "REST API: a new method is not live until it is deployed.")
def rest_deploy(world: World) -> None:
    api = world.rest_api(world.function(OK))
    api.add_method("health")
    is_answer(api.call("/health"), 403, "Missing Authentication Token")
    world.client("apigateway").create_deployment(restApiId=api.id, stageName="prod")
    expect(api.call("/health").status_code == 200, "not live when deployed")


@probe("rest-500-permission", LAYER, "REST API: without permission to invoke the function, 500.")
def rest_permission(world: World) -> None:
    is_answer(world.rest_api(world.function(OK), allow=False).call(), 500, "Internal server error")


@probe("ts-no-statuscode", LAYER, "REST API: a result that is no proxy response is 502.")
def malformed(world: World) -> None:
    reply = world.rest_api(world.function(python('return {"message": "ok"}'))).call()
    is_answer(reply, 502, "Internal server error")


@probe("ts-502-vs-500", LAYER, "The same handler that raises is 502 behind a REST API.")
def rest_crash(world: World) -> None:
    is_answer(world.rest_api(world.function(CRASH)).call(), 502, "Internal server error")


@probe("rest-evt1-nulls", LAYER, "REST API: what a request has not is null in the event (payload 1.0).")
def nulls(world: World) -> None:
    value = world.rest_api(world.function(ECHO)).call().json()
    keys = ("queryStringParameters", "pathParameters", "stageVariables", "body")
    expect(
        all(key in value and value[key] is None for key in keys), {key: value.get(key, "-") for key in keys}
    )
