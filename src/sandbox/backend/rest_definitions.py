"""Whole definitions of REST APIs, as an import makes them: put onto moto's objects.

moto's own ImportRestApi and PutRestApi know a part of an OpenAPI document and pass over the rest in
silence, so they are not used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox.backend.apis import ApiHandle

Json = dict[str, Any]


def clear_methods(home: ApiHandle) -> None:
    """Take the methods of all resources away."""
    for resource in home.api.resources.values():
        resource.resource_methods.clear()


def paths(home: ApiHandle) -> dict[str, str]:
    """The ids of all resources, by their path."""
    return {resource.get_path(): resource.id for resource in home.api.resources.values()}


def resource_at(home: ApiHandle, path: str) -> str:
    """The id of the resource at a path; what is missing on the way there is made."""
    there = paths(home)
    at, above = home.api.root_resource_id, ""
    for part in [part for part in path.split("/") if part]:
        above = f"{above}/{part}"
        found = there.get(above)
        at = found or home.api.add_child(part, at).id
    return str(at)


def keep_paths(home: ApiHandle, wanted: set[str]) -> None:
    """Delete the resources that are neither at one of these paths nor above one."""
    for path, resource_id in paths(home).items():
        prefix = path.rstrip("/") + "/"
        if path != "/" and not any(one == path or one.startswith(prefix) for one in wanted):
            del home.api.resources[resource_id]


def put_method(home: ApiHandle, resource_id: str, method: Mapping[str, Any]) -> None:
    """Make or replace a method, given as GetMethod gives it."""
    from moto.apigateway.models import MethodResponse

    verb = method["httpMethod"]
    made = home.api.resources[resource_id].add_method(
        verb,
        method["authorizationType"],
        False,
        request_parameters=method["requestParameters"] or None,
        request_models=method["requestModels"] or None,
        operation_name=method["operationName"],
        request_validator_id=method["requestValidatorId"],
    )
    for status, given in method["methodResponses"].items():
        made.method_responses[status] = MethodResponse(
            status, given["responseModels"], given["responseParameters"]
        )
    if method["methodIntegration"]:
        made.method_integration = _integration(method["methodIntegration"], resource_id)


def _integration(given: Mapping[str, Any], resource_id: str) -> Any:
    from moto.apigateway.models import Integration

    made: Any = Integration(
        given["type"],
        given.get("uri"),  # type: ignore[arg-type]
        given.get("integrationHttpMethod"),  # type: ignore[arg-type]
        request_templates=given.get("requestTemplates"),
        request_parameters=given.get("requestParameters"),
        passthrough_behavior=given["passthroughBehavior"],
        cache_namespace=given.get("cacheNamespace") or resource_id,
        timeout_in_millis=given["timeoutInMillis"],
        credentials=given.get("credentials"),
        connection_type="INTERNET" if given["type"] in ("HTTP", "HTTP_PROXY") else None,
    )
    for status, one in given["integrationResponses"].items():
        made.create_integration_response(
            status,
            one.get("selectionPattern"),
            dict(one.get("responseTemplates") or {}),
            one.get("responseParameters"),
        )
    return made


def put_model(home: ApiHandle, name: str, schema: Any, description: str | None, content_type: str) -> None:
    """Make a model, or replace one of that name."""
    there = home.api.models.get(name)
    made = home.api.add_model(name, description, json.dumps(schema), content_type)
    if there is not None:
        made.id = there.id


def models(home: ApiHandle) -> dict[str, Any]:
    """The schemas of the API's models, by name."""
    return {name: json.loads(model.schema or "{}") for name, model in list(home.api.models.items())}


def keep_models(home: ApiHandle, names: set[str]) -> None:
    """Delete all other models."""
    for name in home.api.models.keys() - names:
        del home.api.models[name]


def put_validator(home: ApiHandle, name: str, body: bool, parameters: bool) -> str:
    """Make a request validator, or change the one of that name; its id."""
    for validator in home.api.request_validators.values():
        if validator.name == name:
            validator.validate_request_body, validator.validate_request_parameters = body, parameters
            return str(validator.id)
    return str(home.api.create_request_validator(name, body, parameters).id)


def keep_validators(home: ApiHandle, names: set[str]) -> None:
    """Delete all other request validators."""
    kept = home.api.request_validators
    for key in [key for key, validator in kept.items() if validator.name not in names]:
        del kept[key]


def put_gateway_response(home: ApiHandle, kind: str, given: Mapping[str, Any]) -> None:
    """Change a gateway response."""
    home.api.put_gateway_response(
        kind, given["statusCode"], given["responseParameters"], given["responseTemplates"]
    )


def keep_gateway_responses(home: ApiHandle, kinds: set[str]) -> None:
    """Take all other changes of gateway responses back."""
    for kind in home.api.gateway_responses.keys() - kinds:
        del home.api.gateway_responses[kind]
