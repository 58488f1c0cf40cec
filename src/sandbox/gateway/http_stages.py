"""Stages and deployments of HTTP APIs, which moto has in part or not at all."""

from __future__ import annotations

import re
import time
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import http_apis
from sandbox.backend.apis import ApiHandle
from sandbox.errors import NotModelled
from sandbox.gateway import control
from sandbox.gateway import http_quick_create as quick_create
from sandbox.gateway.control import Handler, Json, bad_request, conflict, home_of, not_found
from sandbox.gateway.stage_checks import check_http
from sandbox.iam import Caller
from sandbox.messages import Reply

_STAGE_NAME = re.compile(r"\$default|[\w-]{1,128}")

# Members of CreateStage and UpdateStage that moto's stage keeps, by their names in the JSON.
_MEMBERS = {
    "AccessLogSettings": "accessLogSettings",
    "AutoDeploy": "autoDeploy",
    "DefaultRouteSettings": "defaultRouteSettings",
    "Description": "description",
    "RouteSettings": "routeSettings",
    "StageVariables": "stageVariables",
}


class HttpStages:
    """Handlers of the operations on stages and deployments."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {
            "CreateStage": self.create_stage,
            "GetStage": self.get_stage,
            "GetStages": self.get_stages,
            "UpdateStage": self.update_stage,
            "DeleteStage": self.delete_stage,
            "DeleteAccessLogSettings": self.delete_access_log_settings,
            "DeleteRouteSettings": self.delete_route_settings,
            "CreateDeployment": self.create_deployment,
            "GetDeployment": self.get_deployment,
            "GetDeployments": self.get_deployments,
            "UpdateDeployment": self.update_deployment,
            "DeleteDeployment": self.delete_deployment,
        }

    async def create_stage(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = home_of("HTTP", call, caller), call.parameters
        name = asked.get("StageName", "")
        if not _STAGE_NAME.fullmatch(name):
            raise bad_request(f"Invalid stage name '{name}': letters, digits, - and _, or $default")
        if name in home.api.stages:
            raise conflict(f"Stage with name {name} already exists for this API")
        _check(home, asked, bool(asked.get("AutoDeploy")))
        http_apis.create_stage(home, {"stageName": name, **_members(asked), "tags": asked.get("Tags") or {}})
        return Reply.of_json(_applied(home, name, asked), 201)

    async def update_stage(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = home_of("HTTP", call, caller), call.parameters
        name = _stage_of(home, asked)
        quick_create.refuse_managed(home, "stages", name, "The stage cannot be changed")
        automatic = asked.get("AutoDeploy", http_apis.stage_json(home, name)["autoDeploy"])
        _check(home, asked, bool(automatic))
        http_apis.update_stage(home, name, _members(asked))
        return Reply.of_json(_applied(home, name, asked))

    async def get_stage(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("HTTP", call, caller)
        return Reply.of_json(http_apis.stage_json(home, _stage_of(home, call.parameters)))

    async def get_stages(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("HTTP", call, caller)
        items, token = control.paged(list(http_apis.stages(home).values()), call.parameters)
        return Reply.of_json(control.without_nulls({"items": items, "nextToken": token}))

    async def delete_stage(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("HTTP", call, caller)
        http_apis.delete_stage(home, _stage_of(home, call.parameters))
        _drop_unused(home)
        home.changed()
        return Reply(204)

    async def delete_access_log_settings(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("HTTP", call, caller)
        http_apis.update_stage(home, _stage_of(home, call.parameters), {"accessLogSettings": None})
        home.changed()
        return Reply(204)

    async def delete_route_settings(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = home_of("HTTP", call, caller), call.parameters
        name, key = _stage_of(home, asked), asked["RouteKey"]
        settings = dict(http_apis.stage_json(home, name)["routeSettings"])
        if settings.pop(key, None) is None:
            raise not_found(f"Invalid route key specified {key}")
        http_apis.update_stage(home, name, {"routeSettings": settings})
        home.changed()
        return Reply(204)

    async def create_deployment(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = home_of("HTTP", call, caller), call.parameters
        name = asked.get("StageName")
        if name is not None:
            _stage_of(home, asked)
            if http_apis.stage_json(home, name)["autoDeploy"]:
                raise bad_request(f"Stage {name} deploys every change by itself (AutoDeploy)")
        deployment = _deploy(home, asked.get("Description"), automatic=False)
        if name is not None:
            http_apis.point_stage(home, name, deployment["id"])
            home.changed()
        return Reply.of_json(_deployment_json(deployment), 201)

    async def get_deployment(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("HTTP", call, caller)
        return Reply.of_json(_deployment_json(_deployment_of(home, call.parameters["DeploymentId"])))

    async def get_deployments(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("HTTP", call, caller)
        newest_first = [_deployment_json(d) for d in reversed(list(home.deployments.values()))]
        items, token = control.paged(newest_first, call.parameters)
        return Reply.of_json(control.without_nulls({"items": items, "nextToken": token}))

    async def update_deployment(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = home_of("HTTP", call, caller), call.parameters
        deployment = _deployment_of(home, asked["DeploymentId"])
        deployment["description"] = asked.get("Description", deployment["description"])
        return Reply.of_json(_deployment_json(deployment))

    async def delete_deployment(self, call: ApiCall, caller: Caller) -> Reply:
        home, key = home_of("HTTP", call, caller), call.parameters["DeploymentId"]
        _deployment_of(home, key)
        users = [name for name, s in http_apis.stages(home).items() if s.get("deploymentId") == key]
        if users:
            raise bad_request(f"Unable to delete deployment {key}: stage {users[0]} uses it")
        del home.deployments[key]
        return Reply(204)


def auto_deploy(home: ApiHandle) -> None:
    """Let every stage with AutoDeploy serve the API as it is now."""
    automatic = [name for name, stage in http_apis.stages(home).items() if stage["autoDeploy"]]
    if automatic and home.api.routes:
        deployment = _deploy(home, "Automatic deployment triggered by changes to the Api configuration", True)
        for name in automatic:
            http_apis.point_stage(home, name, deployment["id"], _message(deployment["id"]))
        _drop_unused(home)
    home.changed()


def _message(deployment_id: str) -> str:
    return f"Successfully deployed stage with deployment ID '{deployment_id}'"


def _deploy(home: ApiHandle, description: str | None, automatic: bool) -> Json:
    """A new deployment: the routes, integrations and CORS configuration of this moment."""
    if not home.api.routes:
        raise bad_request("At least one route is required before deploying the Api.")
    deployment: Json = {
        "id": control.new_id(6),
        "created": time.time(),
        "description": description,
        "automatic": automatic,
        "configuration": http_apis.configuration(home),
    }
    home.deployments[deployment["id"]] = deployment
    return deployment


def _drop_unused(home: ApiHandle) -> None:
    """Forget automatic deployments that no stage serves: there is one for every change of the API."""
    used = {stage.get("deploymentId") for stage in http_apis.stages(home).values()}
    for key in [k for k, d in home.deployments.items() if d["automatic"] and k not in used]:
        del home.deployments[key]


def _check(home: ApiHandle, asked: Json, automatic: bool) -> None:
    if asked.get("ClientCertificateId"):
        raise NotModelled("client certificates (ClientCertificateId)")
    check_http(home, asked)
    deployment_id = asked.get("DeploymentId")
    if deployment_id is None:
        return
    if automatic:
        raise bad_request("A deployment id cannot be given to a stage with AutoDeploy")
    _deployment_of(home, deployment_id)


def _applied(home: ApiHandle, name: str, asked: Json) -> Json:
    """Let the stage serve what it was given, and return it."""
    if asked.get("DeploymentId"):
        http_apis.point_stage(home, name, asked["DeploymentId"])
    if asked.get("AutoDeploy"):
        auto_deploy(home)
    home.changed()
    return http_apis.stage_json(home, name)


def _members(asked: Json) -> dict[str, Any]:
    """The members that moto's stage keeps, in the JSON's names (settings one level deeper too)."""
    return {
        name: _small(asked[key]) if key.endswith("Settings") else asked[key]
        for key, name in _MEMBERS.items()
        if key in asked
    }


def _small(value: Any) -> Any:
    """Members of settings by their JSON names: `DetailedMetricsEnabled` as `detailedMetricsEnabled`."""
    if not isinstance(value, dict):
        return value
    return {k if " " in k else k[:1].lower() + k[1:]: _small(v) for k, v in value.items()}


def _stage_of(home: ApiHandle, asked: Json) -> str:
    name: str = asked["StageName"]
    if name not in home.api.stages:
        raise not_found(f"Invalid stage identifier specified {name}")
    return name


def _deployment_of(home: ApiHandle, key: str) -> Json:
    deployment = home.deployments.get(key)
    if deployment is None:
        raise not_found(f"Invalid deployment identifier specified {key}")
    return deployment


def _deployment_json(deployment: Json) -> Json:
    return control.without_nulls(
        {
            "deploymentId": deployment["id"],
            "deploymentStatus": "DEPLOYED",
            "autoDeployed": deployment["automatic"],
            "createdDate": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(deployment["created"])),
            "description": deployment["description"],
        }
    )
