"""What the operations on routes and integrations of HTTP APIs take, and what they refuse."""

from __future__ import annotations

import re
from typing import Any

from sandbox.backend.apis import ApiHandle
from sandbox.errors import NotModelled
from sandbox.gateway import control, http_mapping, loopback
from sandbox.gateway.control import Json, bad_request, conflict, not_found
from sandbox.gateway.deployments import HTTP_TIMEOUT_MS
from sandbox.gateway.guard import AWS_IAM, NONE
from sandbox.gateway.router import route_key_problem
from sandbox.gateway.targets import function_of, sample

_ROUTE_REFUSED = {
    "ApiKeyRequired": "API keys",
    "AuthorizerId": "authorizers",
    "AuthorizationScopes": "authorizers",
    "RequestParameters": "request parameters of WebSocket routes",
    "RequestModels": "models of WebSocket APIs",
    "RouteResponseSelectionExpression": "route responses of WebSocket APIs",
}

_INTEGRATION_REFUSED = {
    "ConnectionId": "VPC links",
    "RequestTemplates": "request templates of WebSocket APIs",
    "TlsConfig": "private integrations",
}


_AUTHORIZERS = {"JWT": "JWT authorizers", "CUSTOM": "Lambda authorizers"}
"""By the authorization type of a route that asks one."""

