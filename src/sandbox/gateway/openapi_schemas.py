"""Schemas of an OpenAPI document as models of a REST API.

A model refers to another by its address, `https://apigateway.amazonaws.com/restapis/ID/models/NAME`
(localstack/localstack, test_import_with_circular_models, recorded on AWS).
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from sandbox.errors import NotModelled
from sandbox.gateway.openapi import Document

Json = dict[str, Any]

_ADDRESS = "https://apigateway.amazonaws.com/restapis/{api}/models/{name}"
_MODEL = re.compile(r"https://apigateway\.amazonaws\.com/restapis/(?P<api>[^/]+)/models/(?P<name>[^/]+)")
_IN_DOCUMENT = re.compile(r"#/(?:definitions|components/schemas)/(?P<name>.+)")
_NAME = re.compile(r"[A-Za-z0-9]+")


class Models:
    """The models that a document makes: its named schemas, and one for every schema written in place."""

    def __init__(self, document: Document) -> None:
        self.made: dict[str, Json] = {}
        self.problems: list[str] = []
        for name, schema in document.schemas.items():
            self._add(name, schema)

    def name_of(self, schema: Json) -> str:
        """The model of a body's schema: the one it refers to, or one made for it."""
        found = _IN_DOCUMENT.fullmatch(str(schema.get("$ref", "")))
        if found:
            return found["name"]
        digest = hashlib.sha256(json.dumps(schema, sort_keys=True).encode()).hexdigest()
        name = f"MODEL{digest[:6]}"
        self._add(name, schema)
        return name

    def _add(self, name: str, schema: Json) -> None:
        if not _NAME.fullmatch(name):
            self.problems.append(
                f"Unable to create model for '{name}': Model name must be alphanumeric: {name}"
            )
        self.made[name] = {"schema": schema, "description": schema.get("description")}


def addressed(schema: Any, api_id: str) -> Any:
    """A schema whose references to other schemas of its document are addresses of the API's models."""

    def changed(reference: str) -> str:
        found = _IN_DOCUMENT.fullmatch(reference)
        return _ADDRESS.format(api=api_id, name=found["name"]) if found else reference

    return _with_references(schema, changed)


def whole(name: str, schemas: dict[str, Any]) -> Any:
    """A model's schema with all that it refers to in it, so that it can be used by itself."""

    def local(reference: str) -> str:
        found = _MODEL.fullmatch(reference)
        return f"#/definitions/{found['name']}" if found else reference

    schema = schemas[name]
    if _MODEL.search(json.dumps(schema)) is None:
        return schema
    every = {other: _with_references(text, local) for other, text in schemas.items()}
    own = every[name]
    return {**own, "definitions": {**every, **(own.get("definitions") or {})}}


def exported(schema: Any, place: str) -> Any:
    """A model's schema as an export writes it; place: `#/definitions/` or `#/components/schemas/`."""

    def local(reference: str) -> str:
        found = _MODEL.fullmatch(reference)
        return place + found["name"] if found else reference

    return _with_references(schema, local)


def check_references(schema: Any, api_id: str) -> None:
    """Raise NotModelled for a model that refers to one of another API."""
    for found in _MODEL.finditer(json.dumps(schema)):
        if found["api"] != api_id:
            raise NotModelled(f"models that refer to models of another API ({found[0]})")


def _with_references(value: Any, changed: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: changed(member)
            if key == "$ref" and isinstance(member, str)
            else _with_references(member, changed)
            for key, member in value.items()
        }
    if isinstance(value, list):
        return [_with_references(item, changed) for item in value]
    return value
