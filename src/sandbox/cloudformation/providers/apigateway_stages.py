"""AWS::ApiGateway::Deployment and AWS::ApiGateway::Stage.

A deployment never changes: who wants another one gives it another logical id, as SAM does by a hash of the
API's document.
"""

from __future__ import annotations

from typing import Any

from sandbox.cloudformation.providers.apigateway_base import (
    ApiGateway,
    escaped,
    gone_already,
    log_group,
    replace_operation,
    set_tags,
)
from sandbox.cloudformation.providers.base import Context, Json, Refused
from sandbox.errors import AwsError, NotModelled

# Members of a MethodSetting, and where UpdateStage has them.
_SETTINGS = {
    "CacheDataEncrypted": "caching/dataEncrypted",
    "CacheTtlInSeconds": "caching/ttlInSeconds",
    "CachingEnabled": "caching/enabled",
    "DataTraceEnabled": "logging/dataTrace",
    "LoggingLevel": "logging/loglevel",
    "MetricsEnabled": "metrics/enabled",
    "ThrottlingBurstLimit": "throttling/burstLimit",
    "ThrottlingRateLimit": "throttling/rateLimit",
}
_ACCESS_LOG = {"DestinationArn": "destinationArn", "Format": "format"}
_OF_STAGE = frozenset(
    ("AccessLogSetting", "Description", "MethodSettings", "Tags", "TracingEnabled", "Variables")
)
_OFF = frozenset(("CacheClusterEnabled",))
"""Properties of which the sandbox has only what they say by default."""


class Deployment(ApiGateway):
    """A deployment, and the stage it is deployed to where StageName says one.

    A stage that it made goes with it, as long as no other deployment was put there: that is what deleting
    a stack asks for, and not recorded.
    """

    type = "AWS::ApiGateway::Deployment"
    modelled = frozenset(("Description", "RestApiId", "StageDescription", "StageName"))

    def check(self, logical_id: str, properties: Json) -> None:
        super().check(logical_id, properties)
        description = properties.get("StageDescription") or {}
        _check_stage(f"StageDescription of {self.type}", description, _OF_STAGE | _SETTINGS.keys())
        if description and not properties.get("StageName"):
            raise Refused("StageDescription cannot be specified without StageName")

    def check_update(self, old: Json, new: Json) -> None:
        if old.get("StageName") != new.get("StageName"):
            raise Refused("StageName cannot be updated")
        if old.get("StageDescription") != new.get("StageDescription"):
            raise NotModelled(f"a change of StageDescription of {self.type}")

    async def create(self, to: Context, properties: Json) -> None:
        api, stage = properties["RestApiId"], properties.get("StageName")
        described = properties.get("StageDescription") or {}
        if described and await _there(to, api, stage):
            raise Refused(
                "StageDescription cannot be specified when stage referenced by StageName already exists"
            )
        made = await to.call(
            "CreateDeployment",
            restApiId=api,
            description=properties.get("Description"),
            stageName=stage,
            stageDescription=described.get("Description"),
            tracingEnabled=described.get("TracingEnabled"),
            variables=described.get("Variables"),
        )
        to.made(made["id"])
        operations = [*_access_log_patches({}, described), *_method_patches({}, _every_setting(described))]
        await _patch(to, api, stage, operations)
        tags = {one["Key"]: one["Value"] for one in described.get("Tags") or ()}
        if tags:
            await to.call("TagResource", resourceArn=_arn(to, api, stage), tags=tags)

    async def update(self, to: Context, old: Json, new: Json) -> None:
        operations = [replace_operation("/description", new.get("Description", ""))]
        place = {"restApiId": new["RestApiId"], "deploymentId": to.physical_id}
        await to.call("UpdateDeployment", patchOperations=operations, **place)

    async def delete(self, to: Context, properties: Json) -> None:
        api, name = properties["RestApiId"], properties.get("StageName")
        place = {"restApiId": api, "deploymentId": to.physical_id}
        try:
            stages = (await to.call("GetStages", **place))["item"] if name else []
        except AwsError as error:
            if error.code == "NotFoundException":
                return
            raise
        if name in [stage["stageName"] for stage in stages]:
            await gone_already(to.call("DeleteStage", restApiId=api, stageName=name))
        await gone_already(to.call("DeleteDeployment", **place))

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"DeploymentId": to.physical_id}


