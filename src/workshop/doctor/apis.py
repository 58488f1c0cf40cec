"""One API as its control plane tells it: what is configured in it, and what its stage serves."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from workshop.doctor.aws import Aws, Plain, Unread
from workshop.doctor.routes import ANY, DEFAULT, Integration, Route, best, filled

_ANY_METHOD = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", _ANY_METHOD)

Place = tuple[str, str]
"""Method and path of a route."""

Served = tuple[str, str]
"""Type, in small letters, and URI of an integration."""


@dataclass(frozen=True)
class Api(ABC):
    """An API. Nothing is asked before it is looked at, and then once."""

    aws: Aws
    id: str
    name: str

    kind = ""

    @property
    @abstractmethod
    def stages(self) -> Mapping[str, Plain]:
        """By their names, as the control plane tells them."""

    @abstractmethod
    def routes(self, stage: str) -> tuple[Route, ...]:
        """What is configured, with the variables of a stage filled in."""

    @abstractmethod
    def serves(self, stage: str) -> Mapping[Place, Served]:
        """What a stage serves."""

    @abstractmethod
    def is_deployed(self, stage: str) -> bool:
        """Whether the stage serves any deployment."""

    @abstractmethod
    def deploy_command(self, stage: str) -> str:
        """What deploys the API to its stage, by hand."""

    @abstractmethod
    def split(self, path: str) -> tuple[str, str]:
        """Stage and path behind it; the stage is "" where the path names none that there is."""

    def route_of(self, stage: str, method: str, path: str) -> Route | None:
        """The route that is configured for a request."""
        return best(self.routes(stage), method, path)


class HttpApi(Api):
    """An HTTP API."""

    kind = "HTTP API"

    @cached_property
    def stages(self) -> Mapping[str, Plain]:
        answer = self.aws.ask("apigatewayv2", "GetStages", ApiId=self.id) or {}
        return {one["StageName"]: one for one in answer.get("Items", ())}

    def routes(self, stage: str) -> tuple[Route, ...]:
        known = {one["IntegrationId"]: self._integration(one, stage) for one in self._integrations}
        return tuple(_http_route(one, known) for one in self._routes)

    def serves(self, stage: str) -> Mapping[Place, Served]:
        answer = self.aws.ask(
            "apigatewayv2",
            "ExportApi",
            ApiId=self.id,
            OutputType="JSON",
            Specification="OAS30",
            StageName=stage,
            IncludeExtensions=True,
        )
        return dict(_operations(answer["body"])) if answer else {}

    def is_deployed(self, stage: str) -> bool:
        told = self.stages[stage]
        return bool(told.get("DeploymentId") or told.get("AutoDeploy"))

    def deploy_command(self, stage: str) -> str:
        return f"aws apigatewayv2 create-deployment --api-id {self.id} --stage-name '{stage}'"

    def split(self, path: str) -> tuple[str, str]:
        first, slash, rest = path.lstrip("/").partition("/")
        if first in self.stages:
            return first, unquote(f"{slash}{rest}") or "/"
        return (DEFAULT if DEFAULT in self.stages else ""), unquote(path)

    @cached_property
    def _integrations(self) -> list[Plain]:
        return self.aws.listed("apigatewayv2", "GetIntegrations", "Items", ApiId=self.id)

    @cached_property
    def _routes(self) -> list[Plain]:
        return self.aws.listed("apigatewayv2", "GetRoutes", "Items", ApiId=self.id)

    def _integration(self, given: Plain, stage: str) -> Integration:
        variables = self.stages.get(stage, {}).get("StageVariables") or {}
        return Integration(
            given["IntegrationType"],
            filled(given.get("IntegrationUri", ""), variables),
            given.get("IntegrationMethod", "POST"),
            given.get("PayloadFormatVersion", "1.0"),
            given.get("CredentialsArn", ""),
            given.get("TimeoutInMillis", 30000) / 1000,
            given["IntegrationId"],
        )


class RestApi(Api):
    """A REST API."""

    kind = "REST API"

    @cached_property
    def stages(self) -> Mapping[str, Plain]:
        answer = self.aws.ask("apigateway", "GetStages", restApiId=self.id) or {}
        return {one["stageName"]: one for one in answer.get("item", ())}

    def routes(self, stage: str) -> tuple[Route, ...]:
        variables = self.stages.get(stage, {}).get("variables") or {}
        return tuple(
            _rest_route(method, one, given, variables)
            for one in self._resources
            for method, given in one.get("resourceMethods", {}).items()
        )

    def serves(self, stage: str) -> Mapping[Place, Served]:
        answer = self.aws.ask(
            "apigateway",
            "GetExport",
            restApiId=self.id,
            stageName=stage,
            exportType="oas30",
            parameters={"extensions": "integrations"},
            accepts="application/json",
        )
        return dict(_operations(answer["body"])) if answer else {}

    def is_deployed(self, stage: str) -> bool:
        return bool(self.stages[stage].get("deploymentId"))

    def deploy_command(self, stage: str) -> str:
        return f"aws apigateway create-deployment --rest-api-id {self.id} --stage-name {stage}"

    def split(self, path: str) -> tuple[str, str]:
        first, slash, rest = path.lstrip("/").partition("/")
        if first not in self.stages:
            return "", path
        return first, f"{slash}{rest}".rstrip("/") or "/"

    @cached_property
    def _resources(self) -> list[Plain]:
        return self.aws.listed("apigateway", "GetResources", "items", restApiId=self.id, embed=["methods"])


def find_api(aws: Aws, api_id: str) -> Api | None:
    """The API of this id, of either kind; None if there is none. Raises Unread."""
    http = aws.ask("apigatewayv2", "GetApi", ApiId=api_id)
    if http is not None and http.get("ProtocolType") == "HTTP":
        return HttpApi(aws, api_id, http.get("Name", ""))
    rest = aws.ask("apigateway", "GetRestApi", restApiId=api_id)
    if rest is not None and "id" not in rest:
        raise Unread("apigateway:GetRestApi", "the answer is none of AWS's: it names no API")
    return None if rest is None else RestApi(aws, api_id, rest.get("name", ""))


def all_apis(aws: Aws) -> dict[str, str]:
    """The names of all APIs, by their ids. Raises Unread."""
    http = aws.listed("apigatewayv2", "GetApis", "Items")
    rest = aws.listed("apigateway", "GetRestApis", "items")
    return {one["ApiId"]: f"HTTP API {one['Name']}" for one in http} | {
        one["id"]: f"REST API {one['name']}" for one in rest
    }


def told(integration: Integration | None) -> Served:
    """A configured integration in the form in which an export tells it."""
    if integration is None:
        return "none", ""
    kind = integration.type.lower()
    return kind, "" if kind == "mock" else integration.uri


def _http_route(given: Plain, known: Mapping[str, Integration]) -> Route:
    method, _, path = given["RouteKey"].partition(" ")
    method, path = (ANY, DEFAULT) if method == DEFAULT else (method, path)
    target = known.get(given.get("Target", "").rpartition("/")[2])
    return Route(method, path, target, given.get("AuthorizationType", "NONE"), given["RouteId"])


def _rest_route(method: str, resource: Plain, given: Plain, variables: Mapping[str, str]) -> Route:
    authorization = given.get("authorizationType", "NONE")
    if authorization == "NONE" and given.get("apiKeyRequired"):
        authorization = "an API key"
    made = given.get("methodIntegration")
    integration = made and Integration(
        made["type"],
        filled(made.get("uri", ""), variables),
        made.get("httpMethod", ""),
        "1.0",
        made.get("credentials", ""),
        made.get("timeoutInMillis", 29000) / 1000,
    )
    return Route(method, resource["path"], integration or None, authorization, resource["id"])


def _operations(document: bytes) -> Iterator[tuple[Place, Served]]:
    """What an exported OpenAPI document holds: by method and path, the integration."""
    for path, item in json.loads(document).get("paths", {}).items():
        for name, operation in item.items():
            if name in _METHODS:
                method = ANY if name == _ANY_METHOD else name.upper()
                where = DEFAULT if path == f"/{DEFAULT}" else path
                yield (method, where), _exported(operation.get(_INTEGRATION, {}))


def _exported(integration: Mapping[str, Any]) -> Served:
    kind = integration.get("type", "none").lower()
    return kind, "" if kind == "mock" else integration.get("uri", "")
