"""API Gateway's permissions: the HTTP verb of the call, on the path of what it works on.

Source: Service Authorization Reference, *Amazon API Gateway Management* and *… Management V2*; API
Gateway Developer Guide, *Control access to an API with IAM permissions*.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from urllib.parse import quote

from sandbox.backend import protocols
from sandbox.iam.actions.ask import Ask, Call, Keys
from sandbox.iam.actions.rules import MoreKeys, Rule, ask, copied, listed, pass_role

APIGATEWAY = "apigateway.amazonaws.com"

_PLACE = re.compile(r"\{([^}+]+)\+?\}")

_COPIED: dict[str, MoreKeys] = {
    "apigateway": copied(
        {
            "apiKeyRequired": "apigateway:request/apikeyrequired",
            "authorizationType": "apigateway:request/routeauthorizationtype",
            "authorizerUri": "apigateway:request/authorizeruri",
            "disableExecuteApiEndpoint": "apigateway:request/disableexecuteapiendpoint",
            "name": "apigateway:request/apiname",
            "securityPolicy": "apigateway:request/securitypolicy",
            "stageName": "apigateway:request/stagename",
        }
    ),
    "apigatewayv2": copied(
        {
            "ApiKeyRequired": "apigateway:request/apikeyrequired",
            "AuthorizationType": "apigateway:request/routeauthorizationtype",
            "AuthorizerType": "apigateway:request/authorizertype",
            "AuthorizerUri": "apigateway:request/authorizeruri",
            "DisableExecuteApiEndpoint": "apigateway:request/disableexecuteapiendpoint",
            "Name": "apigateway:request/apiname",
            "StageName": "apigateway:request/stagename",
        }
    ),
}


def verb_on_path(call: Call) -> tuple[Ask, ...]:
    """The call's verb on its path."""
    verb, resource = named(call)
    return (ask(call, f"apigateway:{verb}", resource, _keys),)


def named(call: Call) -> tuple[str, str]:
    """The call's verb, and the ARN of what it works on.

    The path is the service model's, filled in; the request's own where a parameter is missing.
    """
    verb, written, places = _route(call.service, call.operation)
    if call.raw_path and not all(call.text(parameter) for parameter in places.values()):
        path = call.raw_path.removeprefix("/v2")
    else:
        path = _PLACE.sub(lambda match: _value(call, places[match[1]]), written)
    return verb, arn(call, path)


def arn(call: Call, path: str) -> str:
    """The ARN of a path: it names no account."""
    return f"arn:aws:apigateway:{call.region}::{path}"


def tag_path(call: Call, resource_arn: str) -> str:
    """The ARN of a resource's tags: in the path its own ARN is encoded (mattclay/aws-terminator pull 284)."""
    return arn(call, f"/tags/{quote(resource_arn, safe='')}")


def with_role(parameter: str) -> Rule:
    """The verb on the path; a role for API Gateway in `parameter` is passed to it.

    `arn:aws:iam::*:user/*`, which means the caller's own credentials, passes no role.
    """

    def rule(call: Call) -> tuple[Ask, ...]:
        role = call.text(parameter)
        return (*verb_on_path(call), *pass_role(call, role if ":role/" in role else "", APIGATEWAY))

    return rule


def operations(service: str) -> list[str]:
    """The operations of a service model."""
    return list(protocols.service_model(service).operation_names)


@cache
def _route(service: str, operation: str) -> tuple[str, str, Mapping[str, str]]:
    """Verb and path of an operation, and which parameter fills which place of the path."""
    model = protocols.service_model(service).operation_model(operation)
    path = model.http["requestUri"].partition("?")[0].removeprefix("/v2")
    members = model.input_shape.members if model.input_shape else {}
    places = {
        shape.serialization["name"]: parameter
        for parameter, shape in members.items()
        if shape.serialization.get("location") == "uri"
    }
    return model.http["method"], path, places


def _value(call: Call, parameter: str) -> str:
    value = call.text(parameter)
    return quote(value, safe="") if value.startswith("arn:") else value


def _keys(call: Call) -> Keys:
    found = dict(_COPIED[call.service](call))
    if call.service == "apigateway":
        endpoint = call.parameters.get("endpointConfiguration")
        if isinstance(endpoint, Mapping):
            kinds = listed(endpoint.get("types"))
            found["apigateway:request/endpointtype"] = tuple(str(kind) for kind in kinds)
        if "Authorizer" in call.operation and call.text("type"):
            found["apigateway:request/authorizertype"] = (call.text("type"),)
    return found
