"""HTTP APIs in moto: what it lacks of them, made on its own objects.

moto has no CreateDeployment, UpdateStage or quick create, and its stages know no deployment.
"""

from __future__ import annotations

import copy
from typing import Any

from sandbox.backend.apis import ApiHandle


def configuration(home: ApiHandle) -> dict[str, Any]:
    """What a deployment freezes: routes, integrations by id and the CORS configuration."""
    api = home.api
    return copy.deepcopy(
        {
            "routes": [route.to_json() for route in list(api.routes.values())],
            "integrations": {key: value.to_json() for key, value in list(api.integrations.items())},
            "cors": api.cors_configuration,
        }
    )


def stages(home: ApiHandle) -> dict[str, dict[str, Any]]:
    """The API's stages by name, as GetStage gives them."""
    return {name: stage_json(home, name) for name in list(home.api.stages)}


def stage_json(home: ApiHandle, name: str) -> dict[str, Any]:
    """One stage, as GetStage gives it."""
    stage = home.api.stages[name]
    answer: dict[str, Any] = stage.to_json()
    answer["autoDeploy"] = bool(stage.auto_deploy)
    answer["apiGatewayManaged"] = getattr(stage, "sandbox_managed", None)
    answer["deploymentId"] = getattr(stage, "sandbox_deployment", None)
    answer["lastDeploymentStatusMessage"] = getattr(stage, "sandbox_message", None)
    return {key: value for key, value in answer.items() if value is not None}


def point_stage(home: ApiHandle, name: str, deployment_id: str | None, message: str | None = None) -> None:
    """Let a stage serve a deployment; `message` is its LastDeploymentStatusMessage."""
    stage = home.api.stages[name]
    stage.sandbox_deployment = deployment_id
    stage.sandbox_message = message


def update_stage(home: ApiHandle, name: str, changes: dict[str, Any]) -> None:
    """Set the members of a stage that UpdateStage names (by their JSON names)."""
    from moto.core.utils import utcnow

    stage = home.api.stages[name]
    attributes = {
        "accessLogSettings": "access_log_settings",
        "autoDeploy": "auto_deploy",
        "clientCertificateId": "client_certificate_id",
        "defaultRouteSettings": "default_route_settings",
        "description": "description",
        "routeSettings": "route_settings",
        "stageVariables": "stage_variables",
    }
    for key, value in changes.items():
        setattr(stage, attributes[key], value)
    stage.updated = utcnow()


def quick_create(home: ApiHandle, uri: str, credentials: str | None, route_key: str) -> None:
    """The integration, route and `$default` stage that CreateApi makes where it is given a target."""
    integration = home.api.create_integration(
        connection_id=None,
        connection_type="INTERNET",
        content_handling_strategy=None,
        credentials_arn=credentials,
        description=None,
        integration_method="POST",
        integration_type="AWS_PROXY",
        integration_uri=uri,
        passthrough_behavior=None,
        payload_format_version="2.0",
        request_parameters=None,
        request_templates=None,
        response_parameters=None,
        template_selection_expression=None,
        timeout_in_millis=None,
        tls_config=None,
    )
    route = home.api.create_route(
        api_key_required=False,
        authorization_scopes=None,
        authorization_type="NONE",
        authorizer_id=None,
        model_selection_expression=None,
        operation_name=None,
        request_models=None,
        request_parameters=None,
        route_key=route_key,
        route_response_selection_expression=None,
        target=f"integrations/{integration.id}",
    )
    stage = home.api.create_stage({"stageName": "$default", "autoDeploy": True})
    for made in (integration, route, stage):
        made.sandbox_managed = True


def is_managed(home: ApiHandle, kind: str, key: str) -> bool:
    """Whether quick create made a route, integration or stage (`kind` is its plural)."""
    return bool(getattr(getattr(home.api, kind).get(key), "sandbox_managed", False))


def endpoint_disabled(home: ApiHandle) -> bool:
    """Whether the API's own host name is switched off."""
    return bool(home.api.disable_execute_api_endpoint)


def create_stage(home: ApiHandle, members: dict[str, Any]) -> None:
    """Make a stage; `members` are CreateStage's by their JSON names."""
    home.api.create_stage(members)


def delete_stage(home: ApiHandle, name: str) -> None:
    """Delete a stage."""
    home.api.delete_stage(name)
