"""AWS::ApiGatewayV2::Api, Integration, Route, Stage and Deployment: HTTP APIs.

Sources: CloudFormation Template Reference of each type; the handlers' permissions in AWS's resource schemas
tell which operations they call (an Api with a Body is imported, then updated with its other properties).
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.cloudformation.providers.apigateway_base import log_group
from sandbox.cloudformation.providers.base import Context, Json, Provider, Refused, changed
from sandbox.errors import AwsError, NotModelled

_SETTINGS = (
    *("CorsConfiguration", "Description", "DisableExecuteApiEndpoint", "IpAddressType", "Name", "Version"),
)
_QUICK_CREATE = ("CredentialsArn", "RouteKey", "Target")
_IMPORTED = ("BasePath", "Body", "BodyS3Location", "FailOnWarnings")


class _OfGateway(Provider):
    service = "apigatewayv2"
    service_title = "ApiGatewayV2"


class _OfApi(_OfGateway):
    """A part of an API, which is gone when its API is."""

    removal: str
    key: str

    async def delete(self, to: Context, properties: Json) -> None:
        await _gone(to.call(self.removal, ApiId=properties["ApiId"], **{self.key: to.physical_id}))


class Api(_OfGateway):
    type = "AWS::ApiGatewayV2::Api"
    modelled = frozenset(
        (
            *(*_SETTINGS, *_QUICK_CREATE, *_IMPORTED),
            *("ProtocolType", "RouteSelectionExpression", "Tags"),
        )
    )

    def check(self, logical_id: str, properties: Json) -> None:
        super().check(logical_id, properties)
        if "Body" in properties and "BodyS3Location" in properties:
            raise Refused("Cannot specify both Body and BodyS3Location.")
        for name in ("Name", "ProtocolType"):
            if name not in properties and not _is_imported(properties):
                raise Refused(f"{name} is required unless Body or BodyS3Location defines the API.")
        if properties.get("ProtocolType") == "WEBSOCKET":
            raise NotModelled("WebSocket APIs (ProtocolType WEBSOCKET)")

    async def create(self, to: Context, properties: Json) -> None:
        if _is_imported(properties):
            made = await to.call("ImportApi", **await _import_of(to, properties))
            to.made(made["ApiId"])
            await self._settle(to, {}, properties)
            await to.call("TagResource", ResourceArn=_api_arn(to), Tags=to.tags)
            return
        names = (*_SETTINGS, *_QUICK_CREATE, "ProtocolType", "RouteSelectionExpression")
        given = {name: properties[name] for name in names if name in properties}
        to.made((await to.call("CreateApi", Tags=to.tags or None, **given))["ApiId"])

    async def update(self, to: Context, old: Json, new: Json) -> None:
        imported = {name: (old.get(name), new.get(name)) for name in _IMPORTED}
        if _is_imported(new) and any(before != after for before, after in imported.values()):
            await to.call("ReimportApi", ApiId=to.physical_id, **await _import_of(to, new))
            await self._settle(to, {}, new)
        else:
            await self._settle(to, old, new)
        await _set_tags(to, _api_arn(to), _document_tags(old, new))

    async def delete(self, to: Context, properties: Json) -> None:
        await _gone(to.call("DeleteApi", ApiId=to.physical_id))

    async def attributes(self, to: Context, properties: Json) -> Json:
        api = await to.call("GetApi", ApiId=to.physical_id)
        place = f"arn:aws:execute-api:{to.stack.region}:{to.stack.account}:{to.physical_id}"
        return {"ApiId": to.physical_id, "ApiEndpoint": api["ApiEndpoint"], "ExecuteApiArn": place}

    async def _settle(self, to: Context, old: Json, new: Json) -> None:
        """Set the properties that differ, and take away those that are gone."""
        api = {"ApiId": to.physical_id}
        names = (*_SETTINGS, *_QUICK_CREATE, "RouteSelectionExpression")
        differ = {name for name in names if old.get(name) != new.get(name)}
        if "CorsConfiguration" in differ and "CorsConfiguration" not in new:
            await to.call("DeleteCorsConfiguration", **api)
        without = {"CredentialsArn": "", "Description": "", "DisableExecuteApiEndpoint": False}
        given = {name: new.get(name, without.get(name)) for name in differ}
        if any(value is not None for value in given.values()):
            await to.call("UpdateApi", **api, **given)


class Integration(_OfApi):
    type = "AWS::ApiGatewayV2::Integration"
    removal, key = "DeleteIntegration", "IntegrationId"
    modelled = frozenset(
        (
            *("ApiId", "ConnectionType", "CredentialsArn", "Description", "IntegrationMethod"),
            *("IntegrationSubtype", "IntegrationType", "IntegrationUri", "PayloadFormatVersion"),
            *("RequestParameters", "ResponseParameters", "TimeoutInMillis"),
        )
    )

    async def create(self, to: Context, properties: Json) -> None:
        given = {**properties, "ResponseParameters": _answers(properties)}
        to.made((await to.call("CreateIntegration", **given))["IntegrationId"])

    async def update(self, to: Context, old: Json, new: Json) -> None:
        defaults = {"CredentialsArn": "", "Description": "", "TimeoutInMillis": 30_000}
        given = {name: new.get(name, defaults.get(name)) for name in changed(old, new)}
        # An update of an integration leaves what it does not name: what is gone is named with nothing.
        if "RequestParameters" in given:
            gone = dict.fromkeys(old.get("RequestParameters") or {}, "")
            given["RequestParameters"] = {**gone, **(new.get("RequestParameters") or {})}
        if "ResponseParameters" in given:
            given["ResponseParameters"] = {**{key: {} for key in _answers(old)}, **_answers(new)}
        await to.call("UpdateIntegration", ApiId=new["ApiId"], IntegrationId=to.physical_id, **given)

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"IntegrationId": to.physical_id}


def _answers(properties: Json) -> dict[str, dict[str, str]]:
    """ResponseParameters of a template as CreateIntegration has them: by status, then by what is changed.

    Templates list `{Destination, Source}` (Template Reference, *ResponseParameterMap*).
    """
    return {
        str(status): {one["Destination"]: one["Source"] for one in given.get("ResponseParameters") or ()}
        for status, given in (properties.get("ResponseParameters") or {}).items()
    }


class Route(_OfApi):
    type = "AWS::ApiGatewayV2::Route"
    removal, key = "DeleteRoute", "RouteId"
    modelled = frozenset(
        ("ApiId", "ApiKeyRequired", "AuthorizationType", "OperationName", "RouteKey", "Target")
    )

    def check_update(self, old: Json, new: Json) -> None:
        if "Target" in old and "Target" not in new:
            raise NotModelled(f"taking the Target away from {self.type}")

    async def create(self, to: Context, properties: Json) -> None:
        to.made((await to.call("CreateRoute", **properties))["RouteId"])

    async def update(self, to: Context, old: Json, new: Json) -> None:
        defaults = {"AuthorizationType": "NONE", "ApiKeyRequired": False, "OperationName": ""}
        given = {name: new.get(name, defaults.get(name)) for name in changed(old, new)}
        await to.call("UpdateRoute", ApiId=new["ApiId"], RouteId=to.physical_id, **given)

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"RouteId": to.physical_id}


class Stage(_OfApi):
    type = "AWS::ApiGatewayV2::Stage"
    removal, key = "DeleteStage", "StageName"
    modelled = frozenset(
        (
            *("AccessLogSettings", "ApiId", "AutoDeploy", "DefaultRouteSettings", "DeploymentId"),
            *("Description", "RouteSettings", "StageName", "StageVariables", "Tags"),
        )
    )

    async def create(self, to: Context, properties: Json) -> None:
        given = {name: value for name, value in properties.items() if name != "Tags"}
        await to.call("CreateStage", Tags=to.tags or None, **_with_group(given))
        to.made(properties["StageName"])

    async def update(self, to: Context, old: Json, new: Json) -> None:
        stage = {"ApiId": new["ApiId"], "StageName": to.physical_id}
        differ = changed(old, new) - {"Tags"}
        if "AccessLogSettings" in differ and "AccessLogSettings" not in new:
            differ.discard("AccessLogSettings")
            await to.call("DeleteAccessLogSettings", **stage)
        defaults: Json = {"AutoDeploy": False, "Description": ""}
        defaults |= {"DefaultRouteSettings": {}, "RouteSettings": {}, "StageVariables": {}}
        given = {name: new.get(name, defaults.get(name)) for name in differ}
        if given:
            await to.call("UpdateStage", **stage, **_with_group(given))
        await _set_tags(to, f"{_api_arn(to, new['ApiId'])}/stages/{to.physical_id}")


class Deployment(_OfApi):
    type = "AWS::ApiGatewayV2::Deployment"
    removal, key = "DeleteDeployment", "DeploymentId"
    modelled = frozenset(("ApiId", "Description", "StageName"))

    async def create(self, to: Context, properties: Json) -> None:
        to.made((await to.call("CreateDeployment", **properties))["DeploymentId"])

    async def update(self, to: Context, old: Json, new: Json) -> None:
        api = {"ApiId": new["ApiId"]}
        if "Description" in changed(old, new):
            text = new.get("Description", "")
            await to.call("UpdateDeployment", **api, DeploymentId=to.physical_id, Description=text)
        if new.get("StageName") and "StageName" in changed(old, new):
            stage = {"StageName": new["StageName"], "DeploymentId": to.physical_id}
            await to.call("UpdateStage", **api, **stage)

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"DeploymentId": to.physical_id}


def _with_group(stage: Json) -> Json:
    """A stage's properties, with the ARN of its access log's group as API Gateway takes it."""
    access = stage.get("AccessLogSettings")
    if not access or "DestinationArn" not in access:
        return stage
    return {**stage, "AccessLogSettings": {**access, "DestinationArn": log_group(access["DestinationArn"])}}


def _is_imported(properties: Json) -> bool:
    return "Body" in properties or "BodyS3Location" in properties


async def _import_of(to: Context, properties: Json) -> Json:
    """What ImportApi and ReimportApi are given."""
    if "Body" in properties:
        body = properties["Body"]
        text = body if isinstance(body, str) else json.dumps(body)
    else:
        text = await _from_s3(to, properties["BodyS3Location"])
    given = {"Basepath": properties.get("BasePath"), "FailOnWarnings": properties.get("FailOnWarnings")}
    return {"Body": text, **{name: value for name, value in given.items() if value is not None}}


async def _from_s3(to: Context, location: Json) -> str:
    if not location.get("Bucket") or not location.get("Key"):
        raise Refused("BodyS3Location must have both Bucket and Key.")
    given: dict[str, Any] = {"Bucket": location["Bucket"], "Key": location["Key"]}
    found = await to.call(
        "GetObject",
        service="s3",
        **given,
        VersionId=location.get("Version"),
        IfMatch=location.get("Etag"),
    )
    return bytes(found["Body"]).decode("utf-8", "replace")


def _api_arn(to: Context, api_id: str = "") -> str:
    return f"arn:aws:apigateway:{to.stack.region}::/apis/{api_id or to.physical_id}"


def _document_tags(old: Json, new: Json) -> frozenset[str] | None:
    """The tags that an OpenAPI document gives; None where it is not in the template as an object."""
    body = new.get("Body")
    if not isinstance(body, dict):
        return None if _is_imported(new) or _is_imported(old) else frozenset()
    return frozenset(tag["name"] for tag in body.get("tags") or () if "x-amazon-apigateway-tag-value" in tag)


async def _set_tags(to: Context, arn: str, others: frozenset[str] | None = frozenset()) -> None:
    """Let the resource have the template's tags. others: more that it keeps; None where that is not known."""
    there = (await to.call("GetTags", ResourceArn=arn)).get("Tags") or {}
    gone = [key for key in there if key not in to.tags and others is not None and key not in others]
    if gone:
        await to.call("UntagResource", ResourceArn=arn, TagKeys=gone)
    if to.tags:
        await to.call("TagResource", ResourceArn=arn, Tags=to.tags)


async def _gone(call: Any) -> None:
    """Await a call that removes something; that it is gone already is no error."""
    try:
        await call
    except AwsError as error:
        if error.code != "NotFoundException":
            raise
