"""The control plane of HTTP APIs (apigatewayv2): APIs, routes and integrations.

moto keeps them; what it does not check is checked here, and what is not modelled is refused here.
"""

from __future__ import annotations

import re
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import apis, http_apis
from sandbox.backend.apis import ApiHandle
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import NotModelled
from sandbox.gateway import control
from sandbox.gateway.control import Handler, Json, bad_request, conflict, home_of, not_found
from sandbox.gateway.deployments import HTTP_TIMEOUT_MS
from sandbox.gateway.http_stages import HttpStages, auto_deploy
from sandbox.gateway.router import DEFAULT_ROUTE, route_key_problem
from sandbox.gateway.targets import function_of, sample
from sandbox.iam import Caller
from sandbox.messages import Reply
from sandbox.settings import Settings

SERVICE = "apigatewayv2"

_NOT_MODELLED = {
    "ImportApi": "APIs from an OpenAPI document",
    "ReimportApi": "APIs from an OpenAPI document",
    "ExportApi": "OpenAPI documents of APIs",
    "CreateAuthorizer": "authorizers",
    "CreateVpcLink": "VPC links",
    "CreateDomainName": "custom domain names",
    "CreateApiMapping": "custom domain names",
    "CreateModel": "models of WebSocket APIs",
    "CreateIntegrationResponse": "integration responses of WebSocket APIs",
    "CreateRouteResponse": "route responses of WebSocket APIs",
}

_ROUTE_REFUSED = {
    "ApiKeyRequired": "API keys",
    "AuthorizerId": "authorizers",
    "AuthorizationScopes": "authorizers",
    "RequestParameters": "request parameters of WebSocket routes",
    "RequestModels": "models of WebSocket APIs",
    "RouteResponseSelectionExpression": "route responses of WebSocket APIs",
}

_INTEGRATION_REFUSED = {
    "IntegrationSubtype": "service integrations",
    "ConnectionId": "VPC links",
    "RequestParameters": "parameter mapping",
    "ResponseParameters": "parameter mapping",
    "RequestTemplates": "request templates of WebSocket APIs",
    "TlsConfig": "private integrations",
}


