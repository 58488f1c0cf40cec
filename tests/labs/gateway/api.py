"""One API as its control plane tells it: what is configured in it, and what its stage serves."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.labs.gateway.routes import ANY, DEFAULT, Integration, Route, best, filled

_ANY_METHOD = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", _ANY_METHOD)

Place = tuple[str, str]
"""Method and path of a route."""


@dataclass(frozen=True)
class Api(ABC):
    """An API. url: as the outputs say it, without a slash at its end. how: in words, how it was found.

    Nothing is asked before it is looked at, and then once.
    """

    lab: Any
    id: str
    url: str
    stage: str
    how: str

    kind = ""
    region = property(lambda self: self.lab.target.region)

    @property
    @abstractmethod
    def routes(self) -> tuple[Route, ...]:
        """What is configured."""

    @property
    @abstractmethod
    def serves(self) -> Mapping[Place, Mapping[str, str]]:
        """What the stage serves: by method and path, the type and URI of the integration."""

    @property
    @abstractmethod
    def configured(self) -> Mapping[Place, Mapping[str, str]]:
        """What is configured, told in the same way."""

    @property
    @abstractmethod
    def deploy_command(self) -> str:
        """What deploys the API to its stage, by hand."""

    def route_of(self, method: str, path: str) -> Route | None:
        """The route that is configured for a request."""
        return best(self.routes, method, path)

    def arn_of(self, route: Route, method: str) -> str:
        """AWS:SourceArn of a request to this route: what a permission has to name."""
        place = DEFAULT if route.path == DEFAULT else f"{method}{route.path}"
        account, region = self.lab.target.account, self.region
        return f"arn:aws:execute-api:{region}:{account}:{self.id}/{self.stage}/{place}"


class HttpApi(Api):
    """An HTTP API."""

    kind = "HTTP API"

    @cached_property
    def _client(self) -> Any:
        return self.lab.client("apigatewayv2")

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """The stage, as GetStage tells it."""
        return self._client.get_stage(ApiId=self.id, StageName=self.stage)

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        pages = self._client.get_paginator("get_integrations").paginate(ApiId=self.id)
        known = {one["IntegrationId"]: self._integration(one) for page in pages for one in page["Items"]}
        pages = self._client.get_paginator("get_routes").paginate(ApiId=self.id)
        return tuple(self._route(one, known) for page in pages for one in page["Items"])

    @property
    def serves(self) -> Mapping[Place, Mapping[str, str]]:
        return self._export(StageName=self.stage)

    @property
    def configured(self) -> Mapping[Place, Mapping[str, str]]:
        return self._export()

    @property
    def deploy_command(self) -> str:
        return f"aws apigatewayv2 create-deployment --api-id {self.id} --stage-name '{self.stage}'"

    def _export(self, **stage: str) -> dict[Place, dict[str, str]]:
        answer = self._client.export_api(
            ApiId=self.id, OutputType="JSON", Specification="OAS30", IncludeExtensions=True, **stage
        )
        return dict(_operations(answer["body"].read()))

    def _integration(self, given: Mapping[str, Any]) -> Integration:
        uri = filled(given.get("IntegrationUri", ""), self.settings.get("StageVariables") or {})
        return Integration(
            given["IntegrationType"],
            uri,
            given.get("IntegrationMethod", "POST"),
            given.get("PayloadFormatVersion", "1.0"),
            given.get("CredentialsArn", ""),
        )

    @staticmethod
    def _route(given: Mapping[str, Any], known: Mapping[str, Integration]) -> Route:
        method, _, path = given["RouteKey"].partition(" ")
        method, path = (ANY, DEFAULT) if method == DEFAULT else (method, path)
        target = known.get(given.get("Target", "").rpartition("/")[2])
        return Route(method, path, target, given.get("AuthorizationType", "NONE"))


class RestApi(Api):
    """A REST API."""

    kind = "REST API"

    @cached_property
    def _client(self) -> Any:
        return self.lab.client("apigateway")

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """The stage, as GetStage tells it."""
        return self._client.get_stage(restApiId=self.id, stageName=self.stage)

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        pages = self._client.get_paginator("get_resources").paginate(restApiId=self.id, embed=["methods"])
        return tuple(
            self._route(method, one["path"], given)
            for page in pages
            for one in page["items"]
            for method, given in one.get("resourceMethods", {}).items()
        )

    @property
    def serves(self) -> Mapping[Place, Mapping[str, str]]:
        answer = self._client.get_export(
            restApiId=self.id,
            stageName=self.stage,
            exportType="oas30",
            parameters={"extensions": "integrations"},
            accepts="application/json",
        )
        return dict(_operations(answer["body"].read()))

    @property
    def configured(self) -> Mapping[Place, Mapping[str, str]]:
        pages = self._client.get_paginator("get_resources").paginate(restApiId=self.id, embed=["methods"])
        return {
            (method, one["path"]): _told(given.get("methodIntegration", {}))
            for page in pages
            for one in page["items"]
            for method, given in one.get("resourceMethods", {}).items()
        }

    @property
    def deploy_command(self) -> str:
        return f"aws apigateway create-deployment --rest-api-id {self.id} --stage-name {self.stage}"

    def _route(self, method: str, path: str, given: Mapping[str, Any]) -> Route:
        made = given.get("methodIntegration")
        key = "an API key" if given.get("apiKeyRequired") else "NONE"
        authorization = given.get("authorizationType", "NONE")
        authorization = key if authorization == "NONE" else authorization
        if not made:
            return Route(method, path, None, authorization)
        uri = filled(made.get("uri", ""), self.settings.get("variables") or {})
        verb, role = made.get("httpMethod", ""), made.get("credentials", "")
        return Route(method, path, Integration(made["type"], uri, verb, "1.0", role), authorization)


def _operations(document: bytes) -> Iterator[tuple[Place, dict[str, str]]]:
    """What an exported OpenAPI document holds: by method and path, the integration."""
    for path, item in json.loads(document)["paths"].items():
        for name, operation in item.items():
            if name in METHODS:
                method = ANY if name == _ANY_METHOD else name.upper()
                where = DEFAULT if path == f"/{DEFAULT}" else path
                yield (method, where), _told(operation.get(_INTEGRATION, {}))


def _told(integration: Mapping[str, Any]) -> dict[str, str]:
    kind = integration.get("type", "none").lower()
    return {"type": kind, "uri": integration.get("uri", "") if kind != "mock" else ""}
