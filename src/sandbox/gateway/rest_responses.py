"""Method responses and integration responses of REST APIs.

Sources: API Reference, *Patch operations* (UpdateIntegrationResponse, UpdateMethodResponse).
"""

from __future__ import annotations

from sandbox.api_call import ApiCall
from sandbox.backend import rest_apis
from sandbox.backend.moto_backend import MotoBackend
from sandbox.gateway import control
from sandbox.gateway.control import Handler, Json, bad_request, not_found
from sandbox.gateway.integration_checks import check_response
from sandbox.gateway.patches import entry, is_true
from sandbox.gateway.rest_lookups import integration_of, method_of, tidy_method
from sandbox.iam import Caller
from sandbox.messages import Reply


class RestResponses:
    """Handlers of the operations on responses."""

    def __init__(self, backend: MotoBackend) -> None:
        self._backend = backend
        self.handlers: dict[str, Handler] = {
            "PutIntegrationResponse": self.put_integration_response,
            "GetIntegrationResponse": self.get_integration_response,
            "UpdateIntegrationResponse": self.update_integration_response,
            "DeleteIntegrationResponse": self.delete_integration_response,
            "PutMethodResponse": self.put_method_response,
            "GetMethodResponse": self.get_method_response,
            "UpdateMethodResponse": self.update_method_response,
            "DeleteMethodResponse": self.delete_method_response,
        }

    async def put_integration_response(self, call: ApiCall, caller: Caller) -> Reply:
        integration_of(call, caller)
        asked = call.parameters
        check_response(method_of(call, caller), asked)
        answer = await control.moto_json(self._backend, call, caller)
        return Reply.of_json({"selectionPattern": asked.get("selectionPattern") or "", **answer}, 201)

    async def get_integration_response(self, call: ApiCall, caller: Caller) -> Reply:
        _, integration = integration_of(call, caller)
        return Reply.of_json(_response(integration.get("integrationResponses"), call))

    async def update_integration_response(self, call: ApiCall, caller: Caller) -> Reply:
        home, integration = integration_of(call, caller)
        changed = _response(integration.get("integrationResponses"), call)
        for operation in call.parameters.get("patchOperations") or ():
            if (operation["op"], operation["path"]) == ("replace", "/selectionPattern"):
                changed["selectionPattern"] = operation.get("value")
            elif not _patch_entries(changed, operation, ("responseParameters", "responseTemplates")):
                raise bad_request(f"Invalid patch path {operation['path']}")
        check_response(home, {**call.parameters, **changed})
        rest_apis.set_integration_response(home, *_place(call), changed)
        return Reply.of_json(changed)

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
            control.without_nulls(_response(tidy_method(home, call).get("methodResponses"), call))
        )

    async def update_method_response(self, call: ApiCall, caller: Caller) -> Reply:
        home = method_of(call, caller)
        changed = _response(tidy_method(home, call).get("methodResponses"), call)
        for operation in call.parameters.get("patchOperations") or ():
            if not _patch_entries(changed, operation, ("responseParameters", "responseModels")):
                raise bad_request(f"Invalid patch path {operation['path']}")
        for name, value in (changed.get("responseParameters") or {}).items():
            changed["responseParameters"][name] = is_true(value)
        rest_apis.set_method_response(home, *_place(call), changed)
        return Reply.of_json(changed)

    async def delete_method_response(self, call: ApiCall, caller: Caller) -> Reply:
        home = method_of(call, caller)
        _response(tidy_method(home, call).get("methodResponses"), call)
        await control.moto_json(self._backend, call, caller)
        return Reply(204)


def _response(responses: Json | None, call: ApiCall) -> Json:
    found = (responses or {}).get(call.parameters["statusCode"])
    if found is None:
        raise not_found("Invalid Response status code specified")
    return dict(found)


def _place(call: ApiCall) -> tuple[str, str, str]:
    asked = call.parameters
    return asked["resourceId"], asked["httpMethod"], asked["statusCode"]


def _patch_entries(changed: Json, operation: Json, names: tuple[str, ...]) -> bool:
    """Apply an operation on an entry of one of these maps; whether it was one."""
    for name in names:
        key = entry(operation, name)
        if key is not None:
            entries = changed[name] = dict(changed.get(name) or {})
            if operation["op"] == "remove":
                entries.pop(key, None)
            else:
                entries[key] = operation.get("value")
            if not entries:
                del changed[name]
            return True
    return False
