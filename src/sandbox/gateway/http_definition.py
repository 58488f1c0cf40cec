"""HTTP APIs as OpenAPI documents define them: read into what is made of them. Pure: knows no API.

Sources: API Gateway Developer Guide, *Use OpenAPI definitions for HTTP APIs* and *OpenAPI extensions*;
the documents that aws-sam-translator makes. What cannot be served is refused, never left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import NotModelled
from sandbox.gateway import http_checks, openapi
from sandbox.gateway.control import Json, bad_request, conflict
from sandbox.gateway.guard import AWS_IAM, NONE
from sandbox.gateway.openapi import EXTENSION, Document
from sandbox.gateway.router import ANY, DEFAULT_ROUTE

IMPORT_EXPORT_VERSION = "1.0"

_CORS = {
    "allowCredentials": "AllowCredentials",
    "allowHeaders": "AllowHeaders",
    "allowMethods": "AllowMethods",
    "allowOrigins": "AllowOrigins",
    "exposeHeaders": "ExposeHeaders",
    "maxAge": "MaxAge",
}
_INTEGRATION = {
    "connectionId": "ConnectionId",
    "connectionType": "ConnectionType",
    "credentials": "CredentialsArn",
    "httpMethod": "IntegrationMethod",
    "integrationSubtype": "IntegrationSubtype",
    "payloadFormatVersion": "PayloadFormatVersion",
    "requestParameters": "RequestParameters",
    "responseParameters": "ResponseParameters",
    "timeoutInMillis": "TimeoutInMillis",
    "tlsConfig": "TlsConfig",
    "type": "IntegrationType",
    "uri": "IntegrationUri",
}
"""Members of x-amazon-apigateway-integration that HTTP APIs know → members of CreateIntegration."""


@dataclass(frozen=True)
class Route:
    """A route to be made. integration: members of CreateIntegration, or None for a route without one."""

    key: str
    operation: str | None
    integration: Json | None
    authorization: str


@dataclass(frozen=True)
class Definition:
    """An HTTP API to be made: members of CreateApi, tags, routes, and what API Gateway warns of."""

    members: Json
    tags: dict[str, str]
    routes: tuple[Route, ...]
    warnings: tuple[str, ...] = field(default=())


def define(body: str) -> Definition:
    """What a document defines. Raises AwsError for what API Gateway refuses, NotModelled else."""
    document = openapi.read(body)
    if document.swagger:
        raise openapi.invalid()  # HTTP APIs import OpenAPI 3.0 only
    _check_extensions(document)
    routes = tuple(_routes(document))
    seen: set[str] = set()
    for route in routes:
        if http_checks.shape_of(route.key) in seen:
            raise conflict(f"Route with key {route.key} already exists for this API")
        seen.add(http_checks.shape_of(route.key))
    return Definition(_members(document), _tags(document), routes, tuple(_warnings(document)))


def _members(document: Document) -> Json:
    info = document.get("info")
    title = info.get("title")
    if not isinstance(title, str) or not title:
        raise openapi.invalid()
    cors = _cors(document)
    http_checks.check_cors(cors)
    endpoint = document.get(f"{EXTENSION}endpoint-configuration")
    given = {
        "Name": title,
        "Version": str(info["version"]) if info.get("version") else None,
        "Description": info.get("description"),
        "CorsConfiguration": cors,
        "DisableExecuteApiEndpoint": endpoint.get("disableExecuteApiEndpoint"),
    }
    return {name: value for name, value in given.items() if value is not None}


def _check_extensions(document: Document) -> None:
    version = str(document.members.get(f"{EXTENSION}importexport-version", IMPORT_EXPORT_VERSION))
    if version != IMPORT_EXPORT_VERSION:
        raise bad_request(f"{EXTENSION}importexport-version {version}: only {IMPORT_EXPORT_VERSION} is known")
    for name, scheme in document.security_schemes.items():
        found = document.followed(scheme)
        if any(key.startswith(f"{EXTENSION}auth") for key in found) and not openapi.is_sigv4(found):
            raise NotModelled(f"authorizers of an OpenAPI document (securitySchemes.{name})")
    for name in _required(document.members):
        raise NotModelled(f"authorization of routes (security {name} of the document)")


def _required(node: Json) -> list[str]:
    return [name for requirement in node.get("security") or () for name in requirement]


def _authorization(document: Document, operation: Json, key: str) -> str:
    """The route's authorization type. Raises NotModelled for one that asks an authorizer.

    NONE is no scheme: SAM writes it for a route that is open where others are not.
    """
    kind = NONE
    for name in _required(operation):
        if name == NONE:
            continue
        if not openapi.is_sigv4(document.followed(document.security_schemes.get(name) or {})):
            raise NotModelled(f"authorization of routes (security {name} of {key})")
        kind = AWS_IAM
    return kind


def _cors(document: Document) -> Json | None:
    given = document.members.get(f"{EXTENSION}cors")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise bad_request(f"{EXTENSION}cors should be an object")
    for name in given:
        if name not in _CORS:
            raise bad_request(f"{EXTENSION}cors does not know {name}")
    return {_CORS[name]: value for name, value in given.items()}


def _tags(document: Document) -> dict[str, str]:
    value = f"{EXTENSION}tag-value"
    return {
        tag["name"]: str(tag[value])
        for tag in document.members.get("tags") or ()
        if isinstance(tag, dict) and value in tag
    }


def _routes(document: Document) -> Iterator[Route]:
    for path, verb, operation, _ in document.operations():
        key = _route_key(path, verb)
        http_checks.check_route_key(key)
        authorization = _authorization(document, operation, key)
        yield Route(key, operation.get("operationId"), _integration(document, operation), authorization)


def _route_key(path: str, verb: str) -> str:
    """The route key of an operation. `$default` may be written as a path: SAM does where it must."""
    if path.removeprefix("/") == DEFAULT_ROUTE:
        if verb != ANY:
            raise bad_request(f"{DEFAULT_ROUTE} takes {openapi.ANY_METHOD} only")
        return DEFAULT_ROUTE
    return f"{verb} {path}"


def _integration(document: Document, operation: Json) -> Json | None:
    given = operation.get(f"{EXTENSION}integration")
    if given is None:
        return None
    found: dict[str, Any] = document.followed(given)
    asked = {_INTEGRATION[name]: value for name, value in found.items() if name in _INTEGRATION}
    asked["IntegrationType"] = str(asked.get("IntegrationType") or "").upper()
    if "PayloadFormatVersion" in asked:
        asked["PayloadFormatVersion"] = str(asked["PayloadFormatVersion"])  # YAML may hold a number
    if "IntegrationMethod" in asked:
        asked["IntegrationMethod"] = str(asked["IntegrationMethod"]).upper()
    answers = asked.get("ResponseParameters") or {}
    asked["ResponseParameters"] = {str(status): given for status, given in answers.items()}
    http_checks.check_integration(asked, creates=True)
    return asked


def _warnings(document: Document) -> Iterator[str]:
    """What API Gateway warns of.

    Texts: samtranslator/model/api/http_api_generator.py (of `$default`) and getmoto/moto,
    test_apigatewayv2_reimport (of references), both as AWS gave them.
    """
    if DEFAULT_ROUTE in document.get("paths"):
        yield f"Parse issue: attribute paths. Resource {DEFAULT_ROUTE} should start with /"
    for path, verb, operation, _ in document.operations():
        for status, response in (operation.get("responses") or {}).items():
            content = response.get("content") or {} if isinstance(response, dict) else {}
            for media in content.values():
                reference = ((media or {}).get("schema") or {}).get("$ref", "")
                known = {f"#/components/schemas/{name}" for name in document.schemas}
                if reference and reference not in known:
                    where = f"paths.'{path}'({verb.lower()}).responses.{status}.content.schema.{reference}"
                    yield f"Parse issue: attribute {where} is missing"
