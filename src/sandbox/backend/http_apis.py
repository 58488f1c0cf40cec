"""HTTP APIs in moto: what it lacks of them, made on its own objects.

moto has no CreateDeployment, UpdateStage or quick create, its stages know no deployment, and its imports
delete them.
"""

from __future__ import annotations

import copy
from typing import Any

from sandbox.backend.apis import ApiHandle
from sandbox.errors import NotModelled


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


def create_api(account: str, region: str, name: str) -> str:
    """A new HTTP API's id."""
    from moto.apigatewayv2.models import apigatewayv2_backends

    try:
        backend = apigatewayv2_backends[account][region]
    except KeyError as error:
        raise NotModelled(f"the region '{region}'") from error
    plain = dict.fromkeys(("api_key_selection_expression", "cors_configuration", "description"))
    more = dict.fromkeys(("disable_schema_validation", "disable_execute_api_endpoint", "version"))
    made: Any = backend.create_api
    api = made(**plain, **more, name=name, protocol_type="HTTP", route_selection_expression=None, tags={})
    return str(api.api_id)


def overwrite(home: ApiHandle, members: dict[str, Any], tags: dict[str, str]) -> None:
    """Take away routes, integrations and settings, and set those of CreateApi's `members`; add tags."""
    api, kept = home.api, home.api.backend.get_tags(home.api.arn)
    api.routes.clear()
    api.integrations.clear()
    api.name = members["Name"]
    api.version = members.get("Version")
    api.description = members.get("Description")
    cors = members.get("CorsConfiguration")
    api.cors_configuration = {_small(name): value for name, value in cors.items()} if cors else None
    api.disable_execute_api_endpoint = bool(members.get("DisableExecuteApiEndpoint"))
    set_tags(home, None, {**kept, **tags})


def api_json(home: ApiHandle) -> dict[str, Any]:
    """The API as GetApi gives it."""
    return dict(home.api.to_json())


def create_integration(home: ApiHandle, members: dict[str, Any]) -> str:
    """A new integration's id; `members` are CreateIntegration's."""
    integration = home.api.create_integration(
        connection_type=members.get("ConnectionType") or "INTERNET",
        credentials_arn=members.get("CredentialsArn"),
        description=members.get("Description"),
        integration_method=members.get("IntegrationMethod") or "POST",
        integration_type=members["IntegrationType"],
        integration_uri=members["IntegrationUri"],
        payload_format_version=members.get("PayloadFormatVersion") or "1.0",
        request_parameters=members.get("RequestParameters"),
        response_parameters=members.get("ResponseParameters"),
        timeout_in_millis=members.get("TimeoutInMillis"),
    )
    return str(integration.id)


def set_integration(home: ApiHandle, key: str, members: dict[str, Any]) -> None:
    """Let an integration have another target; `members` are CreateIntegration's."""
    integration = home.api.integrations[key]
    integration.integration_type = members["IntegrationType"]
    integration.integration_method = members["IntegrationMethod"]
    integration.integration_uri = members["IntegrationUri"]
    integration.payload_format_version = members["PayloadFormatVersion"]


def integration_json(home: ApiHandle, key: str) -> dict[str, Any]:
    """One integration, as GetIntegration gives it."""
    answer: dict[str, Any] = home.api.integrations[key].to_json()
    return answer


def settle_integration(
    home: ApiHandle, key: str, request: dict[str, str], response: dict[str, dict[str, str]]
) -> None:
    """Let an integration map parameters in this way, and have the payload format that AWS gives it."""
    integration = home.api.integrations[key]
    integration.payload_format_version = integration.payload_format_version or "1.0"
    integration.request_parameters = request or None
    integration.response_parameters = response or None


def create_route(
    home: ApiHandle,
    key: str,
    target: str | None,
    operation: str | None = None,
    authorization: str = "NONE",
) -> str:
    """A new route's id."""
    route = home.api.create_route(
        api_key_required=False,
        authorization_scopes=None,
        authorization_type=authorization,
        authorizer_id=None,
        model_selection_expression=None,
        operation_name=operation,
        request_models=None,
        request_parameters=None,
        route_key=key,
        route_response_selection_expression=None,
        target=target,
    )
    return str(route.route_id)


def manage(home: ApiHandle, integration: str, route: str, stage: str) -> None:
    """Mark what quick create has made as managed by API Gateway."""
    made = (home.api.integrations[integration], home.api.routes[route], home.api.stages[stage])
    for one in made:
        one.sandbox_managed = True


def managed(home: ApiHandle) -> tuple[str | None, str | None]:
    """The route and the integration that quick create has made, where they are still there."""
    route = next((key for key in home.api.routes if is_managed(home, "routes", key)), None)
    integration = next((key for key in home.api.integrations if is_managed(home, "integrations", key)), None)
    return route, integration


def tags(home: ApiHandle, stage: str | None) -> dict[str, str]:
    """The tags of the API, or of one of its stages."""
    if stage is not None:
        return dict(home.api.stages[stage].tags)
    return dict(home.api.backend.get_tags(home.api.arn))


def set_tags(home: ApiHandle, stage: str | None, wanted: dict[str, str]) -> None:
    """Let the API, or one of its stages, have these tags and no others."""
    if stage is not None:
        home.api.stages[stage].tags = dict(wanted)
        return
    backend = home.api.backend
    gone = [name for name in backend.get_tags(home.api.arn) if name not in wanted]
    backend.untag_resource(home.api.arn, gone)
    backend.tag_resource(home.api.arn, wanted)


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


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
