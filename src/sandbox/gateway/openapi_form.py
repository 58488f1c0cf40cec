"""The form that an OpenAPI document must have for an import to read it.

Only what an import reads is looked at; `$ref` stands wherever an object does.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sandbox.backend import lean_imports
from sandbox.errors import AwsError
from sandbox.gateway.control import bad_request
from sandbox.gateway.openapi import ANY_METHOD, EXTENSION, VERBS, Document, Json, invalid

INTEGRATION = f"{EXTENSION}integration"
VALIDATOR = f"{EXTENSION}request-validator"

_OBJECT: Json = {"type": "object"}
_MAYBE: Json = {"type": ["object", "null"]}
_TEXT: Json = {"type": "string"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_SECURITY: Json = {"type": "array", "items": _OBJECT}
_PLAIN: Json = {"type": ["string", "number", "boolean"]}


def _map(of: Json) -> Json:
    return {"type": ["object", "null"], "additionalProperties": of}


_CONTENT = _map({"type": ["object", "null"], "properties": {"schema": _OBJECT}})
_PARAMETERS: Json = {
    "type": ["array", "null"],
    "items": {
        "type": "object",
        "properties": {"name": _TEXT, "in": _TEXT, "schema": _OBJECT},
        "anyOf": [{"required": ["$ref"]}, {"required": ["name", "in"]}],
    },
}
_RESPONSE: Json = {
    "type": "object",
    "properties": {"headers": _MAYBE, "content": _CONTENT, "schema": _OBJECT},
}
_INTEGRATION: Json = {
    "type": "object",
    "properties": {
        "type": _TEXT,
        "uri": _TEXT,
        "httpMethod": _TEXT,
        "credentials": {"type": ["string", "null"]},
        "passthroughBehavior": _TEXT,
        "connectionType": _TEXT,
        "timeoutInMillis": {"type": ["integer", "string"], "pattern": r"^\d{1,9}$"},
        "requestTemplates": _map({"type": ["string", "null"]}),
        "requestParameters": _MAYBE,
        "responses": _map(
            {
                "type": "object",
                "required": ["statusCode"],
                "properties": {
                    "statusCode": {"type": ["string", "integer"]},
                    "responseTemplates": _map({"type": ["string", "null"]}),
                    "responseParameters": _map(_TEXT),
                },
            }
        ),
    },
}
_OPERATION: Json = {
    "type": ["object", "null"],
    "properties": {
        "operationId": _TEXT,
        "parameters": _PARAMETERS,
        "requestBody": {"type": "object", "properties": {"content": _CONTENT}},
        "responses": _map(_RESPONSE),
        "consumes": _TEXTS,
        "produces": _TEXTS,
        "security": _SECURITY,
        VALIDATOR: _TEXT,
        INTEGRATION: _INTEGRATION,
        f"{EXTENSION}auth": _OBJECT,
    },
}
_PATH: Json = {
    "type": "object",
    "properties": {"parameters": _PARAMETERS, **dict.fromkeys((*VERBS, ANY_METHOD), _OPERATION)},
}
_SERVER: Json = {"type": "object", "properties": {"url": _TEXT, "variables": _map(_OBJECT)}}
_GATEWAY_RESPONSE: Json = {
    "type": "object",
    "properties": {
        "statusCode": {"type": ["string", "integer", "null"]},
        "responseParameters": _map(_PLAIN),
        "responseTemplates": _map(_TEXT),
    },
}
_DOCUMENT: Json = {
    "properties": {
        "info": {
            "type": ["object", "null"],
            "properties": {"title": _TEXT, "version": _PLAIN, "description": {"type": ["string", "null"]}},
        },
        "paths": {"type": ["object", "null"], "patternProperties": {"^/": _PATH}},
        "definitions": _map(_OBJECT),
        "components": {
            "type": ["object", "null"],
            "properties": {"schemas": _map(_OBJECT), "securitySchemes": _map(_OBJECT)},
        },
        "securityDefinitions": _map(_OBJECT),
        "basePath": _TEXT,
        "servers": {"type": ["array", "null"], "items": _SERVER},
        "security": _SECURITY,
        "consumes": _TEXTS,
        "produces": _TEXTS,
        VALIDATOR: _TEXT,
        f"{EXTENSION}binary-media-types": _TEXTS,
        f"{EXTENSION}request-validators": _map(_OBJECT),
        f"{EXTENSION}gateway-responses": _map(_GATEWAY_RESPONSE),
        f"{EXTENSION}endpoint-configuration": _OBJECT,
        f"{EXTENSION}api-key-source": _TEXT,
    },
}


def check_form(document: Document) -> None:
    """Raise BadRequestException for a document that an import could not read."""
    error = next(_validator().iter_errors(document.members), None)
    if error is None:
        return
    place = [str(part) for part in error.absolute_path]
    if INTEGRATION in place:
        raise malformed(place[1])
    raise invalid()


def malformed(path: str) -> AwsError:
    """localstack/localstack issue 4619 (answered by AWS)."""
    return bad_request(f"Unable to parse API definition because of a malformed integration at path {path}.")


@cache
def _validator() -> Any:
    with lean_imports.without_grammar():  # 150 ms
        from jsonschema import Draft7Validator  # type: ignore[import-untyped]

    return Draft7Validator(_DOCUMENT)
