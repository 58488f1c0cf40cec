"""AWS::ApiGateway::Resource and AWS::ApiGateway::Method."""

from __future__ import annotations

from sandbox.cloudformation.providers.apigateway_base import ApiGateway, gone_already
from sandbox.cloudformation.providers.base import Context, Json
from sandbox.errors import NotModelled

# Properties of an integration, and the parameters of PutIntegration.
_INTEGRATION = {
    "CacheKeyParameters": "cacheKeyParameters",
    "CacheNamespace": "cacheNamespace",
    "ConnectionId": "connectionId",
    "ConnectionType": "connectionType",
    "ContentHandling": "contentHandling",
    "Credentials": "credentials",
    "IntegrationHttpMethod": "integrationHttpMethod",
    "PassthroughBehavior": "passthroughBehavior",
    "RequestParameters": "requestParameters",
    "RequestTemplates": "requestTemplates",
    "TimeoutInMillis": "timeoutInMillis",
    "Type": "type",
    "Uri": "uri",
}


class Resource(ApiGateway):
    type = "AWS::ApiGateway::Resource"
    modelled = frozenset(("ParentId", "PathPart", "RestApiId"))

    async def create(self, to: Context, properties: Json) -> None:
        made = await to.call(
            "CreateResource",
            restApiId=properties["RestApiId"],
            parentId=properties["ParentId"],
            pathPart=properties["PathPart"],
        )
        to.made(made["id"])

    async def update(self, to: Context, old: Json, new: Json) -> None:
        """Nothing of a resource can change in place."""

    async def delete(self, to: Context, properties: Json) -> None:
        place = {"restApiId": properties["RestApiId"], "resourceId": to.physical_id}
        await gone_already(to.call("DeleteResource", **place))

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"ResourceId": to.physical_id}


class Method(ApiGateway):
    """A method with its integration and responses; a change puts all of it anew."""

    type = "AWS::ApiGateway::Method"
    modelled = frozenset(
        (
            *("ApiKeyRequired", "AuthorizationScopes", "AuthorizationType", "AuthorizerId", "HttpMethod"),
            *("Integration", "MethodResponses", "OperationName", "RequestModels", "RequestParameters"),
            *("RequestValidatorId", "ResourceId", "RestApiId"),
        )
    )

    def check(self, logical_id: str, properties: Json) -> None:
        super().check(logical_id, properties)
        for name in properties.get("Integration") or {}:
            if name not in (*_INTEGRATION, "IntegrationResponses"):
                raise NotModelled(f"Integration/{name} of {self.type}")

    async def create(self, to: Context, properties: Json) -> None:
        await self._put_method(to, properties)
        to.made(to.name(24))
        await self._put_rest(to, properties)

    async def update(self, to: Context, old: Json, new: Json) -> None:
        await gone_already(to.call("DeleteMethod", **_place(new)))
        await self._put_method(to, new)
        await self._put_rest(to, new)

    async def delete(self, to: Context, properties: Json) -> None:
        await gone_already(to.call("DeleteMethod", **_place(properties)))

    async def _put_method(self, to: Context, properties: Json) -> None:
        await to.call(
            "PutMethod",
            **_place(properties),
            authorizationType=properties.get("AuthorizationType") or "NONE",
            authorizationScopes=properties.get("AuthorizationScopes"),
            authorizerId=properties.get("AuthorizerId"),
            apiKeyRequired=properties.get("ApiKeyRequired"),
            operationName=properties.get("OperationName"),
            requestModels=properties.get("RequestModels"),
            requestParameters=_truths(properties.get("RequestParameters")),
            requestValidatorId=properties.get("RequestValidatorId"),
        )

    async def _put_rest(self, to: Context, properties: Json) -> None:
        place = _place(properties)
        for response in properties.get("MethodResponses") or ():
            await to.call(
                "PutMethodResponse",
                **place,
                statusCode=response["StatusCode"],
                responseModels=response.get("ResponseModels"),
                responseParameters=_truths(response.get("ResponseParameters")),
            )
        integration = properties.get("Integration")
        if not integration:
            return
        given = {_INTEGRATION[name]: value for name, value in integration.items() if name in _INTEGRATION}
        await to.call("PutIntegration", **place, **given)
        for response in integration.get("IntegrationResponses") or ():
            await to.call(
                "PutIntegrationResponse",
                **place,
                statusCode=response["StatusCode"],
                contentHandling=response.get("ContentHandling"),
                responseParameters=response.get("ResponseParameters"),
                responseTemplates=response.get("ResponseTemplates"),
                selectionPattern=response.get("SelectionPattern"),
            )


def _place(properties: Json) -> Json:
    return {
        "restApiId": properties["RestApiId"],
        "resourceId": properties["ResourceId"],
        "httpMethod": properties["HttpMethod"],
    }


def _truths(parameters: Json | None) -> Json | None:
    """Templates may write "true" for true."""
    if parameters is None:
        return None
    return {name: value in (True, "true") for name, value in parameters.items()}
