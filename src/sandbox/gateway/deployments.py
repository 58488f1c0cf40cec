"""What a stage serves: a frozen deployment, made ready for requests.

A deployment is plain data (routes and integrations, or resources and methods, as the AWS API gives
them), taken when it was made: later changes of the API do not reach it. Here it is compiled, with the
stage's variables in its URIs, into a router.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.gateway import rest_parameters
from sandbox.gateway.cors import Cors
from sandbox.gateway.guard import NONE
from sandbox.gateway.http_mapping import HttpMapping
from sandbox.gateway.http_proxy import HttpProxy
from sandbox.gateway.invocation import LambdaIntegration
from sandbox.gateway.openapi_schemas import whole
from sandbox.gateway.rest_backends import RestBackend
from sandbox.gateway.rest_http import HttpTarget
from sandbox.gateway.router import HttpRouter, RestRouter
from sandbox.gateway.stage_rules import StageRules
from sandbox.gateway.targets import fill, function_of
from sandbox.iam.policy import Policy, parse

RESOURCE_POLICY = "the API's resource policy"
HTTP_TIMEOUT_MS = 30_000
REST_TIMEOUT_MS = 29_000


@dataclass(frozen=True, slots=True)
class HttpRoute:
    """A route of an HTTP API; `integration` is None where it has no target.

    mapping: how requests and answers are changed, None where they are not.
    """

    key: str
    integration: LambdaIntegration | HttpProxy | None
    authorization: str = NONE
    mapping: HttpMapping | None = None


@dataclass(frozen=True, slots=True)
class HttpStage:
    """A stage of an HTTP API, ready to serve. router: None while nothing was deployed to it.

    rules: None where the stage neither throttles nor logs.
    """

    name: str
    deployment: str
    router: HttpRouter | None
    cors: Cors | None
    variables: Mapping[str, str]
    rules: StageRules | None = None


@dataclass(frozen=True, slots=True)
class RestMethod:
    """A method of a resource, with all that serving it needs.

    method: as it is deployed, `ANY` or one HTTP method. integration: for AWS_PROXY; mock: the whole
    integration of type MOCK; backend: of all other types. parameters: names of request parameters that a
    validator requires. body_schemas: JSON schemas by media type that a validator holds the body against.
    authorization: its authorizationType.
    """

    method: str
    path: str
    resource_id: str
    integration: LambdaIntegration | None
    mock: Mapping[str, Any] | None
    parameters: tuple[str, ...] = ()
    body_schemas: Mapping[str, Any] | None = None
    authorization: str = NONE
    backend: RestBackend | None = None


@dataclass(frozen=True, slots=True)
class RestStage:
    """A stage of a REST API, ready to serve. gateway_responses: those that the API changes, by type.

    rules: None where the stage neither throttles nor logs. policy: the API's resource policy, as it was
    deployed.
    """

    name: str
    deployment: str
    router: RestRouter
    variables: Mapping[str, str]
    binary_types: tuple[str, ...]
    gateway_responses: Mapping[str, Any]
    rules: StageRules | None = None
    policy: Policy | None = None


def http_stage(
    name: str,
    deployment_id: str,
    frozen: Mapping[str, Any] | None,
    variables: Mapping[str, str],
    rules: StageRules | None = None,
) -> HttpStage:
    """Compile what a stage of an HTTP API serves; `frozen` is its deployment's configuration."""
    if frozen is None:
        return HttpStage(name, deployment_id, None, None, variables, rules)
    routes = {route["routeKey"]: _http_route(route, frozen, variables) for route in frozen["routes"]}
    return HttpStage(name, deployment_id, HttpRouter(routes), Cors.of(frozen["cors"]), variables, rules)


def _http_route(
    route: Mapping[str, Any], frozen: Mapping[str, Any], variables: Mapping[str, str]
) -> HttpRoute:
    given = frozen["integrations"].get((route["target"] or "").removeprefix("integrations/"))
    if given is None:
        return HttpRoute(route["routeKey"], None)
    authorization = route.get("authorizationType") or NONE
    mapping = HttpMapping.of(given.get("requestParameters"), given.get("responseParameters"))
    return HttpRoute(route["routeKey"], _http_integration(given, variables), authorization, mapping)


