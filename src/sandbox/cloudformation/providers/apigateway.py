"""AWS::ApiGateway::RestApi, Account, GatewayResponse, Model and RequestValidator.

What Ref and GetAtt give, and how a change is made: CloudFormation Template Reference, the page of each type.
"""

from __future__ import annotations

import json
import secrets
import string

from sandbox.cloudformation.providers.apigateway_base import (
    ApiGateway,
    escaped,
    gone_already,
    replace_operation,
    set_tags,
)
from sandbox.cloudformation.providers.base import Context, Json, Refused, changed
from sandbox.errors import NotModelled

_LETTERS = string.ascii_lowercase + string.digits
_SOURCES = ("Body", "BodyS3Location")


class RestApi(ApiGateway):
    """A REST API, of an OpenAPI document (Body) or to be filled by Resource and Method.

    Mode, where it is not given, overwrites, but keeps the media types that the API has: *Mode* of the type's
    page, for APIs made after March 29, 2021.
    """

    type = "AWS::ApiGateway::RestApi"
    modelled = frozenset(
        (
            *("ApiKeySourceType", "BinaryMediaTypes", "Body", "BodyS3Location", "Description"),
            *("DisableExecuteApiEndpoint", "EndpointConfiguration", "FailOnWarnings", "Mode", "Name"),
            *("Parameters", "Policy", "Tags"),
        )
    )

    def check(self, logical_id: str, properties: Json) -> None:
        super().check(logical_id, properties)
        if not any(properties.get(name) for name in ("Name", *_SOURCES)):
            raise Refused("RestApi Name is required unless a Body or BodyS3Location is given")
        if all(properties.get(name) for name in _SOURCES):
            raise Refused("Body and BodyS3Location cannot both be given")
        if properties.get("ApiKeySourceType", "HEADER") != "HEADER":
            raise NotModelled(f"ApiKeySourceType {properties['ApiKeySourceType']} of {self.type}")
        endpoint = properties.get("EndpointConfiguration") or {}
        for name in endpoint:
            if name not in ("Types", "IpAddressType"):
                raise NotModelled(f"EndpointConfiguration/{name} of {self.type}")

    def check_update(self, old: Json, new: Json) -> None:
        if _has_source(old) != _has_source(new):
            raise NotModelled(f"a change between an API of a Body and one of resources ({self.type})")

    async def create(self, to: Context, properties: Json) -> None:
        if _has_source(properties):
            made = await to.call("ImportRestApi", **await _import(to, properties))
            to.made(made["id"])
            await self._set_members(to, {}, properties)
            await set_tags(to, _arn(to), {})
            return
        endpoint = properties.get("EndpointConfiguration") or {}
        configuration = {"types": endpoint.get("Types"), "ipAddressType": endpoint.get("IpAddressType")}
        made = await to.call(
            "CreateRestApi",
            name=properties["Name"],
            description=properties.get("Description"),
            binaryMediaTypes=_media_types(properties) or None,
            disableExecuteApiEndpoint=properties.get("DisableExecuteApiEndpoint"),
            endpointConfiguration={k: v for k, v in configuration.items() if v} or None,
            policy=_policy(properties),
            tags=to.tags or None,
        )
        to.made(made["id"])

    async def update(self, to: Context, old: Json, new: Json) -> None:
        differ = changed(old, new)
        if _has_source(new) and differ & {*_SOURCES, "Parameters", "Mode"}:
            there = await to.call("GetRestApi", restApiId=to.physical_id)
            mode = new.get("Mode") or "overwrite"
            await to.call("PutRestApi", restApiId=to.physical_id, mode=mode, **await _import(to, new))
            if "Mode" not in new:
                await self._add_media_types(to, there.get("binaryMediaTypes") or [])
        await self._set_members(to, old, new)
        there = await to.call("GetTags", resourceArn=_arn(to))
        await set_tags(to, _arn(to), there.get("tags") or {})

    async def delete(self, to: Context, properties: Json) -> None:
        await gone_already(to.call("DeleteRestApi", restApiId=to.physical_id))

    async def attributes(self, to: Context, properties: Json) -> Json:
        api = await to.call("GetRestApi", restApiId=to.physical_id)
        return {"RestApiId": api["id"], "RootResourceId": api["rootResourceId"]}

    async def _add_media_types(self, to: Context, kinds: list[str]) -> None:
        api = await to.call("GetRestApi", restApiId=to.physical_id)
        lost = [kind for kind in kinds if kind not in (api.get("binaryMediaTypes") or ())]
        await self._patch(to, [{"op": "add", "path": f"/binaryMediaTypes/{escaped(kind)}"} for kind in lost])

    async def _set_members(self, to: Context, old: Json, new: Json) -> None:
        """Bring what the properties say of the API itself over what its document says."""
        api = await to.call("GetRestApi", restApiId=to.physical_id)
        await self._patch(to, [*_member_patches(api, old, new), *_media_patches(api, old, new)])

    async def _patch(self, to: Context, operations: list[Json]) -> None:
        if operations:
            await to.call("UpdateRestApi", restApiId=to.physical_id, patchOperations=operations)


