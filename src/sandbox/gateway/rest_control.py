"""The control plane of REST APIs (apigateway): APIs and resources.

moto keeps them; what it does not check is checked here, and what is not modelled is refused here.
Messages: localstack/localstack, tests/aws/services/apigateway/test_apigateway_api.snapshot.json
(recorded on AWS).
"""

from __future__ import annotations

import re
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import apis, rest_apis
from sandbox.backend.apis import ApiHandle
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import AwsError, NotModelled
from sandbox.gateway import control, gateway_responses
from sandbox.gateway.control import Handler, Json, bad_request, conflict, home_of, not_found
from sandbox.gateway.invocation import Invoker
from sandbox.gateway.rest_methods import RestMethods, resource_of
from sandbox.gateway.rest_stages import RestStages
from sandbox.gateway.trial_invoke import MethodTests
from sandbox.iam import Caller
from sandbox.messages import Reply
from sandbox.settings import Settings
from sandbox.trace import Tracer

SERVICE = "apigateway"

_PATH_PART = re.compile(r"[\w.:$-]+|\{[\w.:$-]+\+?\}")
_BAD_PATH_PART = (
    "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable "
    "and curly braces at the beginning and the end."
)

_NOT_MODELLED = {
    "ImportRestApi": "APIs from an OpenAPI document",
    "PutRestApi": "APIs from an OpenAPI document",
    "GetExport": "OpenAPI documents of APIs",
    "GetSdk": "generated SDKs",
    "CreateAuthorizer": "authorizers",
    "CreateApiKey": "API keys",
    "CreateUsagePlan": "usage plans",
    "CreateUsagePlanKey": "usage plans",
    "CreateDomainName": "custom domain names",
    "CreateBasePathMapping": "custom domain names",
    "CreateVpcLink": "VPC links",
    "UpdateGatewayResponse": "changes of gateway responses by patch",
    "CreateDocumentationPart": "documentation of APIs",
    "CreateDocumentationVersion": "documentation of APIs",
}

_API_REFUSED = {
    "policy": "resource policies of APIs",
    "minimumCompressionSize": "compression",
    "cloneFrom": "cloning of APIs",
}

# Paths of UpdateRestApi's patch operations, and moto's attributes.
_API_MEMBERS = {"/name": "name", "/description": "description", "/apiKeySource": "api_key_source"}