class HttpControl:
    """Handlers of the apigatewayv2 operations that the sandbox answers."""

    def __init__(self, settings: Settings, backend: MotoBackend) -> None:
        self._settings = settings
        self._backend = backend
        handlers: dict[str, Handler] = {
            "CreateApi": self.create_api,
            "GetApi": self.get_api,
            "GetApis": self.get_apis,
            "UpdateApi": self.update_api,
            "DeleteApi": self.delete_api,
            "DeleteCorsConfiguration": self.delete_cors,
            "CreateRoute": self.write_route,
            "UpdateRoute": self.write_route,
            "GetRoute": self.get_one,
            "GetRoutes": self.get_all,
            "DeleteRoute": self.delete_route,
            "CreateIntegration": self.write_integration,
            "UpdateIntegration": self.write_integration,
            "GetIntegration": self.get_one,
            "GetIntegrations": self.get_all,
            "DeleteIntegration": self.delete_integration,
            **HttpStages().handlers,
            **{operation: control.refuse(what) for operation, what in _NOT_MODELLED.items()},
        }
        self.operations = {(SERVICE, operation): handler for operation, handler in handlers.items()}

    async def create_api(self, call: ApiCall, caller: Caller) -> Reply:
        asked = call.parameters
        if asked.get("ProtocolType") == "WEBSOCKET":
            raise NotModelled("WebSocket APIs (ProtocolType WEBSOCKET)")
        target = asked.get("Target")
        if target is None and (asked.get("RouteKey") or asked.get("CredentialsArn")):
            raise bad_request("RouteKey and CredentialsArn need a Target")
        if target is not None:
            _check_uri(target)
            _check_route_key(asked.get("RouteKey", DEFAULT_ROUTE))
        _check_cors(asked.get("CorsConfiguration"))
        made = await control.moto_json(self._backend, call, caller)
        if target is not None:
            self._quick_create(call, caller, made["apiId"])
        return Reply.of_json(self._api(made), 201)

    def _quick_create(self, call: ApiCall, caller: Caller, api_id: str) -> None:
        home = apis.handle("HTTP", caller.account, call.region, api_id)
        assert home is not None, "moto has just made it"
        asked = call.parameters
        route_key = asked.get("RouteKey", DEFAULT_ROUTE)
        http_apis.quick_create(home, asked["Target"], asked.get("CredentialsArn"), route_key)
        auto_deploy(home)

    async def get_api(self, call: ApiCall, caller: Caller) -> Reply:
        home_of("HTTP", call, caller)
        return Reply.of_json(self._api(await control.moto_json(self._backend, call, caller)))

    async def get_apis(self, call: ApiCall, caller: Caller) -> Reply:
        answer = await control.moto_json(self._backend, call, caller)
        items, token = control.paged([self._api(item) for item in answer["items"]], call.parameters)
        return Reply.of_json(control.without_nulls({"items": items, "nextToken": token}))

    async def update_api(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("HTTP", call, caller)
        refused = ("Target", "RouteKey", "CredentialsArn")
        control.refuse_members(
            call.parameters, dict.fromkeys(refused, "changes of quick create by UpdateApi")
        )
        _check_cors(call.parameters.get("CorsConfiguration"))
        answer = await control.moto_json(self._backend, call, caller)
        auto_deploy(home)
        return Reply.of_json(self._api(answer))

    async def delete_api(self, call: ApiCall, caller: Caller) -> Reply:
        home_of("HTTP", call, caller)
        await control.moto_json(self._backend, call, caller)
        return Reply(204)

    async def delete_cors(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("HTTP", call, caller)
        await control.moto_json(self._backend, call, caller)
        auto_deploy(home)
        return Reply(204)

    async def write_route(self, call: ApiCall, caller: Caller) -> Reply:
        """CreateRoute and UpdateRoute."""
        home, asked = home_of("HTTP", call, caller), call.parameters
        creates = call.operation == "CreateRoute"
        if not creates:
            _there(home, "routes", asked["RouteId"])
        control.refuse_members(asked, _ROUTE_REFUSED)
        if asked.get("AuthorizationType", "NONE") != "NONE":
            raise NotModelled(f"authorization of routes (AuthorizationType {asked['AuthorizationType']})")
        if creates or "RouteKey" in asked:
            _check_route_key(asked["RouteKey"])
            _check_unique(home, asked["RouteKey"], asked.get("RouteId"))
        _check_target(home, asked.get("Target"))
        answer = await control.moto_json(self._backend, call, caller)
        auto_deploy(home)
        return Reply.of_json(_item(home, "routes", answer), 201 if creates else 200)

    async def delete_route(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("HTTP", call, caller)
        _there(home, "routes", call.parameters["RouteId"])
        await control.moto_json(self._backend, call, caller)
        auto_deploy(home)
        return Reply(204)

    async def write_integration(self, call: ApiCall, caller: Caller) -> Reply:
        """CreateIntegration and UpdateIntegration."""
        home, asked = home_of("HTTP", call, caller), call.parameters
        creates = call.operation == "CreateIntegration"
        if not creates:
            _there(home, "integrations", asked["IntegrationId"])
        _check_integration(asked, creates)
        answer = await control.moto_json(self._backend, call, caller)
        auto_deploy(home)
        answer["connectionType"] = answer.get("connectionType") or "INTERNET"
        return Reply.of_json(_item(home, "integrations", answer), 201 if creates else 200)

    async def delete_integration(self, call: ApiCall, caller: Caller) -> Reply:
        home, key = home_of("HTTP", call, caller), call.parameters["IntegrationId"]
        _there(home, "integrations", key)
        users = [r.route_key for r in home.api.routes.values() if r.target == f"integrations/{key}"]
        if users:
            raise conflict(f"Cannot delete Integration '{key}' referenced by route(s): {', '.join(users)}")
        await control.moto_json(self._backend, call, caller)
        auto_deploy(home)
        return Reply(204)

    async def get_one(self, call: ApiCall, caller: Caller) -> Reply:
        """GetRoute and GetIntegration."""
        home = home_of("HTTP", call, caller)
        kind = "routes" if call.operation == "GetRoute" else "integrations"
        _there(home, kind, call.parameters["RouteId" if kind == "routes" else "IntegrationId"])
        answer = await control.moto_json(self._backend, call, caller)
        return Reply.of_json(_item(home, kind, answer))

    async def get_all(self, call: ApiCall, caller: Caller) -> Reply:
        """GetRoutes and GetIntegrations."""
        home = home_of("HTTP", call, caller)
        kind = "routes" if call.operation == "GetRoutes" else "integrations"
        answer = await control.moto_json(self._backend, call, caller)
        items, token = control.paged([_item(home, kind, item) for item in answer["items"]], call.parameters)
        return Reply.of_json(control.without_nulls({"items": items, "nextToken": token}))

    def _api(self, answer: Json) -> Json:
        """An API as AWS gives it, but for its endpoint: an address that works on this machine."""
        endpoint = f"{self._settings.url}/_aws/execute-api/{answer['apiId']}"
        return control.without_nulls({**answer, "apiEndpoint": endpoint})


def _item(home: ApiHandle, kind: str, answer: Json) -> Json:
    key = answer["routeId" if kind == "routes" else "integrationId"]
    managed = True if http_apis.is_managed(home, kind, key) else None
    return control.without_nulls({**answer, "apiGatewayManaged": managed})


def _there(home: ApiHandle, kind: str, key: str) -> None:
    if key not in getattr(home.api, kind):
        noun = "Route" if kind == "routes" else "Integration"
        raise not_found(f"Invalid {noun} identifier specified {key}")


def _check_route_key(key: str) -> None:
    problem = route_key_problem(key)
    if problem:
        raise bad_request(problem)


def _check_unique(home: ApiHandle, key: str, route_id: str | None) -> None:
    # Names of path variables do not tell routes apart: no request could choose between them.
    shape = re.sub(r"\{[^}+]*", "{", key)
    for other in home.api.routes.values():
        if other.route_id != route_id and re.sub(r"\{[^}+]*", "{", other.route_key) == shape:
            raise conflict(f"Route with key {key} already exists for this API")


def _check_target(home: ApiHandle, target: str | None) -> None:
    if target is None:
        return
    kind, _, key = target.partition("/")
    if kind != "integrations" or key not in home.api.integrations:
        raise bad_request(
            f"Invalid target '{target}': it should be integrations/ and an integration's id of this API"
        )


def _check_integration(asked: Json, creates: bool) -> None:
    if creates or "IntegrationType" in asked:
        kind = asked.get("IntegrationType")
        if kind in ("HTTP_PROXY", "HTTP", "AWS", "MOCK"):
            raise NotModelled(f"{kind} integrations of HTTP APIs (IntegrationType)")
        if kind != "AWS_PROXY":
            raise bad_request(f"Invalid integration type {kind}: HTTP APIs know AWS_PROXY and HTTP_PROXY")
    control.refuse_members(asked, _INTEGRATION_REFUSED)
    if asked.get("ConnectionType", "INTERNET") != "INTERNET":
        raise NotModelled(f"private integrations (ConnectionType {asked['ConnectionType']})")
    if creates or "IntegrationUri" in asked:
        _check_uri(asked.get("IntegrationUri") or "")
    if creates and not asked.get("PayloadFormatVersion"):
        # Required from the CLI, CloudFormation and SDKs: API Gateway Developer Guide, "Working with
        # AWS Lambda proxy integrations for HTTP APIs" (case http-payload-version-required).
        raise bad_request(
            "PayloadFormatVersion is required for AWS_PROXY integrations of HTTP APIs: 1.0 or 2.0"
        )
    if asked.get("PayloadFormatVersion", "2.0") not in ("1.0", "2.0"):
        raise bad_request(
            f"Invalid PayloadFormatVersion {asked['PayloadFormatVersion']}: it should be 1.0 or 2.0"
        )
    timeout = asked.get("TimeoutInMillis")
    if timeout is not None and not 50 <= int(timeout) <= HTTP_TIMEOUT_MS:
        raise bad_request(f"Timeout should be between 50 ms and {HTTP_TIMEOUT_MS} ms")


def _check_uri(uri: str) -> None:
    if uri.startswith(("http://", "https://")):
        raise NotModelled("HTTP_PROXY integrations", "Use the ARN of a Lambda function.")
    if function_of(sample(uri)) is None:
        raise bad_request(f"Invalid function ARN or invalid uri: '{uri}'")


def _check_cors(configuration: dict[str, Any] | None) -> None:
    if not configuration:
        return
    if configuration.get("AllowCredentials") and "*" in (configuration.get("AllowOrigins") or ()):
        raise bad_request("allowCredentials cannot be true while allowOrigins holds '*'")
    age = configuration.get("MaxAge")
    if age is not None and not -1 <= int(age) <= 86_400:
        raise bad_request("maxAge should be between -1 and 86400 seconds")