def _has_source(properties: Json) -> bool:
    return any(properties.get(name) for name in _SOURCES)


def _arn(to: Context) -> str:
    return f"arn:aws:apigateway:{to.stack.region}::/restapis/{to.physical_id}"


async def _import(to: Context, properties: Json) -> Json:
    """What ImportRestApi and PutRestApi take."""
    parameters = properties.get("Parameters") or {}
    if isinstance(parameters, str):
        parameters = json.loads(parameters)
    return {
        "body": await _document(to, properties),
        "parameters": {name: str(value) for name, value in parameters.items()} or None,
        "failOnWarnings": properties.get("FailOnWarnings"),
    }


async def _document(to: Context, properties: Json) -> bytes:
    body = properties.get("Body")
    if body:
        return (body if isinstance(body, str) else json.dumps(body)).encode()
    place = properties["BodyS3Location"]
    found = await to.call(
        "GetObject",
        service="s3",
        Bucket=place.get("Bucket"),
        Key=place.get("Key"),
        VersionId=place.get("Version"),
        IfMatch=place.get("ETag"),
    )
    return bytes(found["Body"])


def _media_types(properties: Json) -> list[str]:
    """Templates write `image~1png` for image/png (BinaryMediaTypes of the type's page)."""
    return [kind.replace("~1", "/") for kind in properties.get("BinaryMediaTypes") or ()]


def _policy(properties: Json) -> str | None:
    """The resource policy as the API takes it; None where there is none."""
    given = properties.get("Policy")
    return given if isinstance(given, str) or not given else json.dumps(given)


def _member_patches(api: Json, old: Json, new: Json) -> list[Json]:
    endpoint = new.get("EndpointConfiguration") or {}
    there = api["endpointConfiguration"]
    wanted = {
        "/name": (api.get("name"), new.get("Name")),
        "/description": (api.get("description"), new.get("Description")),
        "/endpointConfiguration/ipAddressType": (there["ipAddressType"], endpoint.get("IpAddressType")),
    }
    found = [replace_operation(path, to) for path, (at, to) in wanted.items() if to is not None and at != to]
    if "Description" in old and "Description" not in new and not _has_source(new):
        found.append({"op": "remove", "path": "/description"})
    first = f"/endpointConfiguration/types/{there['types'][0]}"
    kinds = endpoint.get("Types") or ()
    found += [replace_operation(first, kind) for kind in kinds if kind not in there["types"]]
    if _policy(old) != _policy(new) or (_policy(new) and _has_source(new)):
        found.append(replace_operation("/policy", _policy(new) or ""))
    disabled = new.get("DisableExecuteApiEndpoint", False if "DisableExecuteApiEndpoint" in old else None)
    if disabled is not None and disabled != api["disableExecuteApiEndpoint"]:
        found.append(replace_operation("/disableExecuteApiEndpoint", disabled))
    return found


def _media_patches(api: Json, old: Json, new: Json) -> list[Json]:
    there = api.get("binaryMediaTypes") or []
    before, after = _media_types(old), _media_types(new)
    gone = [kind for kind in before if kind not in after and kind in there]
    added = [kind for kind in after if kind not in there]
    path = "/binaryMediaTypes/"
    return [
        *({"op": "remove", "path": path + escaped(kind)} for kind in gone),
        *({"op": "add", "path": path + escaped(kind)} for kind in added),
    ]


