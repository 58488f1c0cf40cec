"""The control plane of REST APIs (apigateway): APIs and resources.

moto keeps them; what it does not check is checked here, and what is not modelled is refused here.
Messages: localstack/localstack, tests/aws/services/apigateway/test_apigateway_api.snapshot.json
(recorded on AWS).
"""

from __future__ import annotations

from sandbox.api_call import ApiCall
from sandbox.backend import apis, rest_apis
from sandbox.backend.apis import ApiHandle
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import NotModelled
from sandbox.gateway import control, rest_policies
from sandbox.gateway.control import Handler, Json, bad_request, conflict, home_of, not_found
from sandbox.gateway.guard import Guard
from sandbox.gateway.invocation import Invoker
from sandbox.gateway.patches import unsupported
from sandbox.gateway.rest_account import RestAccounts, RestTags
from sandbox.gateway.rest_api_patches import patch_api
from sandbox.gateway.rest_descriptions import described_api, tidy_api
from sandbox.gateway.rest_gateway_responses import RestGatewayResponses
from sandbox.gateway.rest_import import RestImports
from sandbox.gateway.rest_lookups import resource_of
from sandbox.gateway.rest_methods import RestMethods
from sandbox.gateway.rest_models import RestModels, RestValidators
from sandbox.gateway.rest_places import place_problem
from sandbox.gateway.rest_stages import RestStages
from sandbox.gateway.trial_invoke import MethodTests
from sandbox.iam import Caller
from sandbox.messages import Reply
from sandbox.settings import Settings
from sandbox.trace import Tracer

SERVICE = "apigateway"
_WAF = "wafv2"

_NOT_MODELLED = {
    "GetSdk": "generated SDKs",
    "CreateAuthorizer": "authorizers",
    "TestInvokeAuthorizer": "authorizers",
    "CreateApiKey": "API keys",
    "ImportApiKeys": "API keys",
    "CreateUsagePlan": "usage plans",
    "CreateUsagePlanKey": "usage plans",
    "CreateDomainName": "custom domain names",
    "CreateBasePathMapping": "custom domain names",
    "CreateVpcLink": "VPC links",
    "GenerateClientCertificate": "client certificates",
    "CreateDocumentationPart": "documentation of APIs",
    "CreateDocumentationVersion": "documentation of APIs",
}

_API_REFUSED = {
    "minimumCompressionSize": "compression",
    "cloneFrom": "cloning of APIs",
}


