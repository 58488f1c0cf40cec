"""A deployed REST API as an OpenAPI document.

Shapes: localstack/localstack, tests/aws/services/apigateway, test_export_swagger_openapi and
test_export_oas30_openapi (recorded on AWS).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Any

from sandbox.backend.apis import ApiHandle
from sandbox.errors import NotModelled
from sandbox.gateway import openapi
from sandbox.gateway.deployments import REST_TIMEOUT_MS
from sandbox.gateway.guard import AWS_IAM
from sandbox.gateway.openapi import ANY_METHOD, EXTENSION, Json
from sandbox.gateway.openapi_form import INTEGRATION, VALIDATOR
from sandbox.gateway.openapi_schemas import exported

SWAGGER, OAS30 = "swagger", "oas30"
EXPORT_TYPES = (SWAGGER, OAS30)

_EXTENSIONS = frozenset(("integrations", "apigateway", "authorizers"))
_IN = {"path": "path", "querystring": "query", "header": "header"}
_HEADER = "method.response.header."


def exported_document(home: ApiHandle, stage: str, frozen: Json, kind: str, extensions: str) -> Json:
    """The document of what a stage serves. extensions: comma-separated, as the API names them."""
    wanted = {name for name in re.split(r"[,\s]+", extensions) if name}
    unknown = sorted(wanted - _EXTENSIONS)
    if unknown:
        raise NotModelled(f"exports with extensions={unknown[0]}")
    writer = _Writer(frozen, kind == SWAGGER, bool(wanted & {"integrations", "apigateway"}))
    host = f"{home.api_id}.execute-api.{home.region}.amazonaws.com"
    document = _head(home, kind, host, stage)
    document["paths"] = writer.paths()
    schemas = {
        name: exported(schema, writer.place)
        for name, schema in frozen["models"].items()
        if name in writer.used
    }
    schemes = {openapi.SIGV4: _scheme(bool(wanted))} if writer.signed else {}
    if kind == OAS30:
        parts = {"schemas": schemas, "securitySchemes": schemes}
        document["components"] = {name: part for name, part in parts.items() if part}
    else:
        parts = {"securityDefinitions": schemes, "definitions": schemas}
        document.update({name: part for name, part in parts.items() if part})
    if "apigateway" in wanted:
        document.update(_own_extensions(frozen))
    return document


def written(document: Json, as_yaml: bool) -> bytes:
    """The document's text."""
    if not as_yaml:
        return json.dumps(document, indent=2).encode()
    import yaml

    text: str = yaml.safe_dump(document, sort_keys=False, explicit_start=True)
    return text.encode()


def _head(home: ApiHandle, kind: str, host: str, stage: str) -> Json:
    api = home.api.to_dict()
    made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(api["createdDate"]))
    info = {
        "title": api["name"],
        "description": api.get("description"),
        "version": api.get("version") or made,
    }
    info = {name: value for name, value in info.items() if value}
    if kind == SWAGGER:
        return {"swagger": "2.0", "info": info, "host": host, "basePath": f"/{stage}", "schemes": ["https"]}
    server = {"url": f"https://{host}/{{basePath}}", "variables": {"basePath": {"default": stage}}}
    return {"openapi": "3.0.1", "info": info, "servers": [server]}


def _own_extensions(frozen: Json) -> Json:
    made: Json = {}
    if frozen["validators"]:
        made[f"{EXTENSION}request-validators"] = {
            one["name"]: {
                "validateRequestParameters": bool(one["validateRequestParameters"]),
                "validateRequestBody": bool(one["validateRequestBody"]),
            }
            for one in frozen["validators"].values()
        }
    if frozen["gatewayResponses"]:
        names = ("statusCode", "responseParameters", "responseTemplates")
        made[f"{EXTENSION}gateway-responses"] = {
            kind: {name: one[name] for name in names if one.get(name)}
            for kind, one in frozen["gatewayResponses"].items()
        }
    if frozen.get("policy"):
        made[f"{EXTENSION}policy"] = json.loads(frozen["policy"])
    if frozen["binaryMediaTypes"]:
        made[f"{EXTENSION}binary-media-types"] = list(frozen["binaryMediaTypes"])
    return made


def _scheme(extensions: bool) -> Json:
    """The security scheme of methods with AWS_IAM."""
    own = {openapi.AUTH_TYPE: openapi.SIGV4_TYPE} if extensions else {}
    return {**openapi.SIGV4_SCHEME, **own}