class Account(ApiGateway):
    """The role by which API Gateway writes logs. It stays when the resource goes.

    Source: localstack/localstack, tests/aws/services/cloudformation/resources, test_account (run on AWS).
    """

    type = "AWS::ApiGateway::Account"
    modelled = frozenset(("CloudWatchRoleArn",))

    async def create(self, to: Context, properties: Json) -> None:
        await self._set(to, properties)
        to.made(to.name(24))

    async def update(self, to: Context, old: Json, new: Json) -> None:
        await self._set(to, new)

    async def delete(self, to: Context, properties: Json) -> None:
        """Nothing: an account always has its settings."""

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"Id": to.physical_id}

    async def _set(self, to: Context, properties: Json) -> None:
        role = properties.get("CloudWatchRoleArn") or ""
        await to.call("UpdateAccount", patchOperations=[replace_operation("/cloudwatchRoleArn", role)])


class GatewayResponse(ApiGateway):
    type = "AWS::ApiGateway::GatewayResponse"
    modelled = frozenset(
        ("ResponseParameters", "ResponseTemplates", "ResponseType", "RestApiId", "StatusCode")
    )

    async def create(self, to: Context, properties: Json) -> None:
        await self._put(to, properties)
        to.made("".join(secrets.choice(_LETTERS) for _ in range(10)))

    async def update(self, to: Context, old: Json, new: Json) -> None:
        await self._put(to, new)

    async def delete(self, to: Context, properties: Json) -> None:
        place = {"restApiId": properties["RestApiId"], "responseType": properties["ResponseType"]}
        await gone_already(to.call("DeleteGatewayResponse", **place))

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"Id": to.physical_id}

    async def _put(self, to: Context, properties: Json) -> None:
        await to.call(
            "PutGatewayResponse",
            restApiId=properties["RestApiId"],
            responseType=properties["ResponseType"],
            statusCode=properties.get("StatusCode"),
            responseParameters=properties.get("ResponseParameters"),
            responseTemplates=properties.get("ResponseTemplates"),
        )


class Model(ApiGateway):
    type = "AWS::ApiGateway::Model"
    name_property = "Name"
    modelled = frozenset(("ContentType", "Description", "Name", "RestApiId", "Schema"))

    async def create(self, to: Context, properties: Json) -> None:
        # Names of models are letters and digits only.
        name = properties.get("Name") or to.name(128).replace("-", "")
        await to.call(
            "CreateModel",
            restApiId=properties["RestApiId"],
            name=name,
            contentType=properties.get("ContentType") or "application/json",
            description=properties.get("Description"),
            schema=_schema(properties),
        )
        to.made(name)

    async def update(self, to: Context, old: Json, new: Json) -> None:
        operations = [
            replace_operation("/schema", _schema(new)),
            replace_operation("/description", new.get("Description", "")),
        ]
        place = {"restApiId": new["RestApiId"], "modelName": to.physical_id}
        await to.call("UpdateModel", patchOperations=operations, **place)

    async def delete(self, to: Context, properties: Json) -> None:
        place = {"restApiId": properties["RestApiId"], "modelName": to.physical_id}
        await gone_already(to.call("DeleteModel", **place))


def _schema(properties: Json) -> str:
    schema = properties.get("Schema")
    return schema if isinstance(schema, str) else json.dumps(schema if schema is not None else {})


class RequestValidator(ApiGateway):
    type = "AWS::ApiGateway::RequestValidator"
    modelled = frozenset(("Name", "RestApiId", "ValidateRequestBody", "ValidateRequestParameters"))

    async def create(self, to: Context, properties: Json) -> None:
        made = await to.call(
            "CreateRequestValidator",
            restApiId=properties["RestApiId"],
            name=properties.get("Name") or to.name(),
            validateRequestBody=properties.get("ValidateRequestBody", False),
            validateRequestParameters=properties.get("ValidateRequestParameters", False),
        )
        to.made(made["id"])

    async def update(self, to: Context, old: Json, new: Json) -> None:
        operations = [
            replace_operation("/validateRequestBody", new.get("ValidateRequestBody", False)),
            replace_operation("/validateRequestParameters", new.get("ValidateRequestParameters", False)),
        ]
        place = {"restApiId": new["RestApiId"], "requestValidatorId": to.physical_id}
        await to.call("UpdateRequestValidator", patchOperations=operations, **place)

    async def delete(self, to: Context, properties: Json) -> None:
        place = {"restApiId": properties["RestApiId"], "requestValidatorId": to.physical_id}
        await gone_already(to.call("DeleteRequestValidator", **place))

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"RequestValidatorId": to.physical_id}