class RestControl:
    """Handlers of the apigateway operations that the sandbox answers."""

    def __init__(
        self, settings: Settings, backend: MotoBackend, invoker: Invoker, guard: Guard, tracer: Tracer
    ) -> None:
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
            **RestMethods(backend).handlers,
            **RestStages().handlers,
            **RestImports(backend).handlers,
            **RestModels().handlers,
            **RestValidators().handlers,
            **RestGatewayResponses(backend).handlers,
            **RestAccounts(backend).handlers,
            **RestTags().handlers,
            **MethodTests(invoker, guard, tracer).handlers,
            **{operation: control.refuse(what) for operation, what in _NOT_MODELLED.items()},
        }
        self.operations = {(SERVICE, operation): handler for operation, handler in handlers.items()}
        # moto would say that the web ACL is associated, and nothing would come of it.
        self.operations[_WAF, "AssociateWebACL"] = control.refuse("AWS WAF in front of APIs")

    async def create_api(self, call: ApiCall, caller: Caller) -> Reply:
        asked = call.parameters
        if not asked.get("name"):
            raise bad_request("Invalid Name: an API needs one")
        control.refuse_members(asked, _API_REFUSED)
        if asked.get("description") == "":
            raise bad_request("Description cannot be an empty string")
        if asked.get("apiKeySource", "HEADER") != "HEADER":
            raise NotModelled(f"API keys (apiKeySource {asked['apiKeySource']})")
        _check_endpoint(asked.get("endpointConfiguration") or {})
        policy = rest_policies.checked(asked.get("policy"))
        made = await control.moto_json(self._backend, call, caller)
        home = apis.handle("REST", caller.account, call.region, made["id"])
        assert home is not None, "moto has just made it"
        kinds = list(asked.get("binaryMediaTypes") or ())
        text = rest_policies.kept(policy, home) if policy else None
        rest_apis.set_members(home, binaryMediaTypes=kinds, version=asked.get("version"), policy=text)
        rest_apis.add_default_models(home)
        return Reply.of_json(described_api(home), 201)

    async def get_api(self, call: ApiCall, caller: Caller) -> Reply:
        return Reply.of_json({"tags": {}, **described_api(home_of("REST", call, caller))})

    async def get_apis(self, call: ApiCall, caller: Caller) -> Reply:
        answer = await control.moto_json(self._backend, call, caller)
        limit, position = call.parameters.get("limit"), call.parameters.get("position")
        page = {"MaxResults": limit, "NextToken": position}
        items, token = control.paged([tidy_api(item) for item in answer["item"]], page, 500)
        return Reply.of_json(control.without_nulls({"item": items, "position": token}))

    async def update_api(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("REST", call, caller)
        patch_api(home, call.parameters.get("patchOperations") or [])
        return Reply.of_json({"tags": {}, **described_api(home)})

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
        part, parent = resource.path_part, resource.parent_id
        for operation in call.parameters.get("patchOperations") or ():
            op, path = operation["op"], operation["path"]
            if op != "replace":
                raise unsupported(op, path)
            if resource.parent_id is None and path in ("/pathPart", "/parentId"):
                raise bad_request(f"Root resource cannot update its {path[1:]}.")
            if path == "/pathPart":
                part = operation["value"]
            elif path == "/parentId":
                parent = operation["value"]
            else:
                known = "Must be one of: [/parentId, /pathPart]"
                raise bad_request(f"Invalid patch path  '{path}' specified for op '{op}'. {known}")
        if parent is not None:
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


def _check_endpoint(configuration: Json) -> None:
    """Raise BadRequestException for endpoint types that no API can have."""
    kinds = configuration.get("types")
    if "PRIVATE" in (kinds or ()):
        raise NotModelled("private APIs (endpointConfiguration types PRIVATE)")
    if kinds == []:
        raise bad_request("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
    if len(kinds or ()) > 1:
        raise bad_request("Cannot create an api with multiple Endpoint Types.")


def _resource(home: ApiHandle, key: str, call: ApiCall) -> Json:
    """A resource; its methods whole only where `embed` asks for them."""
    resource = rest_apis.resource_json(home, key)
    if "resourceMethods" in resource and "methods" not in (call.parameters.get("embed") or ()):
        resource["resourceMethods"] = {verb: {} for verb in resource["resourceMethods"]}
    return resource


def _check_place(home: ApiHandle, parent_id: str, part: str, moved: str | None = None) -> None:
    """Whether a resource may be made, or moved, there."""
    resources = home.api.resources
    parent = resources.get(parent_id)
    if parent is None:
        raise not_found("Invalid Resource identifier specified")
    if moved is not None and parent_id in (moved, *_below(home, moved)):
        raise bad_request("Resources cannot be cyclical.")
    siblings = [r for r in resources.values() if r.parent_id == parent_id and r.id != moved]
    if any(sibling.path_part == part for sibling in siblings):
        raise conflict(f"Another resource with the same parent already has this name: {part}")
    problem = place_problem(part, parent.path_part, [sibling.path_part for sibling in siblings])
    if problem:
        raise bad_request(problem)


def _below(home: ApiHandle, resource_id: str) -> list[str]:
    """The ids of all resources below one."""
    children = [r.id for r in home.api.resources.values() if r.parent_id == resource_id]
    return children + [below for child in children for below in _below(home, child)]
