"""Quick create: an HTTP API with one integration, one route and a `$default` stage, made in one call.

Source: API reference, *CreateApi* and *UpdateApi* (Target, RouteKey, CredentialsArn), and what
ApiGatewayManaged means for integrations, routes and stages.
"""

from __future__ import annotations

from sandbox.backend import http_apis
from sandbox.backend.apis import ApiHandle
from sandbox.errors import NotModelled
from sandbox.gateway import http_checks
from sandbox.gateway.control import Json, bad_request
from sandbox.gateway.router import ANY, DEFAULT_ROUTE

MEMBERS = ("Target", "RouteKey", "CredentialsArn")


def check(asked: Json) -> None:
    """Refuse what CreateApi cannot make of its members."""
    if asked.get("Target") is None:
        if asked.get("RouteKey") or asked.get("CredentialsArn"):
            raise bad_request("RouteKey and CredentialsArn need a Target")
        return
    http_checks.check_uri(asked["Target"])
    http_checks.check_route_key(asked.get("RouteKey", DEFAULT_ROUTE))


def make(home: ApiHandle, asked: Json) -> None:
    """Make integration, route and stage, managed by API Gateway."""
    made = http_apis.create_integration(home, _integration(asked))
    route = http_apis.create_route(home, asked.get("RouteKey", DEFAULT_ROUTE), f"integrations/{made}")
    http_apis.create_stage(home, {"stageName": DEFAULT_ROUTE, "autoDeploy": True})
    http_apis.manage(home, made, route, DEFAULT_ROUTE)


def check_update(home: ApiHandle, asked: Json) -> None:
    """Refuse what UpdateApi cannot change of what quick create has made."""
    if not any(name in asked for name in MEMBERS):
        return
    route, integration = http_apis.managed(home)
    if route is None or integration is None:
        raise NotModelled("quick create by UpdateApi, of an API that was made without it (Target, RouteKey)")
    if asked.get("Target"):
        http_checks.check_uri(asked["Target"])
    if asked.get("RouteKey"):
        http_checks.check_route_key(asked["RouteKey"])
        http_checks.check_unique(home, asked["RouteKey"], route)


def update(home: ApiHandle, asked: Json) -> None:
    """Change what quick create has made; an empty CredentialsArn takes the credentials away."""
    route, integration = http_apis.managed(home)
    if route is None or integration is None:
        return
    if asked.get("RouteKey"):
        home.api.routes[route].route_key = asked["RouteKey"]
    if asked.get("Target"):
        http_apis.set_integration(home, integration, _integration(asked))
    if "CredentialsArn" in asked:
        home.api.integrations[integration].credentials_arn = asked["CredentialsArn"] or None


def refuse_managed(home: ApiHandle, kind: str, key: str, what: str) -> None:
    """Raise for a change that API Gateway does not let anybody make to what it manages."""
    if http_apis.is_managed(home, kind, key):
        raise bad_request(f"{what}: it is managed by API Gateway (quick create)")


def _integration(asked: Json) -> Json:
    kind = http_checks.kind_of(asked["Target"])
    calls_function = kind == "AWS_PROXY"
    return {
        "ConnectionType": "INTERNET",
        "CredentialsArn": asked.get("CredentialsArn"),
        "IntegrationMethod": "POST" if calls_function else ANY,
        "IntegrationType": kind,
        "IntegrationUri": asked["Target"],
        "PayloadFormatVersion": "2.0" if calls_function else "1.0",
    }
