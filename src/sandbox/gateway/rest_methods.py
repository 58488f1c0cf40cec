"""Methods of REST APIs with their integrations and responses."""

from __future__ import annotations

from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import apis, rest_apis
from sandbox.backend.apis import ApiHandle
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import AwsError, NotModelled
from sandbox.gateway import control
from sandbox.gateway.control import Handler, Json, bad_request, not_found
from sandbox.gateway.deployments import REST_TIMEOUT_MS
from sandbox.gateway.integration_checks import check_integration, check_response
from sandbox.iam import Caller
from sandbox.messages import Reply

_VERBS = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY")
# Paths of UpdateIntegration's patch operations, and moto's attributes.
_INTEGRATION_MEMBERS = {
    "/uri": "uri",
    "/httpMethod": "http_method",
    "/credentials": "credentials",
    "/passthroughBehavior": "passthrough_behaviour",
    "/timeoutInMillis": "timeout_in_millis",
}


class RestMethods:
    """Handlers of the operations on methods, integrations and their responses."""

    def __init__(self, backend: MotoBackend) -> None:
        self._backend = backend
        self.handlers: dict[str, Handler] = {
            "PutMethod": self.put_method,
            "GetMethod": self.get_method,
            "UpdateMethod": self.update_method,
            "DeleteMethod": self.delete_method,
            "PutIntegration": self.put_integration,
            "GetIntegration": self.get_integration,
            "UpdateIntegration": self.update_integration,
            "DeleteIntegration": self.delete_integration,
            "PutIntegrationResponse": self.put_integration_response,
            "GetIntegrationResponse": self.get_integration_response,
            "DeleteIntegrationResponse": self.delete_integration_response,
            "UpdateIntegrationResponse": control.refuse("changes of integration responses by patch"),
            "PutMethodResponse": self.put_method_response,
            "GetMethodResponse": self.get_method_response,
            "DeleteMethodResponse": self.delete_method_response,
            "UpdateMethodResponse": control.refuse("changes of method responses by patch"),
        }

    async def put_method(self, call: ApiCall, caller: Caller) -> Reply:
        home, _ = resource_of(call, caller)
        asked = call.parameters
        verb = asked["httpMethod"]
        if verb not in _VERBS:
            raise bad_request(f"Invalid HttpMethod specified. Valid options are {','.join(_VERBS)}")
        if verb in home.api.resources[asked["resourceId"]].resource_methods:
            raise AwsError("ConflictException", "Method already exists for this resource", 409)
        _check_authorization(asked.get("authorizationType"), asked.get("apiKeyRequired"))
        control.refuse_members(asked, {"authorizerId": "authorizers", "authorizationScopes": "authorizers"})
        validator = asked.get("requestValidatorId")
        if validator and validator not in home.api.request_validators:
            raise bad_request("Invalid Request Validator identifier specified")
        for model in (asked.get("requestModels") or {}).values():
            if model not in home.api.models and model not in ("Empty", "Error"):
                raise bad_request(f"Invalid model identifier specified: {model}")
        await control.moto_json(self._backend, call, caller)
        return Reply.of_json(_method(home, call), 201)

    async def get_method(self, call: ApiCall, caller: Caller) -> Reply:
        return Reply.of_json(_method(method_of(call, caller), call))

    async def update_method(self, call: ApiCall, caller: Caller) -> Reply:
        home = method_of(call, caller)
        asked = call.parameters
        current = rest_apis.method_json(home, asked["resourceId"], asked["httpMethod"])
        members: dict[str, Any] = {}
        for operation in asked.get("patchOperations") or ():
            _patch_method(operation, current, members)
        rest_apis.set_method(home, asked["resourceId"], asked["httpMethod"], **members)
        return Reply.of_json(_method(home, call))

    async def delete_method(self, call: ApiCall, caller: Caller) -> Reply:
        method_of(call, caller)
        await control.moto_json(self._backend, call, caller)
        return Reply(204)

    async def put_integration(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = method_of(call, caller), call.parameters
        check_integration(asked)
        await control.moto_json(self._backend, call, caller)
        timeout = asked.get("timeoutInMillis") or REST_TIMEOUT_MS
        rest_apis.set_integration(
            home,
            asked["resourceId"],
            asked["httpMethod"],
            timeout_in_millis=int(timeout),
            passthrough_behaviour=asked.get("passthroughBehavior") or "WHEN_NO_MATCH",
            cache_namespace=asked.get("cacheNamespace") or asked["resourceId"],
        )
        return Reply.of_json(_integration(integration_of(call, caller)[1]), 201)

    async def get_integration(self, call: ApiCall, caller: Caller) -> Reply:
        return Reply.of_json(_integration(integration_of(call, caller)[1]))

    async def update_integration(self, call: ApiCall, caller: Caller) -> Reply:
        home, current = integration_of(call, caller)
        asked = call.parameters
        members: dict[str, Any] = {}
        for operation in asked.get("patchOperations") or ():
            name = _INTEGRATION_MEMBERS.get(operation["path"])
            if operation["op"] != "replace" or name is None:
                raise NotModelled(
                    f"the patch operation {operation['op']} {operation['path']} of integrations"
                )
            members[name] = operation["value"]
        http_method = members.get("http_method", current["httpMethod"])
        check_integration(
            {
                "type": current["type"],
                "uri": members.get("uri", current["uri"]),
                "integrationHttpMethod": http_method,
                "credentials": members.get("credentials"),
                "timeoutInMillis": members.get("timeout_in_millis"),
            }
        )
        rest_apis.set_integration(home, asked["resourceId"], asked["httpMethod"], **members)
        return Reply.of_json(_integration(integration_of(call, caller)[1]))

    async def delete_integration(self, call: ApiCall, caller: Caller) -> Reply:
        integration_of(call, caller)
        await control.moto_json(self._backend, call, caller)
        return Reply(204)

    async def put_integration_response(self, call: ApiCall, caller: Caller) -> Reply:
        integration_of(call, caller)
        asked = call.parameters
        check_response(method_of(call, caller), asked)
        answer = await control.moto_json(self._backend, call, caller)
        return Reply.of_json({"selectionPattern": asked.get("selectionPattern") or "", **answer}, 201)

    async def get_integration_response(self, call: ApiCall, caller: Caller) -> Reply:
        _, integration = integration_of(call, caller)
        return Reply.of_json(_response(integration.get("integrationResponses"), call))

    async def delete_integration_response(self, call: ApiCall, caller: Caller) -> Reply:
        _, integration = integration_of(call, caller)
        _response(integration.get("integrationResponses"), call)
        await control.moto_json(self._backend, call, caller)
        return Reply(204)

    async def put_method_response(self, call: ApiCall, caller: Caller) -> Reply:
        method_of(call, caller)
        answer = await control.moto_json(self._backend, call, caller)
        return Reply.of_json(control.without_nulls(answer), 201)

    async def get_method_response(self, call: ApiCall, caller: Caller) -> Reply:
        home = method_of(call, caller)
        return Reply.of_json(
            control.without_nulls(_response(_method(home, call).get("methodResponses"), call))
        )

    async def delete_method_response(self, call: ApiCall, caller: Caller) -> Reply:
        home = method_of(call, caller)
        _response(_method(home, call).get("methodResponses"), call)
        await control.moto_json(self._backend, call, caller)
        return Reply(204)


def resource_of(call: ApiCall, caller: Caller) -> tuple[ApiHandle, str]:
    """The resource that a call names; an unknown API is an unknown resource here, as on AWS."""
    asked = call.parameters
    home = apis.handle("REST", caller.account, call.region, asked.get("restApiId", ""))
    if home is None or asked["resourceId"] not in home.api.resources:
        raise not_found("Invalid Resource identifier specified")
    return home, asked["resourceId"]


def method_of(call: ApiCall, caller: Caller) -> ApiHandle:
    """The API of the method that a call names. Raises NotFoundException."""
    home, resource_id = resource_of(call, caller)
    if call.parameters["httpMethod"] not in home.api.resources[resource_id].resource_methods:
        raise not_found("Invalid Method identifier specified")
    return home


def integration_of(call: ApiCall, caller: Caller) -> tuple[ApiHandle, Json]:
    """The API and the integration of the method that a call names. Raises NotFoundException."""
    home = method_of(call, caller)
    method = rest_apis.method_json(home, call.parameters["resourceId"], call.parameters["httpMethod"])
    if not method.get("methodIntegration"):
        raise not_found("Invalid Integration identifier specified")
    return home, method["methodIntegration"]


def _method(home: ApiHandle, call: ApiCall) -> Json:
    """A method as AWS gives it: empty members left out."""
    asked = call.parameters
    method = rest_apis.method_json(home, asked["resourceId"], asked["httpMethod"])
    kept = {key: value for key, value in method.items() if value not in (None, {}, [])}
    if "methodIntegration" in kept:
        kept["methodIntegration"] = _integration(kept["methodIntegration"])
    if "methodResponses" in kept:
        kept["methodResponses"] = {k: control.without_nulls(v) for k, v in kept["methodResponses"].items()}
    return kept


def _integration(integration: Json) -> Json:
    return {key: value for key, value in integration.items() if value is not None and value != {}}


def _response(responses: Json | None, call: ApiCall) -> Json:
    found = (responses or {}).get(call.parameters["statusCode"])
    if found is None:
        raise not_found("Invalid Response status code specified")
    return dict(found)


def _check_authorization(kind: str | None, api_key: Any) -> None:
    if kind != "NONE":
        raise NotModelled(f"authorization of methods (authorizationType {kind})", "Use NONE.")
    if api_key in (True, "true"):
        raise NotModelled("API keys (apiKeyRequired)")


def _patch_method(operation: Json, current: Json, members: Json) -> None:
    """Apply one patch operation of UpdateMethod to `members`, by moto's attributes."""
    op, path, value = operation["op"], operation["path"], operation.get("value")
    for map_name, attribute in (
        ("requestParameters", "request_parameters"),
        ("requestModels", "request_models"),
    ):
        if path.startswith(f"/{map_name}/"):
            entries = members.setdefault(attribute, dict(current.get(map_name) or {}))
            key = path.removeprefix(f"/{map_name}/").replace("~1", "/").replace("~0", "~")
            if op == "remove":
                entries.pop(key, None)
            else:
                entries[key] = value if map_name == "requestModels" else str(value).lower() == "true"
            return
    if op != "replace":
        raise bad_request("Invalid patch operation specified. Must be one of: [replace]")
    if path == "/authorizationType":
        _check_authorization(value, None)
    elif path == "/apiKeyRequired":
        _check_authorization("NONE", value)
    elif path == "/operationName":
        members["operation_name"] = value
    elif path == "/requestValidatorId":
        members["request_validator_id"] = value
    else:
        raise bad_request(f"Invalid patch path {path}")
