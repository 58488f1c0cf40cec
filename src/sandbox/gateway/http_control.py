"""The control plane of HTTP APIs (apigatewayv2): APIs, routes and integrations.

moto keeps them; what it does not check is checked here, and what is not modelled is refused here.
"""

from __future__ import annotations

from sandbox.api_call import ApiCall
from sandbox.backend import apis, http_apis
from sandbox.backend.apis import ApiHandle
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import NotModelled
from sandbox.gateway import control, http_checks
from sandbox.gateway import http_quick_create as quick_create
from sandbox.gateway.control import Handler, Json, conflict, home_of
from sandbox.gateway.http_checks import check_there
from sandbox.gateway.http_import import HttpImport
from sandbox.gateway.http_stages import HttpStages, auto_deploy
from sandbox.gateway.http_tags import HttpTags
from sandbox.iam import Caller
from sandbox.messages import Reply
from sandbox.settings import Settings

SERVICE = "apigatewayv2"

_NOT_MODELLED = {
    "CreateAuthorizer": "authorizers",
    "ResetAuthorizersCache": "authorizers",
    "CreateVpcLink": "VPC links",
    "CreateDomainName": "custom domain names",
    "CreateApiMapping": "custom domain names",
    "CreateModel": "models of WebSocket APIs",
    "CreateIntegrationResponse": "integration responses of WebSocket APIs",
    "CreateRouteResponse": "route responses of WebSocket APIs",
    "DeleteRouteRequestParameter": "request parameters of WebSocket routes",
    "CreateRoutingRule": "routing rules",
    "PutRoutingRule": "routing rules",
    "CreatePortal": "portals",
    "CreatePortalProduct": "portals",
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
            **HttpImport(self._api).handlers,
            **HttpTags().handlers,
            **{operation: control.refuse(what) for operation, what in _NOT_MODELLED.items()},
        }
        self.operations = {(SERVICE, operation): handler for operation, handler in handlers.items()}

    async def create_api(self, call: ApiCall, caller: Caller) -> Reply:
        asked = call.parameters
        if asked.get("ProtocolType") == "WEBSOCKET":
            raise NotModelled("WebSocket APIs (ProtocolType WEBSOCKET)")
        quick_create.check(asked)
        http_checks.check_api(asked)
        made = await control.moto_json(self._backend, call, caller)
        if asked.get("Target") is not None:
            home = apis.handle("HTTP", caller.account, call.region, made["apiId"])
            assert home is not None, "moto has just made it"
            quick_create.make(home, asked)
            auto_deploy(home)
        return Reply.of_json(self._api(made), 201)

    async def get_api(self, call: ApiCall, caller: Caller) -> Reply:
        home_of("HTTP", call, caller)
        return Reply.of_json(self._api(await control.moto_json(self._backend, call, caller)))

    async def get_apis(self, call: ApiCall, caller: Caller) -> Reply:
        answer = await control.moto_json(self._backend, call, caller)
        items, token = control.paged([self._api(item) for item in answer["items"]], call.parameters)
        return Reply.of_json(control.without_nulls({"items": items, "nextToken": token}))

    async def update_api(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("HTTP", call, caller)
        quick_create.check_update(home, call.parameters)
        http_checks.check_api(call.parameters)
        answer = await control.moto_json(self._backend, call, caller)
        quick_create.update(home, call.parameters)
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
            check_there(home, "routes", asked["RouteId"])
        http_checks.check_route_members(asked)
        if creates or "RouteKey" in asked:
            http_checks.check_route_key(asked["RouteKey"])
            http_checks.check_unique(home, asked["RouteKey"], asked.get("RouteId"))
            if not creates and asked["RouteKey"] != home.api.routes[asked["RouteId"]].route_key:
                quick_create.refuse_managed(
                    home, "routes", asked["RouteId"], "The key of the route cannot be changed"
                )
        http_checks.check_target(home, asked.get("Target"))
        answer = await control.moto_json(self._backend, call, caller)
        auto_deploy(home)
        return Reply.of_json(_item(home, "routes", answer), 201 if creates else 200)

    async def delete_route(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("HTTP", call, caller)
        check_there(home, "routes", call.parameters["RouteId"])
        await control.moto_json(self._backend, call, caller)
        auto_deploy(home)
        return Reply(204)

    async def write_integration(self, call: ApiCall, caller: Caller) -> Reply:
        """CreateIntegration and UpdateIntegration."""
        home, asked = home_of("HTTP", call, caller), call.parameters
        creates = call.operation == "CreateIntegration"
        there: Json = {}
        if not creates:
            check_there(home, "integrations", asked["IntegrationId"])
            there = http_apis.integration_json(home, asked["IntegrationId"])
        http_checks.check_integration(asked, creates, there.get("integrationType", ""))
        answer = await control.moto_json(self._backend, call, caller)
        answer |= _settled(home, answer["integrationId"], there, asked)
        auto_deploy(home)
        answer["connectionType"] = answer.get("connectionType") or "INTERNET"
        return Reply.of_json(_item(home, "integrations", answer), 201 if creates else 200)

    async def delete_integration(self, call: ApiCall, caller: Caller) -> Reply:
        home, key = home_of("HTTP", call, caller), call.parameters["IntegrationId"]
        check_there(home, "integrations", key)
        quick_create.refuse_managed(home, "integrations", key, "The integration cannot be deleted")
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
        check_there(home, kind, call.parameters["RouteId" if kind == "routes" else "IntegrationId"])
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
        return control.without_nulls({**answer, "apiEndpoint": endpoint, "ipAddressType": "ipv4"})


def _item(home: ApiHandle, kind: str, answer: Json) -> Json:
    key = answer["routeId" if kind == "routes" else "integrationId"]
    managed = True if http_apis.is_managed(home, kind, key) else None
    # moto has parameters where there are none, AWS not at all.
    parameters = answer.get("requestParameters") or None
    return control.without_nulls({**answer, "apiGatewayManaged": managed, "requestParameters": parameters})


def _settled(home: ApiHandle, key: str, there: Json, asked: Json) -> Json:
    """What a written integration is told to have besides: its payload format, and mapped parameters.

    An update adds to the parameters that are there; an empty value takes one away, an empty map all of a
    status (API Gateway Developer Guide, *Remove configured parameter mappings*).
    """
    request = {**(there.get("requestParameters") or {}), **(asked.get("RequestParameters") or {})}
    response = {**(there.get("responseParameters") or {}), **(asked.get("ResponseParameters") or {})}
    kept = {name: value for name, value in request.items() if value}
    answers = {status: given for status, given in response.items() if given}
    http_apis.settle_integration(home, key, kept, answers)
    made = http_apis.integration_json(home, key)
    return {name: made[name] for name in ("requestParameters", "responseParameters", "payloadFormatVersion")}