class Stage(ApiGateway):
    type = "AWS::ApiGateway::Stage"
    modelled = frozenset(("DeploymentId", "RestApiId", "StageName", *_OF_STAGE, *_OFF))

    def check(self, logical_id: str, properties: Json) -> None:
        super().check(logical_id, properties)
        _check_stage(self.type, properties, self.modelled)

    async def create(self, to: Context, properties: Json) -> None:
        name = properties.get("StageName") or to.name(128)
        await to.call(
            "CreateStage",
            restApiId=properties["RestApiId"],
            stageName=name,
            deploymentId=properties.get("DeploymentId"),
            description=properties.get("Description"),
            tracingEnabled=properties.get("TracingEnabled"),
            variables=properties.get("Variables"),
            tags=to.tags or None,
        )
        to.made(name)
        operations = [
            *_access_log_patches({}, properties),
            *_method_patches([], properties.get("MethodSettings")),
        ]
        await _patch(to, properties["RestApiId"], name, operations)

    async def update(self, to: Context, old: Json, new: Json) -> None:
        api, arn = new["RestApiId"], _arn(to, new["RestApiId"], to.physical_id)
        await _patch(to, api, to.physical_id, _stage_patches(old, new))
        there = await to.call("GetTags", resourceArn=arn)
        await set_tags(to, arn, there.get("tags") or {})

    async def delete(self, to: Context, properties: Json) -> None:
        place = {"restApiId": properties["RestApiId"], "stageName": to.physical_id}
        await gone_already(to.call("DeleteStage", **place))


def _check_stage(where: str, given: Json, known: frozenset[str]) -> None:
    """Raise NotModelled for what of a stage has no effect here."""
    for name in given:
        if name not in known or (name in _OFF and given[name]):
            raise NotModelled(f"the property {name} of {where}")


def _arn(to: Context, api: str, stage: str | None) -> str:
    return f"arn:aws:apigateway:{to.stack.region}::/restapis/{api}/stages/{stage}"


async def _there(to: Context, api: str, stage: str | None) -> bool:
    stages = (await to.call("GetStages", restApiId=api))["item"]
    return stage in [one["stageName"] for one in stages]


async def _patch(to: Context, api: str, stage: str | None, operations: list[Json]) -> None:
    if operations:
        await to.call("UpdateStage", restApiId=api, stageName=stage, patchOperations=operations)


def _stage_patches(old: Json, new: Json) -> list[Json]:
    """The patch operations that lead from `old` to `new`."""
    found = []
    for name, path, default in (
        ("DeploymentId", "/deploymentId", None),
        ("Description", "/description", ""),
        ("TracingEnabled", "/tracingEnabled", False),
    ):
        value = new.get(name, default)
        if old.get(name, default) != value and value is not None:
            found.append(replace_operation(path, value))
    before, after = old.get("Variables") or {}, new.get("Variables") or {}
    found += [{"op": "remove", "path": f"/variables/{name}"} for name in before if name not in after]
    found += [
        replace_operation(f"/variables/{name}", value)
        for name, value in after.items()
        if before.get(name) != value
    ]
    found += _access_log_patches(old, new)
    found += _method_patches(old.get("MethodSettings"), new.get("MethodSettings"))
    return found


def _access_log_patches(old: Json, new: Json) -> list[Json]:
    before, after = old.get("AccessLogSetting") or {}, new.get("AccessLogSetting") or {}
    if before == after:
        return []
    found: list[Json] = [{"op": "remove", "path": "/accessLogSettings"}] if before else []
    return [
        *found,
        *(
            replace_operation(f"/accessLogSettings/{_ACCESS_LOG[name]}", log_group(value))
            for name, value in after.items()
        ),
    ]


def _every_setting(described: Json) -> list[Json]:
    """The method settings of a StageDescription; its own are those of all methods."""
    own = {name: described[name] for name in _SETTINGS if name in described}
    settings = list(described.get("MethodSettings") or ())
    return [{"ResourcePath": "/*", "HttpMethod": "*", **own}, *settings] if own else settings


def _method_patches(old: Any, new: Any) -> list[Json]:
    before, after = _by_place(old), _by_place(new)
    found: list[Json] = [
        {"op": "remove", "path": place}
        for place, settings in before.items()
        if settings and after.get(place) != settings
    ]
    for place, settings in after.items():
        if before.get(place) != settings:
            found += [replace_operation(f"{place}/{path}", value) for path, value in settings.items()]
    return found


def _by_place(settings: Any) -> dict[str, Json]:
    """Method settings by the path of UpdateStage: `/~1users~1{id}/GET`, `/*/*`.

    Templates write a resource's slashes as `~1`, but for the first (ResourcePath of *MethodSetting*).
    """
    found: dict[str, Json] = {}
    for one in settings or ():
        path = str(one.get("ResourcePath") or "/*")
        resource = path.removeprefix("/") if "~1" in path or path == "/*" else escaped(path)
        place = f"/{resource}/{one.get('HttpMethod') or '*'}"
        found[place] = {_SETTINGS[name]: value for name, value in one.items() if name in _SETTINGS}
    return found
