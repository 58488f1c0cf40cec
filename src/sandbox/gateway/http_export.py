"""HTTP APIs as OpenAPI documents. Pure: from an API's configuration to the document.

Form: exports of AWS in documentation and repositories (*Export an HTTP API from API Gateway*); recalled
where they are silent: descriptions of generated parameters and responses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.gateway import openapi
from sandbox.gateway.guard import AWS_IAM
from sandbox.gateway.http_definition import IMPORT_EXPORT_VERSION
from sandbox.gateway.openapi import ANY_METHOD, EXTENSION
from sandbox.gateway.router import ANY, DEFAULT_ROUTE, split_route_key

Json = dict[str, Any]

_INTEGRATION = {
    "payloadFormatVersion": "payloadFormatVersion",
    "integrationType": "type",
    "integrationMethod": "httpMethod",
    "integrationUri": "uri",
    "credentialsArn": "credentials",
    "connectionType": "connectionType",
    "requestParameters": "requestParameters",
    "responseParameters": "responseParameters",
    "timeoutInMillis": "timeoutInMillis",
}
"""Members of GetIntegration → members of x-amazon-apigateway-integration, in the export's order."""


def document(api: Json, frozen: Mapping[str, Any], stage: str | None, extensions: bool) -> Json:
    """The OpenAPI document of an API's configuration, with API Gateway's extensions or without."""
    info = {"title": api["name"], "version": api.get("version") or api["createdDate"]}
    if api.get("description"):
        info["description"] = api["description"]
    base = {"basePath": {"default": "" if stage in (None, DEFAULT_ROUTE) else stage}}
    made: Json = {
        "openapi": "3.0.1",
        "info": info,
        "servers": [{"url": f"{api['apiEndpoint']}/{{basePath}}", "variables": base}],
        "paths": _paths(frozen, extensions),
    }
    if any(_is_signed(route) for route in frozen["routes"]):
        own = {openapi.AUTH_TYPE: openapi.SIGV4_TYPE} if extensions else {}
        made["components"] = {"securitySchemes": {openapi.SIGV4: {**openapi.SIGV4_SCHEME, **own}}}
    if extensions:
        if frozen["cors"]:
            made[f"{EXTENSION}cors"] = frozen["cors"]
        made[f"{EXTENSION}importexport-version"] = IMPORT_EXPORT_VERSION
    return made


def _paths(frozen: Mapping[str, Any], extensions: bool) -> Json:
    paths: Json = {}
    for route in frozen["routes"]:
        key = route["routeKey"]
        verb, path = (ANY, f"/{DEFAULT_ROUTE}") if key == DEFAULT_ROUTE else split_route_key(key)
        name = ANY_METHOD if verb == ANY else verb.lower()
        paths.setdefault(path, {})[name] = _operation(route, path, frozen, extensions)
    return paths


def _is_signed(route: Json) -> bool:
    return route.get("authorizationType") == AWS_IAM


def _operation(route: Json, path: str, frozen: Mapping[str, Any], extensions: bool) -> Json:
    made: Json = {}
    if route.get("operationName"):
        made["operationId"] = route["operationName"]
    variables = re.findall(r"\{([^}+]+)\+?\}", path)
    if variables:
        made["parameters"] = [_parameter(name) for name in variables]
    made["responses"] = {"default": {"description": f"Default response for {route['routeKey']}"}}
    if _is_signed(route):
        made["security"] = [{openapi.SIGV4: []}]
    if route["routeKey"] == DEFAULT_ROUTE:
        made["isDefaultRoute"] = True
    integration = frozen["integrations"].get((route["target"] or "").removeprefix("integrations/"))
    if extensions and integration is not None:
        made[f"{EXTENSION}integration"] = _integration(integration)
    return made


def _parameter(name: str) -> Json:
    return {
        "name": name,
        "in": "path",
        "description": f"Generated path parameter for {name}",
        "required": True,
        "schema": {"type": "string"},
    }


def _integration(given: Json) -> Json:
    made = {new: given[old] for old, new in _INTEGRATION.items() if given.get(old) not in (None, {})}
    return {**made, "type": made["type"].lower()}
