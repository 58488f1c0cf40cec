"""Resources, methods and integrations of REST APIs, looked up as calls name them."""

from __future__ import annotations

from sandbox.api_call import ApiCall
from sandbox.backend import apis, rest_apis
from sandbox.backend.apis import ApiHandle
from sandbox.gateway import control
from sandbox.gateway.control import Json, not_found
from sandbox.iam import Caller


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


def tidy_method(home: ApiHandle, call: ApiCall) -> Json:
    """A method as AWS gives it: empty members left out."""
    asked = call.parameters
    method = rest_apis.method_json(home, asked["resourceId"], asked["httpMethod"])
    kept = {key: value for key, value in method.items() if value not in (None, {}, [])}
    if "methodIntegration" in kept:
        kept["methodIntegration"] = tidy_integration(kept["methodIntegration"])
    if "methodResponses" in kept:
        kept["methodResponses"] = {k: control.without_nulls(v) for k, v in kept["methodResponses"].items()}
    return kept


def tidy_integration(integration: Json) -> Json:
    return {key: value for key, value in integration.items() if value is not None and value != {}}