class _Writer:
    """Writes methods as operations. used: the models that these refer to, and those they refer to.

    signed: whether one of them asks for a signature.
    """

    def __init__(self, frozen: Json, swagger: bool, integrations: bool) -> None:
        self._frozen = frozen
        self._swagger = swagger
        self._integrations = integrations
        self.place = "#/definitions/" if swagger else "#/components/schemas/"
        self.used: set[str] = set()
        self.signed = False

    def paths(self) -> Json:
        made: Json = {}
        for resource in self._frozen["resources"]:
            for verb, method in resource["methods"].items():
                key = ANY_METHOD if verb == "ANY" else verb.lower()
                made.setdefault(resource["path"], {})[key] = self._operation(method)
        return made

    def _operation(self, method: Json) -> Json:
        made: Json = {"operationId": method.get("operationName")}
        if self._swagger:
            made.update(_media_types(method))
        parameters = [
            self._parameter(name, need) for name, need in (method["requestParameters"] or {}).items()
        ]
        models = method["requestModels"] or {}
        if self._swagger:
            parameters += [
                {"in": "body", "name": model, "required": True, "schema": self._reference(model)}
                for model in list(models.values())[:1]
            ]
        elif models:
            made["requestBody"] = {"content": self._content(models), "required": True}
        made["parameters"] = parameters or None
        made["responses"] = {
            status: self._response(one) for status, one in sorted(method["methodResponses"].items())
        }
        if method.get("authorizationType") == AWS_IAM:
            self.signed = True
            made["security"] = [{openapi.SIGV4: []}]
        if self._integrations:
            made.update(self._extensions(method))
        return {name: value for name, value in made.items() if value is not None}

    def _parameter(self, name: str, required: Any) -> Json:
        _, _, place, key = name.split(".", 3)
        need = required in (True, "true")
        if self._swagger:
            return {"name": key, "in": _IN[place], "required": need, "type": "string"}
        flag = {"required": True} if need else {}
        return {"name": key, "in": _IN[place], **flag, "schema": {"type": "string"}}

    def _response(self, response: Json) -> Json:
        made: Json = {"description": f"{response['statusCode']} response"}
        models = response["responseModels"] or {}
        names = [name.removeprefix(_HEADER) for name in response["responseParameters"] or {}]
        text: Json = {"type": "string"}
        if self._swagger:
            if models:
                made["schema"] = self._reference(next(iter(models.values())))
            headers = dict.fromkeys(names, text)
            return {**made, "headers": headers} if headers else made
        if names:
            made["headers"] = {name: {"schema": text} for name in names}
        return {**made, "content": self._content(models)}

    def _content(self, models: Mapping[str, str]) -> Json:
        return {kind: {"schema": self._reference(model)} for kind, model in models.items()}

    def _reference(self, model: str) -> Json:
        self._use(model)
        return {"$ref": f"{self.place}{model}"}

    def _use(self, model: str) -> None:
        if model in self.used or model not in self._frozen["models"]:
            return
        self.used.add(model)
        for other in re.findall(r"/models/([A-Za-z0-9]+)", json.dumps(self._frozen["models"][model])):
            self._use(other)

    def _extensions(self, method: Json) -> Json:
        made: Json = {}
        validator = self._frozen["validators"].get(method.get("requestValidatorId") or "")
        if validator:
            made[VALIDATOR] = validator["name"]
        if method["methodIntegration"]:
            made[INTEGRATION] = _integration(method["methodIntegration"])
        return made


def _media_types(method: Json) -> Json:
    integration = method["methodIntegration"] or {}
    taken = {**(method["requestModels"] or {}), **(integration.get("requestTemplates") or {})}
    given: Json = {}
    for response in method["methodResponses"].values():
        given.update(response["responseModels"] or {})
    for response in (integration.get("integrationResponses") or {}).values():
        given.update(response.get("responseTemplates") or {})
    return {"consumes": list(taken) or None, "produces": list(given) or None}


def _integration(given: Json) -> Json:
    responses: Json = {}
    for response in (given.get("integrationResponses") or {}).values():
        kept = {name: value for name, value in response.items() if value and name != "selectionPattern"}
        responses[response.get("selectionPattern") or "default"] = kept
    timeout = int(given.get("timeoutInMillis") or REST_TIMEOUT_MS)
    made = {
        "type": given["type"].lower(),
        "httpMethod": given.get("httpMethod"),
        "uri": given.get("uri"),
        "credentials": given.get("credentials"),
        "responses": responses,
        "requestParameters": given.get("requestParameters"),
        "requestTemplates": given.get("requestTemplates"),
        "passthroughBehavior": (given.get("passthroughBehavior") or "").lower(),
        "timeoutInMillis": None if timeout == REST_TIMEOUT_MS else timeout,
    }
    return {name: value for name, value in made.items() if value}