_API_REFUSED = {
    "ApiKeySelectionExpression": "API keys of WebSocket APIs",
    "DisableSchemaValidation": "models of WebSocket APIs",
}
_METHODS = ("ANY", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_SELECTIONS = ("${request.method} ${request.path}", "$request.method $request.path")
"""All that HTTP APIs take (API reference, *CreateApi*: RouteSelectionExpression)."""


def check_api(asked: Json) -> None:
    """What CreateApi and UpdateApi take but for quick create."""
    control.refuse_members(asked, _API_REFUSED)
    if asked.get("IpAddressType", "ipv4") != "ipv4":
        raise NotModelled(f"APIs that answer by IPv6 (IpAddressType {asked['IpAddressType']})")
    if asked.get("RouteSelectionExpression", _SELECTIONS[0]) not in _SELECTIONS:
        raise bad_request(f"RouteSelectionExpression of an HTTP API should be {_SELECTIONS[0]}")
    check_cors(asked.get("CorsConfiguration"))


def check_there(home: ApiHandle, kind: str, key: str) -> None:
    """Raise NotFoundException unless the API has the route or integration; `kind` is its plural."""
    if key not in getattr(home.api, kind):
        noun = "Route" if kind == "routes" else "Integration"
        raise not_found(f"Invalid {noun} identifier specified {key}")


def check_route_members(asked: Json) -> None:
    """Refuse what of CreateRoute and UpdateRoute is not modelled."""
    kind = asked.get("AuthorizationType", NONE)
    if kind in _AUTHORIZERS:
        raise NotModelled(f"{_AUTHORIZERS[kind]} (AuthorizationType {kind})", "Use NONE or AWS_IAM.")
    if kind not in (NONE, AWS_IAM):
        known = ", ".join((NONE, AWS_IAM, *_AUTHORIZERS))
        raise bad_request(f"Invalid authorization type specified: {kind}. It should be one of: {known}")
    control.refuse_members(asked, _ROUTE_REFUSED)


def check_route_key(key: str) -> None:
    problem = route_key_problem(key)
    if problem:
        raise bad_request(problem)


def shape_of(key: str) -> str:
    """A route key without the names of its variables: no request could choose between two alike."""
    return re.sub(r"\{[^}+]*", "{", key)


def check_unique(home: ApiHandle, key: str, route_id: str | None) -> None:
    for other in home.api.routes.values():
        if other.route_id != route_id and shape_of(other.route_key) == shape_of(key):
            raise conflict(f"Route with key {key} already exists for this API")


def check_target(home: ApiHandle, target: str | None) -> None:
    """A route's target: an integration of the API."""
    if target is None:
        return
    kind, _, key = target.partition("/")
    if kind != "integrations" or key not in home.api.integrations:
        raise bad_request(
            f"Invalid target '{target}': it should be integrations/ and an integration's id of this API"
        )


def check_integration(asked: Json, creates: bool, kind: str = "") -> None:
    """Refuse what CreateIntegration and UpdateIntegration do not take. kind: of what is there already."""
    if creates or "IntegrationType" in asked:
        kind = str(asked.get("IntegrationType") or "")
        if kind not in ("AWS_PROXY", "HTTP_PROXY"):
            raise bad_request(f"Invalid integration type {kind}: HTTP APIs know AWS_PROXY and HTTP_PROXY")
    if asked.get("IntegrationSubtype"):
        raise NotModelled(f"service integrations (IntegrationSubtype {asked['IntegrationSubtype']})")
    control.refuse_members(asked, _INTEGRATION_REFUSED)
    if asked.get("ConnectionType", "INTERNET") != "INTERNET":
        raise NotModelled(f"private integrations (ConnectionType {asked['ConnectionType']})")
    if creates or "IntegrationUri" in asked or "IntegrationType" in asked:
        check_uri(asked.get("IntegrationUri") or "", kind)
    _check_payload_format(asked, creates, kind)
    _check_method(asked, creates, kind)
    http_mapping.check(asked.get("RequestParameters"), asked.get("ResponseParameters"))
    timeout = asked.get("TimeoutInMillis")
    if timeout is not None and not 50 <= int(timeout) <= HTTP_TIMEOUT_MS:
        raise bad_request(f"Timeout should be between 50 ms and {HTTP_TIMEOUT_MS} ms")


def _check_payload_format(asked: Json, creates: bool, kind: str) -> None:
    """For functions required from the CLI, CloudFormation and SDKs; for all others there is 1.0 only.

    Sources: API Gateway Developer Guide, "Working with AWS Lambda proxy integrations for HTTP APIs" (case
    http-payload-version-required); API reference, *CreateIntegration*.
    """
    given = asked.get("PayloadFormatVersion")
    if creates and not given and kind == "AWS_PROXY":
        raise bad_request(
            "PayloadFormatVersion is required for AWS_PROXY integrations of HTTP APIs: 1.0 or 2.0"
        )
    known = ("1.0",) if kind == "HTTP_PROXY" else ("1.0", "2.0")
    if given and given not in known:
        raise bad_request(f"Invalid PayloadFormatVersion {given}: it should be {' or '.join(known)}")


def _check_method(asked: Json, creates: bool, kind: str) -> None:
    if kind != "HTTP_PROXY" or not (creates or "IntegrationMethod" in asked):
        return
    if asked.get("IntegrationMethod") not in _METHODS:
        raise bad_request(f"IntegrationMethod of an HTTP_PROXY integration should be {' or '.join(_METHODS)}")


def check_uri(uri: str, kind: str = "") -> None:
    """An integration's URI: a function, or an HTTP endpoint; a stage variable may name either.

    kind: the type; without it, that of a URL is HTTP_PROXY (API reference, *CreateApi*: Target).
    """
    if (kind or kind_of(uri)) == "HTTP_PROXY":
        loopback.check(uri)
    elif function_of(sample(uri)) is None:
        raise bad_request(f"Invalid function ARN or invalid uri: '{uri}'")


def kind_of(uri: str) -> str:
    """The integration type that quick create gives a target."""
    return "HTTP_PROXY" if uri.lower().startswith(("http://", "https://")) else "AWS_PROXY"


def check_cors(configuration: dict[str, Any] | None) -> None:
    """A CORS configuration as CreateApi has it. The text for credentials: aws/aws-cdk#9076 (AWS's)."""
    if not configuration:
        return
    if configuration.get("AllowCredentials") and "*" in (configuration.get("AllowOrigins") or ()):
        raise bad_request("allow-credentials is not supported if 'allow-origin' is *")
    age = configuration.get("MaxAge")
    if age is not None and not -1 <= int(age) <= 86_400:
        raise bad_request("maxAge should be between -1 and 86400 seconds")
