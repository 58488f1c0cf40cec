"""The control plane of gateway responses.

Messages: localstack/localstack, tests/aws/services/apigateway, test_gateway_response_validation and
test_update_gateway_response (recorded on AWS).
"""

from __future__ import annotations

from sandbox.api_call import ApiCall
from sandbox.backend import rest_apis, rest_definitions
from sandbox.backend.apis import ApiHandle
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import AwsError, NotModelled
from sandbox.gateway import control, gateway_responses
from sandbox.gateway.control import Handler, Json, bad_request, home_of, not_found
from sandbox.gateway.patches import entry
from sandbox.iam import Caller
from sandbox.messages import Reply


class RestGatewayResponses:
    """Handlers of the operations on gateway responses."""

    def __init__(self, backend: MotoBackend) -> None:
        self._backend = backend
        self.handlers: dict[str, Handler] = {
            "PutGatewayResponse": self.put,
            "GetGatewayResponse": self.get,
            "GetGatewayResponses": self.get_all,
            "UpdateGatewayResponse": self.update,
            "DeleteGatewayResponse": self.delete,
        }

    async def put(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = home_of("REST", call, caller), call.parameters
        kind = _response_type(call)
        _check(asked.get("responseParameters") or {}, asked.get("responseTemplates") or {})
        await control.moto_json(self._backend, call, caller)
        return Reply.of_json(_described(home, kind), 201)

    async def get(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("REST", call, caller)
        return Reply.of_json(_described(home, _response_type(call)))

    async def get_all(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("REST", call, caller)
        return Reply.of_json({"item": [_described(home, kind) for kind in gateway_responses.STATUS]})

    async def update(self, call: ApiCall, caller: Caller) -> Reply:
        home, kind = home_of("REST", call, caller), _response_type(call)
        changed = _described(home, kind)
        for operation in call.parameters.get("patchOperations") or ():
            _patch(changed, operation)
        _check(changed["responseParameters"], changed["responseTemplates"])
        rest_definitions.put_gateway_response(home, kind, {"statusCode": None, **changed})
        return Reply.of_json(_described(home, kind))

    async def delete(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("REST", call, caller)
        if _response_type(call) not in rest_apis.gateway_responses(home):
            raise not_found("Gateway response type not defined on api")
        await control.moto_json(self._backend, call, caller)
        return Reply(202)


def _described(home: ApiHandle, kind: str) -> Json:
    return gateway_responses.described(kind, rest_apis.gateway_responses(home))


def _check(parameters: dict[str, str], templates: dict[str, str]) -> None:
    problem = gateway_responses.problem(parameters, templates)
    if problem:
        raise NotModelled(problem)


def _patch(changed: Json, operation: Json) -> None:
    op, path, value = operation["op"], operation["path"], operation.get("value")
    if (op, path) == ("replace", "/statusCode"):
        changed["statusCode"] = value
        return
    for name in ("responseParameters", "responseTemplates"):
        key = entry(operation, name)
        if key is None:
            continue
        entries = changed[name] = dict(changed[name])
        if op != "add" and key not in entries:
            raise not_found("Invalid parameter name specified")
        if op == "remove":
            del entries[key]
        elif not value:
            raise bad_request(f"Invalid null or empty value in {name}")
        else:
            entries[key] = value
        return
    raise bad_request(f"Invalid patch path {path}")


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