def _http_integration(
    given: Mapping[str, Any], variables: Mapping[str, str]
) -> LambdaIntegration | HttpProxy:
    uri = fill(given["integrationUri"], variables)
    seconds = (given["timeoutInMillis"] or HTTP_TIMEOUT_MS) / 1000
    if given["integrationType"] == "HTTP_PROXY":
        return HttpProxy(given["integrationMethod"], uri, seconds)
    return LambdaIntegration(
        function_of(uri),
        given["payloadFormatVersion"] or "1.0",
        seconds,
        fill(given["credentialsArn"] or "", variables),
        "" if function_of(uri) else f"the integration's URI names no function: {uri}",
    )


def rest_stage(
    name: str,
    deployment_id: str,
    frozen: Mapping[str, Any],
    variables: Mapping[str, str],
    rules: StageRules | None = None,
) -> RestStage:
    """Compile what a stage of a REST API serves; `frozen` is its deployment's configuration."""
    methods = {}
    for resource in frozen["resources"]:
        for verb, given in resource["methods"].items():
            methods[verb, resource["path"]] = rest_method(resource, verb, given, frozen, variables)
    router, kinds = RestRouter(methods), tuple(frozen["binaryMediaTypes"])
    text = frozen.get("policy")  # deployments of older state folders have none
    policy = parse(text, RESOURCE_POLICY) if text else None
    gateway_responses = frozen["gatewayResponses"]
    return RestStage(name, deployment_id, router, variables, kinds, gateway_responses, rules, policy)


def rest_method(
    resource: Mapping[str, Any],
    verb: str,
    given: Mapping[str, Any],
    frozen: Mapping[str, Any],
    variables: Mapping[str, str],
) -> RestMethod:
    """One method of a resource, ready to serve."""
    integration = given.get("methodIntegration") or {}
    kind = integration.get("type")
    parameters, schemas = _validation(given, frozen)
    return RestMethod(
        verb,
        resource["path"],
        resource["id"],
        _rest_integration(integration, variables) if kind == "AWS_PROXY" else None,
        integration if kind == "MOCK" else None,
        parameters,
        schemas,
        given.get("authorizationType") or NONE,
        _rest_backend(integration, variables) if kind in ("HTTP", "HTTP_PROXY", "AWS") else None,
    )


def _rest_backend(given: Mapping[str, Any], variables: Mapping[str, str]) -> RestBackend:
    if given["type"] == "AWS":
        return RestBackend(given, _rest_integration(given, variables))
    seconds = int(given.get("timeoutInMillis") or REST_TIMEOUT_MS) / 1000
    proxy = given["type"] == "HTTP_PROXY"
    return RestBackend(given, HttpTarget(proxy, given["httpMethod"], fill(given["uri"], variables), seconds))


def _rest_integration(given: Mapping[str, Any], variables: Mapping[str, str]) -> LambdaIntegration:
    uri = fill(given["uri"] or "", variables)
    problem = "" if function_of(uri) else f"the integration's URI names no function: {uri}"
    forbidden = rest_parameters.illegal(given.get("requestParameters"), of_aws=True)
    if forbidden and given["type"] == "AWS_PROXY":
        problem = f"requestParameters set the header {forbidden}, which AWS_PROXY refuses"
    if given.get("httpMethod") != "POST":
        # Lambda's Invoke takes POST only (case rest-post-required).
        problem = f"the integration's httpMethod is {given.get('httpMethod')}; Lambda is invoked by POST"
    return LambdaIntegration(
        function_of(uri),
        "rest",
        int(given.get("timeoutInMillis") or REST_TIMEOUT_MS) / 1000,
        fill(given.get("credentials") or "", variables),
        problem,
    )


def _validation(
    given: Mapping[str, Any], frozen: Mapping[str, Any]
) -> tuple[tuple[str, ...], Mapping[str, Any] | None]:
    """What the method's request validator looks at: required parameters, and schemas of bodies."""
    validator = frozen["validators"].get(given.get("requestValidatorId") or "")
    if validator is None:
        return (), None
    parameters: tuple[str, ...] = ()
    if validator["validateRequestParameters"]:
        wanted = given.get("requestParameters") or {}
        parameters = tuple(name for name, required in wanted.items() if required in (True, "true"))
    schemas = None
    if validator["validateRequestBody"]:
        models = given.get("requestModels") or {}
        known = frozen["models"]
        schemas = {kind: whole(model, known) if model in known else None for kind, model in models.items()}
    return parameters, schemas
