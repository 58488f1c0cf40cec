"""Stages and deployments of REST APIs.

A deployment is a frozen snapshot; a stage serves the one it points at until it is pointed at another.
"""

from __future__ import annotations

import re
import time

from sandbox.api_call import ApiCall
from sandbox.backend import rest_apis
from sandbox.backend.apis import ApiHandle
from sandbox.gateway import control
from sandbox.gateway.control import Handler, Json, bad_request, conflict, home_of, not_found
from sandbox.gateway.rest_stage_patches import patched
from sandbox.iam import Caller
from sandbox.messages import Reply

_STAGE_NAME = re.compile(r"[\w-]{1,128}")

_REFUSED = {
    "cacheClusterEnabled": "caches of stages",
    "cacheClusterSize": "caches of stages",
    "canarySettings": "canary deployments",
    "documentationVersion": "documentation of APIs",
}


class RestStages:
    """Handlers of the operations on deployments and stages."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {
            "CreateDeployment": self.create_deployment,
            "GetDeployment": self.get_deployment,
            "GetDeployments": self.get_deployments,
            "UpdateDeployment": self.update_deployment,
            "DeleteDeployment": self.delete_deployment,
            "CreateStage": self.create_stage,
            "GetStage": self.get_stage,
            "GetStages": self.get_stages,
            "UpdateStage": self.update_stage,
            "DeleteStage": self.delete_stage,
        }

    async def create_deployment(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = home_of("REST", call, caller), call.parameters
        control.refuse_members(asked, _REFUSED)
        name, now = asked.get("stageName"), time.time()
        if name and not _STAGE_NAME.fullmatch(name):
            raise bad_request("Stage name only allows a-zA-Z0-9_-")
        configuration = _frozen(home)
        deployment: Json = {
            "id": control.new_id(6),
            "created": int(now),
            "description": asked.get("description"),
            "configuration": configuration,
        }
        home.deployments[deployment["id"]] = deployment
        if name:
            _deploy_to(home, name, deployment["id"], asked, now)
        return Reply.of_json(_deployment_json(deployment), 201)

    async def get_deployment(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("REST", call, caller)
        deployment = _deployment_of(home, call.parameters["deploymentId"])
        summary = _summary(deployment) if "apisummary" in (call.parameters.get("embed") or ()) else {}
        return Reply.of_json({**_deployment_json(deployment), **summary})

    async def get_deployments(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("REST", call, caller)
        return Reply.of_json({"item": [_deployment_json(d) for d in home.deployments.values()]})

    async def update_deployment(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("REST", call, caller)
        deployment = _deployment_of(home, call.parameters["deploymentId"])
        for operation in call.parameters.get("patchOperations") or ():
            if (operation["op"], operation["path"]) != ("replace", "/description"):
                raise bad_request(f"Invalid patch path {operation['path']}")
            deployment["description"] = operation["value"]
        return Reply.of_json(_deployment_json(deployment))

    async def delete_deployment(self, call: ApiCall, caller: Caller) -> Reply:
        home, key = home_of("REST", call, caller), call.parameters["deploymentId"]
        _deployment_of(home, key)
        if any(stage["deploymentId"] == key for stage in rest_apis.stages(home).values()):
            raise bad_request("Active stages pointing to this deployment must be moved or deleted")
        del home.deployments[key]
        return Reply(202)

    async def create_stage(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = home_of("REST", call, caller), call.parameters
        control.refuse_members(asked, _REFUSED)
        name = asked.get("stageName") or ""
        if not _STAGE_NAME.fullmatch(name):
            raise bad_request("Stage name only allows a-zA-Z0-9_-")
        if name in home.api.stages:
            raise conflict("Stage already exists")
        _deployment_of(home, asked.get("deploymentId") or "")
        _make_stage(home, name, asked["deploymentId"], asked, time.time())
        return Reply.of_json(rest_apis.stage_json(home, name), 201)

    async def get_stage(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("REST", call, caller)
        return Reply.of_json(rest_apis.stage_json(home, _stage_of(home, call)))

    async def get_stages(self, call: ApiCall, caller: Caller) -> Reply:
        home, wanted = home_of("REST", call, caller), call.parameters.get("deploymentId")
        stages = rest_apis.stages(home).values()
        return Reply.of_json({"item": [s for s in stages if wanted in (None, s["deploymentId"])]})

    async def update_stage(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("REST", call, caller)
        name = _stage_of(home, call)
        wanted = patched(home, name, call.parameters.get("patchOperations") or [])
        deployment = wanted.pop("deploymentId", None)
        if deployment is not None:
            _deployment_of(home, deployment)
        rest_apis.change_stage(home, name, deployment, time.time(), **wanted)
        home.changed()
        return Reply.of_json(rest_apis.stage_json(home, name))

    async def delete_stage(self, call: ApiCall, caller: Caller) -> Reply:
        home = home_of("REST", call, caller)
        del home.api.stages[_stage_of(home, call)]
        home.changed()
        return Reply(202)


def _frozen(home: ApiHandle) -> Json:
    """The API as it is now. Raises BadRequestException for a method that could not answer."""
    configuration = rest_apis.configuration(home)
    methods = [m for resource in configuration["resources"] for m in resource["methods"].values()]
    if not methods:
        raise bad_request("The REST API doesn't contain any methods")
    if not all(method["methodIntegration"] for method in methods):
        raise bad_request("No integration defined for method")
    return configuration


def _deploy_to(home: ApiHandle, name: str, deployment_id: str, asked: Json, now: float) -> None:
    """Let a stage serve a deployment; made if it is not there yet. Its variables stay, more may come."""
    if name not in home.api.stages:
        _make_stage(home, name, deployment_id, {**asked, "description": asked.get("stageDescription")}, now)
        return
    rest_apis.point_stage(home, name, deployment_id, now)
    rest_apis.set_variables(home, name, asked.get("variables") or {})
    home.changed()


def _make_stage(home: ApiHandle, name: str, deployment_id: str, asked: Json, now: float) -> None:
    rest_apis.create_stage(
        home,
        name,
        deployment_id,
        now,
        description=asked.get("description") or "",
        variables=dict(asked.get("variables") or {}),
        tags=asked.get("tags"),
        tracing_enabled=asked.get("tracingEnabled"),
    )
    home.changed()


def _stage_of(home: ApiHandle, call: ApiCall) -> str:
    name: str = call.parameters["stageName"]
    if name not in home.api.stages:
        raise not_found("Invalid stage identifier specified")
    return name


def _deployment_of(home: ApiHandle, key: str) -> Json:
    deployment = home.deployments.get(key)
    if deployment is None:
        raise not_found("Invalid Deployment identifier specified")
    return deployment


def _summary(deployment: Json) -> Json:
    """What was deployed, by path and method (API Reference, *Deployment*, apiSummary)."""
    names = ("authorizationType", "apiKeyRequired")
    return {
        "apiSummary": {
            resource["path"]: {
                verb: {name: method[name] for name in names} for verb, method in resource["methods"].items()
            }
            for resource in deployment["configuration"]["resources"]
            if resource["methods"]
        }
    }


def _deployment_json(deployment: Json) -> Json:
    return control.without_nulls(
        {
            "id": deployment["id"],
            "createdDate": deployment["created"],
            "description": deployment["description"],
        }
    )
