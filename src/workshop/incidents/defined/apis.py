"""Incidents in the APIs: routes, integrations, deployments and permissions."""

from __future__ import annotations

from typing import Any

from workshop.doctor.layers import deployment, integration, logs, permission, route, stage
from workshop.doctor.routes import DEFAULT, Route
from workshop.errors import Problem
from workshop.incidents.incident import CREATE, HTTP, LIST, REST, Incident, Request
from workshop.incidents.places import http_api, rest_api
from workshop.incidents.places.function import as_added, read_permission
from workshop.incidents.releases import Change, release
from workshop.incidents.stack import Stack

PATH = CREATE.path
APIS = frozenset({"http", "rest"})


def _route(stack: Stack, kind: str, asked: Request) -> Route:
    """The route that takes the request. Raises Problem where none does."""
    api = stack.api(kind)
    stage = DEFAULT if kind == HTTP else stack.rest_stage
    found = api.route_of(stage, asked.method, asked.path)
    if found is None:
        raise Problem(
            f"the {api.kind} {api.id}", f"no route {asked}", "the routes of lab 4", "workshop check 4"
        )
    return found


def _old_path(path: str) -> str:
    """What the path was called before, if one believes the ticket: /users is /user."""
    first, slash, rest = path.lstrip("/").partition("/")
    named = "v1/{proxy+}" if path == DEFAULT or first.startswith("{") else f"{first[:-1]}{slash}{rest}"
    return f"/{named}"


def _path(stack: Stack, kind: str) -> None:
    """All routes that take the path are called otherwise."""
    if kind == HTTP:
        client, api = stack.client("apigatewayv2"), stack.api(HTTP)
        for one in api.routes(DEFAULT):
            if one.leads(PATH):
                key = f"{one.method} {_old_path(one.path)}"
                client.update_route(ApiId=api.id, RouteId=one.id, RouteKey=key)
        http_api.deploy(stack)
        return
    found = _route(stack, REST, CREATE)
    rest_api.rename(stack, found.id, _old_path(found.path).strip("/").partition("/")[0])
    rest_api.deploy(stack)


def _method(stack: Stack, kind: str) -> None:
    """The route takes PUT in place of POST."""
    found = _route(stack, kind, CREATE)
    if kind == HTTP:
        path = "/{proxy+}" if found.path == DEFAULT else found.path
        stack.client("apigatewayv2").update_route(
            ApiId=stack.http_id, RouteId=found.id, RouteKey=f"PUT {path}"
        )
        http_api.deploy(stack)
        return
    rest_api.put_method(stack, found.id, "PUT", _rest_method(stack, found))
    _delete(stack, found)
    rest_api.deploy(stack)


def _few_requests(stack: Stack, kind: str) -> None:
    """The stage lets three requests through, and then one in five seconds."""
    place = http_api if kind == HTTP else rest_api
    place.limit(stack, {"ThrottlingRateLimit": 0.2, "ThrottlingBurstLimit": 3})


def _not_deployed(stack: Stack, kind: str) -> None:
    """The method is configured, and was added after the deployment."""
    found = _route(stack, REST, CREATE)
    method = _rest_method(stack, found)
    _delete(stack, found)
    rest_api.deploy(stack)
    rest_api.put_method(stack, found.id, found.method, method)


def _function_missing(stack: Stack, kind: str) -> None:
    _point(stack, kind, f"{stack.function}-v1")


def _alias_missing(stack: Stack, kind: str) -> None:
    _point(stack, kind, f"{stack.function}:live")


def _point(stack: Stack, kind: str, named: str) -> None:
    """The route's integration invokes another function, or another alias."""
    found = _route(stack, kind, CREATE)
    made = found.integration
    target = made.function if made else None
    if made is None or target is None:
        raise Problem(f"the route {found}", "no function behind it", "a Lambda proxy", "workshop check 4")
    arn = target.arn.partition(":function:")[0]
    uri = made.uri.replace(target.arn, f"{arn}:function:{named}")
    if kind == HTTP:
        _update(stack, made.id, IntegrationUri=uri)
    else:
        method = _rest_method(stack, found)
        changed = {**method, "integration": {**method["integration"], "uri": uri}}
        rest_api.put_method(stack, found.id, found.method, changed)
        rest_api.deploy(stack)


