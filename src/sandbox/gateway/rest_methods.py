"""Methods of REST APIs with their integrations and responses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import calls, rest_apis
from sandbox.backend.apis import ApiHandle
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import AwsError, NotModelled
from sandbox.gateway import control
from sandbox.gateway.control import Handler, Json, bad_request
from sandbox.gateway.deployments import REST_TIMEOUT_MS
from sandbox.gateway.guard import AWS_IAM, NONE
from sandbox.gateway.integration_checks import check_integration
from sandbox.gateway.patches import entry, is_true
from sandbox.gateway.permission import AS_CALLER
from sandbox.gateway.rest_lookups import (
    integration_of,
    method_of,
    resource_of,
    tidy_integration,
    tidy_method,
)
from sandbox.gateway.rest_responses import RestResponses
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
# Its members that are maps, by whose entries it is patched.
_INTEGRATION_ENTRIES = {"requestTemplates": "request_templates", "requestParameters": "request_parameters"}

_METHOD_PATHS = frozenset(
    ("/authorizationType", "/apiKeyRequired", "/authorizerId", "/operationName", "/requestValidatorId")
)


_AUTHORIZERS = {"CUSTOM": "Lambda authorizers", "COGNITO_USER_POOLS": "Cognito user pool authorizers"}
"""By the authorization type of a method that asks one."""


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
            **RestResponses(backend).handlers,
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
        return Reply.of_json(tidy_method(home, call), 201)

    async def get_method(self, call: ApiCall, caller: Caller) -> Reply:
        return Reply.of_json(tidy_method(method_of(call, caller), call))

    async def update_method(self, call: ApiCall, caller: Caller) -> Reply:
        home = method_of(call, caller)
        asked = call.parameters
        current = rest_apis.method_json(home, asked["resourceId"], asked["httpMethod"])
        members: dict[str, Any] = {}
        for operation in asked.get("patchOperations") or ():
            _patch_method(home, operation, current, members)
        rest_apis.set_method(home, asked["resourceId"], asked["httpMethod"], **members)
        return Reply.of_json(tidy_method(home, call))

    async def delete_method(self, call: ApiCall, caller: Caller) -> Reply:
        method_of(call, caller)
        await control.moto_json(self._backend, call, caller)
        return Reply(204)

    async def put_integration(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = method_of(call, caller), call.parameters
        check_integration(asked, _declared(home, call))
        as_caller = asked.get("credentials") == AS_CALLER
        await control.moto_json(self._backend, _without_credentials(call) if as_caller else call, caller)
        timeout = asked.get("timeoutInMillis") or REST_TIMEOUT_MS
        rest_apis.set_integration(
            home,
            asked["resourceId"],
            asked["httpMethod"],
            timeout_in_millis=int(timeout),
            passthrough_behaviour=asked.get("passthroughBehavior") or "WHEN_NO_MATCH",
            cache_namespace=asked.get("cacheNamespace") or asked["resourceId"],
            **({"credentials": AS_CALLER} if as_caller else {}),
            connection_type="INTERNET" if asked["type"] in ("HTTP", "HTTP_PROXY") else None,
        )
        return Reply.of_json(tidy_integration(integration_of(call, caller)[1]), 201)

    async def get_integration(self, call: ApiCall, caller: Caller) -> Reply:
        return Reply.of_json(tidy_integration(integration_of(call, caller)[1]))

    async def update_integration(self, call: ApiCall, caller: Caller) -> Reply:
        home, current = integration_of(call, caller)
        asked = call.parameters
        members: dict[str, Any] = {}
        for operation in asked.get("patchOperations") or ():
            _patch_integration(operation, current, members)
        http_method = members.get("http_method", current["httpMethod"])
        check_integration(
            {
                "type": current["type"],
                "uri": members.get("uri", current["uri"]),
                "integrationHttpMethod": http_method,
                "credentials": members.get("credentials"),
                "requestTemplates": members.get("request_templates"),
                "requestParameters": members.get("request_parameters"),
                "timeoutInMillis": members.get("timeout_in_millis"),
            },
            _declared(home, call),
        )
        rest_apis.set_integration(home, asked["resourceId"], asked["httpMethod"], **members)
        return Reply.of_json(tidy_integration(integration_of(call, caller)[1]))

    async def delete_integration(self, call: ApiCall, caller: Caller) -> Reply:
        integration_of(call, caller)
        await control.moto_json(self._backend, call, caller)
        return Reply(204)


def _without_credentials(call: ApiCall) -> ApiCall:
    """A PutIntegration without its credentials: moto takes `*` in them for another account."""
    asked = {**call.parameters, "credentials": None}
    given = {name: value for name, value in asked.items() if value is not None}
    return replace(call, request=calls.request(call.service, call.operation, given, call.region))


def _declared(home: ApiHandle, call: ApiCall) -> list[str]:
    """The request parameters of the method that a call names."""
    asked = call.parameters
    method = rest_apis.method_json(home, asked["resourceId"], asked["httpMethod"])
    return list(method.get("requestParameters") or {})


def _check_authorization(kind: str | None, api_key: Any) -> None:
    if kind in _AUTHORIZERS:
        raise NotModelled(f"{_AUTHORIZERS[kind]} (authorizationType {kind})", "Use NONE or AWS_IAM.")
    if kind not in (NONE, AWS_IAM):
        known = ", ".join((NONE, AWS_IAM, *_AUTHORIZERS))
        raise bad_request(f"Invalid authorization type specified: {kind}. It should be one of: {known}")
    if api_key in (True, "true"):
        raise NotModelled("API keys (apiKeyRequired)")


def _patch_method(home: ApiHandle, operation: Json, current: Json, members: Json) -> None:
    """Apply one patch operation of UpdateMethod to `members`, by moto's attributes."""
    op, path, value = operation["op"], operation["path"], operation.get("value")
    for name, attribute in (("requestParameters", "request_parameters"), ("requestModels", "request_models")):
        key = entry(operation, name)
        if key is not None:
            entries = members.setdefault(attribute, dict(current.get(name) or {}))
            if op == "remove":
                entries.pop(key, None)
            else:
                entries[key] = value if name == "requestModels" else is_true(value)
            return
    if path not in _METHOD_PATHS:
        raise bad_request(f"Invalid patch path {path}")
    if op != "replace":
        raise bad_request("Invalid patch operation specified. Must be one of: [replace]")
    if path == "/authorizationType":
        _check_authorization(value, None)
        members["authorization_type"] = value
    elif path == "/apiKeyRequired":
        _check_authorization(NONE, value)
    elif path == "/authorizerId":
        raise NotModelled("authorizers (authorizerId)")
    elif path == "/operationName":
        members["operation_name"] = value
    else:
        if value and value not in home.api.request_validators:
            raise bad_request("Invalid Request Validator identifier specified")
        members["request_validator_id"] = value or None


def _patch_integration(operation: Json, current: Json, members: Json) -> None:
    """Apply one patch operation of UpdateIntegration to `members`, by moto's attributes."""
    op, path, value = operation["op"], operation["path"], operation.get("value")
    for member, attribute in _INTEGRATION_ENTRIES.items():
        key = entry(operation, member)
        if key is not None:
            entries = members.setdefault(attribute, dict(current.get(member) or {}))
            if op == "remove":
                entries.pop(key, None)
            else:
                entries[key] = value
            return
    name = _INTEGRATION_MEMBERS.get(path)
    if op != "replace" or name is None:
        raise NotModelled(f"the patch operation {op} {path} of integrations")
    members[name] = int(str(value)) if name == "timeout_in_millis" and str(value).isdigit() else value