class RestControl:
    """Handlers of the apigateway operations that the sandbox answers."""

    def __init__(self, settings: Settings, backend: MotoBackend, invoker: Invoker, tracer: Tracer) -> None:
        self._backend = backend
        handlers: dict[str, Handler] = {
            "CreateRestApi": self.create_api,
            "GetRestApi": self.get_api,
            "GetRestApis": self.get_apis,
            "UpdateRestApi": self.update_api,
            "DeleteRestApi": self.delete_api,
            "CreateResource": self.create_resource,
            "GetResource": self.get_resource,
            "GetResources": self.get_resources,
            "UpdateResource": self.update_resource,
            "DeleteResource": self.delete_resource,
            "CreateModel": self.create_model,
            "PutGatewayResponse": self.put_gateway_response,
            "GetGatewayResponse": self.get_gateway_response,
            "GetGatewayResponses": self.get_gateway_responses,
            "DeleteGatewayResponse": self.delete_gateway_response,
            **RestMethods(backend).handlers,
            **RestStages().handlers,
            **MethodTests(invoker, tracer).handlers,
            **{operation: control.refuse(what) for operation, what in _NOT_MODELLED.items()},
        }
        self.operations = {(SERVICE, operation): handler for operation, handler in handlers.items()}

    async def create_api(self, call: ApiCall, caller: Caller) -> Reply:
        asked = call.parameters
        if not asked.get("name"):
            raise bad_request("Invalid Name: an API needs one")
        control.refuse_members(asked, _API_REFUSED)
        if "PRIVATE" in ((asked.get("endpointConfiguration") or {}).get("types") or ()):
            raise NotModelled("private APIs (endpointConfiguration types PRIVATE)")
        made = await control.moto_json(self._backend, call, caller)
        home = apis.handle("REST", caller.account, call.region, made["id"])
        assert home is not None, "moto has just made it"
        kinds = list(asked.get("binaryMediaTypes") or ())
        rest_apis.set_members(home, binaryMediaTypes=kinds, version=asked.get("version"))
        return Reply.of_json(_api(home), 201)

    async def get_api(self, call: ApiCall, caller: Caller) -> Reply:
        return Reply.of_json(_api(home_of("REST", call, caller)))

    async def get_apis(self, call: ApiCall, caller: Caller) -> Reply:
        answer = await control.moto_json(self._backend, call, caller)
        limit, position = call.parameters.get("limit"), call.parameters.get("position")
        page = {"MaxResults": limit, "NextToken": position}
        items, token = control.paged([_tidy(item) for item in answer["item"]], page, 500)
        return Reply.of_json(control.without_nulls({"item": items, "position": token}))

    async def update_api(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("REST", call, caller)
        for operation in call.parameters.get("patchOperations") or ():
            _patch_api(home, operation)
        return Reply.of_json(_api(home))

    async def delete_api(self, call: ApiCall, caller: Caller) -> Reply:
        home_of("REST", call, caller)
        await control.moto_json(self._backend, call, caller)
        return Reply(202)

    async def create_resource(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = home_of("REST", call, caller), call.parameters
        _check_place(home, asked["parentId"], asked.get("pathPart") or "")
        return Reply.of_json(await control.moto_json(self._backend, call, caller), 201)

    async def get_resource(self, call: ApiCall, caller: Caller) -> Reply:
        home, key = resource_of(call, caller)
        return Reply.of_json(_resource(home, key, call))

    async def get_resources(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("REST", call, caller)
        limit, position = call.parameters.get("limit"), call.parameters.get("position")
        everything = [_resource(home, key, call) for key in home.api.resources]
        items, token = control.paged(everything, {"MaxResults": limit, "NextToken": position}, 500)
        return Reply.of_json(control.without_nulls({"item": items, "position": token}))

    async def update_resource(self, call: ApiCall, caller: Caller) -> Reply:
        home, key = resource_of(call, caller)
        resource = home.api.resources[key]
        if resource.parent_id is None:
            raise bad_request("Root resource cannot be updated.")
        part, parent = resource.path_part, resource.parent_id
        for operation in call.parameters.get("patchOperations") or ():
            op, path = operation["op"], operation["path"]
            if op != "replace":
                raise _unsupported(op, path)
            if path == "/pathPart":
                part = operation["value"]
            elif path == "/parentId":
                parent = operation["value"]
            else:
                known = "Must be one of: [/parentId, /pathPart]"
                raise bad_request(f"Invalid patch path  '{path}' specified for op '{op}'. {known}")
        _check_place(home, parent, part, key)
        rest_apis.set_resource(home, key, part, parent)
        return Reply.of_json(rest_apis.resource_json(home, key))

    async def delete_resource(self, call: ApiCall, caller: Caller) -> Reply:
        """Delete a resource and all below it."""
        home, key = resource_of(call, caller)
        if home.api.resources[key].parent_id is None:
            raise bad_request("Root resource cannot be deleted")
        rest_apis.delete_resources(home, [key, *_below(home, key)])
        return Reply(202)

    async def create_model(self, call: ApiCall, caller: Caller) -> Reply:
        home_of("REST", call, caller)
        if "/restapis/" in (call.parameters.get("schema") or ""):
            raise NotModelled("models that refer to other models ($ref)")
        return Reply.of_json(await control.moto_json(self._backend, call, caller), 201)

    async def put_gateway_response(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = home_of("REST", call, caller), call.parameters
        kind = _response_type(call)
        parameters, templates = asked.get("responseParameters") or {}, asked.get("responseTemplates") or {}
        problem = gateway_responses.problem(parameters, templates)
        if problem:
            raise NotModelled(problem)
        await control.moto_json(self._backend, call, caller)
        return Reply.of_json(gateway_responses.described(kind, rest_apis.gateway_responses(home)), 201)

    async def get_gateway_response(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("REST", call, caller)
        changed = rest_apis.gateway_responses(home)
        return Reply.of_json(gateway_responses.described(_response_type(call), changed))

    async def get_gateway_responses(self, call: ApiCall, caller: Caller) -> Reply:
        changed = rest_apis.gateway_responses(home_of("REST", call, caller))
        described = [gateway_responses.described(kind, changed) for kind in gateway_responses.STATUS]
        return Reply.of_json({"item": described})

    async def delete_gateway_response(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("REST", call, caller)
        if _response_type(call) not in rest_apis.gateway_responses(home):
            raise not_found("Gateway response type not defined on api")
        await control.moto_json(self._backend, call, caller)
        return Reply(202)


def _response_type(call: ApiCall) -> str:
    kind: str = call.parameters["responseType"]
    if kind not in gateway_responses.STATUS:
        known = ", ".join(gateway_responses.STATUS)
        text = (
            f"1 validation error detected: Value '{kind}' at 'responseType' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{known}]"
        )
        raise AwsError("ValidationException", text, 400)
    return kind


def _resource(home: ApiHandle, key: str, call: ApiCall) -> Json:
    """A resource; its methods whole only where `embed` asks for them."""
    resource = rest_apis.resource_json(home, key)
    if "resourceMethods" in resource and "methods" not in (call.parameters.get("embed") or ()):
        resource["resourceMethods"] = {verb: {} for verb in resource["resourceMethods"]}
    return resource


def _api(home: ApiHandle) -> Json:
    return _tidy(home.api.to_dict())


def _tidy(api: Json) -> Json:
    """An API as AWS gives it: empty members left out."""
    kept = {key: value for key, value in api.items() if value not in (None, "", [], {})}
    kept["disableExecuteApiEndpoint"] = bool(api.get("disableExecuteApiEndpoint"))
    kept["endpointConfiguration"] = {"ipAddressType": "ipv4", **(api.get("endpointConfiguration") or {})}
    return kept


def _patch_api(home: ApiHandle, operation: Json) -> None:
    op, path, value = operation["op"], operation["path"], operation.get("value")
    if path.startswith("/binaryMediaTypes/"):
        _patch_binary(rest_apis.binary_media_types(home), op, path.removeprefix("/binaryMediaTypes/"), value)
    elif op != "replace":
        raise _unsupported(op, path)
    elif path == "/disableExecuteApiEndpoint":
        rest_apis.set_members(home, disableExecuteApiEndpoint=str(value).lower() == "true")
        home.changed()
    elif path in _API_MEMBERS:
        rest_apis.set_members(home, **{_API_MEMBERS[path]: value})
    else:
        raise NotModelled(f"changes of {path} by UpdateRestApi")


def _unsupported(op: str, path: str) -> AwsError:
    text = f"Invalid patch path  '{path}' specified for op '{op}'. Please choose supported operations"
    return bad_request(text)


def _patch_binary(kinds: list[str], op: str, key: str, value: Any) -> None:
    """`/binaryMediaTypes/image~1png`: in a JSON pointer, ~1 is a slash and ~0 a tilde."""
    kind = key.replace("~1", "/").replace("~0", "~")
    if op == "add" and kind not in kinds:
        kinds.append(kind)
    elif op in ("remove", "replace"):
        if kind not in kinds:
            raise not_found(f"Invalid binary media type {kind}")
        kinds.remove(kind)
        if op == "replace":
            kinds.append(str(value))


def _check_place(home: ApiHandle, parent_id: str, part: str, moved: str | None = None) -> None:
    """Whether a resource may be made, or moved, there."""
    resources = home.api.resources
    parent = resources.get(parent_id)
    if parent is None:
        raise not_found("Invalid Resource identifier specified")
    if not _PATH_PART.fullmatch(part):
        raise bad_request(_BAD_PATH_PART)
    if parent.path_part.endswith("+}"):
        raise bad_request(
            f"Cannot create a child of a resource with a greedy path variable: {parent.path_part}"
        )
    if moved is not None and parent_id in (moved, *_below(home, moved)):
        raise bad_request("Resources cannot be cyclical.")
    siblings = [r for r in resources.values() if r.parent_id == parent_id and r.id != moved]
    if any(sibling.path_part == part for sibling in siblings):
        raise conflict(f"Another resource with the same parent already has this name: {part}")
    if part.startswith("{"):
        for sibling in siblings:
            if sibling.path_part.startswith("{"):
                raise bad_request(
                    f"A sibling ({sibling.path_part}) of this resource already has a variable path part"
                    " -- only one is allowed"
                )


def _below(home: ApiHandle, resource_id: str) -> list[str]:
    """The ids of all resources below one."""
    children = [r.id for r in home.api.resources.values() if r.parent_id == resource_id]
    return children + [below for child in children for below in _below(home, child)]