_ONLY_2_0: Change = {
    "python": (
        "event.get(\"routeKey\") or f\"{event.get('httpMethod')} {event.get('resource')}\"",
        'event["routeKey"]',
    ),
    "nodejs": (
        "route: event.routeKey ?? `${event.httpMethod} ${event.resource}`,",
        "route: `${event.requestContext.http.method} ${event.routeKey.split(' ')[1]}`,",
    ),
}


def _payload(stack: Stack, kind: str) -> None:
    """The API sends format 1.0, and the release understands 2.0 only."""
    release(stack, _ONLY_2_0)
    made = _route(stack, HTTP, CREATE).integration
    _update(stack, made.id if made else "", PayloadFormatVersion="1.0")


def _by_role(stack: Stack, kind: str) -> None:
    """The API invokes the function by the function's own role, which API Gateway cannot take on."""
    made = _route(stack, HTTP, CREATE).integration
    _update(stack, made.id if made else "", CredentialsArn=stack.names["UsersRoleArn"])


def _no_permission(stack: Stack, kind: str) -> None:
    client = stack.client("lambda")
    for one in read_permission(stack)["Statements"]:
        client.remove_permission(FunctionName=stack.function, StatementId=one["Sid"])


def _permission_of_another(stack: Stack, kind: str) -> None:
    """The permissions name an API that is not this one."""
    client = stack.client("lambda")
    for one in read_permission(stack)["Statements"]:
        client.remove_permission(FunctionName=stack.function, StatementId=one["Sid"])
        given = as_added(one)
        if "SourceArn" in given:
            given["SourceArn"] = _another(given["SourceArn"], (stack.http_id, stack.rest_id))
        client.add_permission(FunctionName=stack.function, **given)


def _another(source: str, ids: tuple[str, ...]) -> str:
    for one in ids:
        source = source.replace(f":{one}/", f":{one[::-1]}/")
    return source


def _update(stack: Stack, integration_id: str, **changed: Any) -> None:
    stack.client("apigatewayv2").update_integration(
        ApiId=stack.http_id, IntegrationId=integration_id, **changed
    )
    http_api.deploy(stack)


def _rest_method(stack: Stack, found: Route) -> dict[str, Any]:
    return next(
        method
        for key, name, method in rest_api.methods_at(stack, found.path)
        if (key, name) == (found.id, found.method)
    )


def _delete(stack: Stack, found: Route) -> None:
    stack.client("apigateway").delete_method(
        restApiId=stack.rest_id, resourceId=found.id, httpMethod=found.method
    )


HTTP_PLACE = frozenset({"http"})
PERMISSION = frozenset({"permission"})

INCIDENTS = (
    Incident("route-path-wrong", route.NAME, ("no-such-path",), _path, APIS, "gateway"),
    Incident("route-method-wrong", route.NAME, ("no-such-method",), _method, APIS, "gateway"),
    Incident(
        "few-requests-a-second",
        stage.NAME,
        ("stage-throttles",),
        _few_requests,
        APIS,
        "gateway",
        load=True,
    ),
    Incident(
        "change-not-deployed",
        deployment.NAME,
        ("not-deployed",),
        _not_deployed,
        frozenset({"rest"}),
        "gateway",
        kinds=(REST,),
    ),
    Incident(
        "integration-to-a-missing-function",
        integration.NAME,
        ("function-missing",),
        _function_missing,
        APIS,
        "gateway",
    ),
    Incident(
        "integration-to-a-missing-alias",
        integration.NAME,
        ("alias-missing",),
        _alias_missing,
        APIS,
        "gateway",
    ),
    Incident(
        "payload-format",
        logs.NAME,
        ("payload-format",),
        _payload,
        HTTP_PLACE | {"code"},
        "start",
        kinds=(HTTP,),
        also=(integration.NAME,),
    ),
    Incident(
        "integration-by-a-role",
        permission.NAME,
        ("role-may-not-invoke",),
        _by_role,
        HTTP_PLACE,
        "gateway",
        kinds=(HTTP,),
    ),
    Incident(
        "invoke-permission-missing",
        permission.NAME,
        ("may-not-invoke",),
        _no_permission,
        PERMISSION,
        "gateway",
        LIST,
    ),
    Incident(
        "permission-of-another-api",
        permission.NAME,
        ("may-not-invoke",),
        _permission_of_another,
        PERMISSION,
        "gateway",
    ),
)
