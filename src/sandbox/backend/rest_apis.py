"""REST APIs in moto: what it lacks of them, made on its own objects.

moto's CreateDeployment takes no snapshot and makes an existing stage anew, without its variables; it has
no updates of methods, integrations, responses and resources, and keeps no binaryMediaTypes of CreateRestApi.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from sandbox.backend.apis import ApiHandle

Json = dict[str, Any]


def configuration(home: ApiHandle) -> Json:
    """What a deployment freezes: resources with their methods, validators, models, the API's policy …"""
    api = home.api
    return copy.deepcopy(
        {
            "resources": [_resource(resource) for resource in list(api.resources.values())],
            "validators": {key: v.to_dict() for key, v in list(api.request_validators.items())},
            "models": {name: json.loads(m.schema or "{}") for name, m in list(api.models.items())},
            "binaryMediaTypes": list(api.binaryMediaTypes or ()),
            "gatewayResponses": gateway_responses(home),
            "policy": api.policy,
        }
    )


def gateway_responses(home: ApiHandle) -> dict[str, Json]:
    """The gateway responses that the API changes, by their type."""
    return {kind: changed.to_json() for kind, changed in list(home.api.gateway_responses.items())}


def _resource(resource: Any) -> Json:
    methods = {verb: method.to_json() for verb, method in list(resource.resource_methods.items())}
    return {"id": resource.id, "path": resource.get_path(), "methods": methods}


def stages(home: ApiHandle) -> dict[str, Json]:
    """The API's stages by name, as GetStage gives them."""
    return {name: stage_json(home, name) for name in list(home.api.stages)}


def stage_json(home: ApiHandle, name: str) -> Json:
    """One stage, as GetStage gives it."""
    stage = home.api.stages[name]
    made = getattr(stage, "sandbox_created", home.api.create_date)
    answer: Json = {
        "cacheClusterStatus": "NOT_AVAILABLE",
        **stage.to_json(),
        "createdDate": made,
        "lastUpdatedDate": getattr(stage, "sandbox_updated", made),
        "tracingEnabled": bool(stage.tracing_enabled),
    }
    answer["cacheClusterEnabled"] = bool(answer["cacheClusterEnabled"])
    for key in ("variables", "description", "accessLogSettings", "tags"):
        if not answer.get(key):
            answer.pop(key, None)
    return answer


_DEFAULT_MODELS: dict[str, tuple[str, Json]] = {
    "Empty": ("This is a default empty schema model", {"title": "Empty Schema", "type": "object"}),
    "Error": (
        "This is a default error schema model",
        {"title": "Error Schema", "type": "object", "properties": {"message": {"type": "string"}}},
    ),
}
_DRAFT = {"$schema": "http://json-schema.org/draft-04/schema#"}


def add_default_models(home: ApiHandle) -> None:
    """Make the models that every API has that was not imported.

    Source: localstack/localstack, test_cfn_with_apigateway_resources (recorded on AWS).
    """
    for name, (description, schema) in _DEFAULT_MODELS.items():
        home.api.add_model(name, description, json.dumps({**_DRAFT, **schema}), "application/json")


def create_stage(home: ApiHandle, name: str, deployment_id: str, now: float, **members: Any) -> None:
    """Make a stage; members: description, variables, tags, tracing_enabled."""
    from moto.apigateway.models import Stage

    stage: Any = Stage(name=name, deployment_id=deployment_id, **members)
    stage.sandbox_created = stage.sandbox_updated = int(now)
    home.api.stages[name] = stage


def point_stage(home: ApiHandle, name: str, deployment_id: str, now: float) -> None:
    """Let a stage serve a deployment."""
    stage = home.api.stages[name]
    stage.deployment_id = deployment_id
    stage.sandbox_updated = int(now)


def change_stage(home: ApiHandle, name: str, deployment_id: str | None, now: float, **members: Any) -> None:
    """Set members of a stage by the names of moto's attributes, and let it serve another deployment."""
    stage = home.api.stages[name]
    for member, value in members.items():
        setattr(stage, member, value)
    if deployment_id is not None:
        stage.deployment_id = deployment_id
    stage.sandbox_updated = int(now)


def set_variables(home: ApiHandle, name: str, variables: dict[str, str]) -> None:
    """Set variables of a stage; others stay."""
    home.api.stages[name].variables.update(variables)


def binary_media_types(home: ApiHandle) -> list[str]:
    """The API's binaryMediaTypes: the list itself."""
    kept: list[str] = home.api.binaryMediaTypes
    return kept


def set_members(home: ApiHandle, **members: Any) -> None:
    """Set members of the API by the names of moto's attributes."""
    for name, value in members.items():
        setattr(home.api, name, value)


def set_resource(home: ApiHandle, resource_id: str, path_part: str, parent_id: str) -> None:
    """Rename or move a resource."""
    resource = home.api.resources[resource_id]
    resource.path_part, resource.parent_id = path_part, parent_id


def resource_json(home: ApiHandle, resource_id: str) -> Json:
    """One resource, as GetResource gives it."""
    answer: Json = home.api.resources[resource_id].to_dict()
    return answer


def delete_resources(home: ApiHandle, resource_ids: list[str]) -> None:
    """Delete resources."""
    for resource_id in resource_ids:
        home.api.resources.pop(resource_id, None)


def method_json(home: ApiHandle, resource_id: str, verb: str) -> Json:
    """One method of a resource, as GetMethod gives it."""
    answer: Json = home.api.resources[resource_id].resource_methods[verb].to_json()
    return answer


def set_method(home: ApiHandle, resource_id: str, verb: str, **members: Any) -> None:
    """Set members of a method by the names of moto's attributes."""
    method = home.api.resources[resource_id].resource_methods[verb]
    for name, value in members.items():
        setattr(method, name, value)


def set_integration(home: ApiHandle, resource_id: str, verb: str, **members: Any) -> None:
    """Set members of a method's integration by the names of moto's attributes."""
    integration = home.api.resources[resource_id].resource_methods[verb].method_integration
    for name, value in members.items():
        setattr(integration, name, value)


def set_integration_response(
    home: ApiHandle, resource_id: str, verb: str, status: str, response: Json
) -> None:
    """Put an integration response, as GetIntegrationResponse gives it."""
    integration = home.api.resources[resource_id].resource_methods[verb].method_integration
    integration.create_integration_response(
        status,
        response.get("selectionPattern"),
        dict(response.get("responseTemplates") or {}),
        response.get("responseParameters"),
    )


def set_method_response(home: ApiHandle, resource_id: str, verb: str, status: str, response: Json) -> None:
    """Put a method response, as GetMethodResponse gives it."""
    method = home.api.resources[resource_id].resource_methods[verb]
    method.create_response(status, response.get("responseModels"), response.get("responseParameters"))


def cloudwatch_role(account: str, region: str) -> str:
    """The role by which API Gateway writes logs in an account and region, or ""."""
    from moto.apigateway.models import apigateway_backends

    return apigateway_backends[account][region].account.cloudwatch_role_arn or ""


def endpoint_disabled(home: ApiHandle) -> bool:
    """Whether the API's own host name is switched off."""
    return bool(home.api.disableExecuteApiEndpoint)
