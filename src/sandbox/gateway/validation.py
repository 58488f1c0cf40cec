"""Request validators of REST APIs: required parameters, and bodies held against a JSON schema.

Source: localstack/localstack, tests/aws/services/apigateway, test_api_gateway_request_validator
(recorded on AWS; cases rest-validator-params, rest-validator-body).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox.backend import lean_imports
from sandbox.gateway.deployments import RestMethod
from sandbox.gateway.events import media_type
from sandbox.messages import HttpRequest

_PREFIX = "method.request."
INVALID_BODY = "Invalid request body"


def problem(method: RestMethod, request: HttpRequest, variables: Mapping[str, str]) -> str:
    """The message of the 400 that a request gets, or "" if it is valid."""
    missing = [
        name.rpartition(".")[2]
        for name in sorted(method.parameters)
        if not _has(name.removeprefix(_PREFIX), request, variables)
    ]
    if missing:
        return f"Missing required request parameters: [{', '.join(missing)}]"
    if method.body_schemas and not _body_fits(method.body_schemas, request):
        return INVALID_BODY
    return ""


def _has(name: str, request: HttpRequest, variables: Mapping[str, str]) -> bool:
    place, _, key = name.partition(".")
    if place == "header":
        return bool(request.header(key))
    if place == "querystring":
        return any(given == key and value for given, value in request.query)
    return bool(variables.get(key))


def _body_fits(schemas: Mapping[str, Any], request: HttpRequest) -> bool:
    schema = schemas.get(media_type(request.header("content-type")) or "application/json")
    if schema is None:
        return True
    with lean_imports.without_grammar():  # 150 ms, and most APIs have no models
        from jsonschema import Draft4Validator  # type: ignore[import-untyped]

    try:
        body = json.loads(request.body or b"null")
    except ValueError:
        return False
    return bool(Draft4Validator(schema).is_valid(body))
