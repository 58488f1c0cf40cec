"""Operations of an OpenAPI document as methods of a REST API, in the form in which GetMethod gives them.

What becomes what: localstack/localstack, tests/aws/services/apigateway, test_import_swagger_api and
test_import_and_validate_rest_api (recorded on AWS); API Gateway Developer Guide, *OpenAPI extensions for API
Gateway*.
"""

from __future__ import annotations

import re
from typing import Any

from sandbox.errors import AwsError, NotModelled
from sandbox.gateway import openapi
from sandbox.gateway.guard import AWS_IAM, NONE
from sandbox.gateway.integration_checks import check_integration, check_response_members
from sandbox.gateway.openapi import EXTENSION, Document, Json, invalid
from sandbox.gateway.openapi_form import INTEGRATION, VALIDATOR, malformed
from sandbox.gateway.openapi_schemas import Models

AUTH = f"{EXTENSION}auth"

_PLACES = {"path": "path", "query": "querystring", "header": "header"}
_VARIABLE = re.compile(r"\{([^{}+]+)\+?\}")
_STATUS = re.compile(r"[1-5]\d\d")
_JSON = "application/json"

# Members of x-amazon-apigateway-integration, and of PutIntegration.
_INTEGRATION_MEMBERS = {
    "type": "type",
    "httpMethod": "integrationHttpMethod",
    "uri": "uri",
    "credentials": "credentials",
    "requestTemplates": "requestTemplates",
    "requestParameters": "requestParameters",
    "passthroughBehavior": "passthroughBehavior",
    "timeoutInMillis": "timeoutInMillis",
    "contentHandling": "contentHandling",
    "cacheNamespace": "cacheNamespace",
    "cacheKeyParameters": "cacheKeyParameters",
    "connectionType": "connectionType",
    "connectionId": "connectionId",
    "tlsConfig": "tlsConfig",
    "responses": "responses",
}
_PASSTHROUGH = ("WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER")


class Operations:
    """Makes methods of operations. problems: what API Gateway would refuse, in its words."""

    def __init__(self, document: Document, models: Models) -> None:
        self._document = document
        self._models = models
        self._validator = document.members.get(VALIDATOR)
        self.problems: list[str] = []

    def method(self, path: str, verb: str, operation: Json, shared: list[Any]) -> Json:
        """One method; `requestValidator` is the name of its validator."""
        parameters = self._parameters(path, operation, shared)
        made: Json = {
            "httpMethod": verb,
            "authorizationType": self._authorization(path, verb, operation),
            "operationName": operation.get("operationId"),
            "requestParameters": _request_parameters(path, parameters),
            "requestModels": self._request_models(operation, parameters),
            "requestValidator": operation.get(VALIDATOR) or self._validator,
            "methodResponses": self._responses(operation),
        }
        made["methodIntegration"] = self._integration(path, verb, operation, made)
        return made

    def _authorization(self, path: str, verb: str, operation: Json) -> str:
        """The method's authorization type. Raises NotModelled for what asks an authorizer.

        Security of the document itself is none of its methods': *Important notes for REST APIs*.
        """
        kind = str((operation.get(AUTH) or {}).get("type") or NONE).upper()
        if kind not in (NONE, AWS_IAM):
            raise NotModelled(f"authorization of methods ({AUTH} {kind} of {verb} {path})")
        for name in [name for requirement in operation.get("security") or [] for name in requirement]:
            if openapi.is_sigv4(self._document.followed(self._document.security_schemes.get(name) or {})):
                kind = AWS_IAM
            elif name != NONE:
                raise NotModelled(f"authorization of methods (security {name} of {verb} {path})")
        return kind

    def _parameters(self, path: str, operation: Json, shared: list[Any]) -> list[Json]:
        """All parameters; those of the operation before those of the path with the same name and place."""
        found: dict[tuple[str, str], Json] = {}
        for one in [*shared, *(operation.get("parameters") or [])]:
            parameter = self._document.followed(one)
            if not parameter.get("name"):
                raise invalid()
            place = str(parameter.get("in"))
            if place == "formData":
                raise NotModelled(f"parameters of forms (in: formData, {parameter.get('name')} of {path})")
            found[place, str(parameter.get("name"))] = parameter
        return list(found.values())

    def _request_models(self, operation: Json, parameters: list[Json]) -> Json:
        """The models of the body, by media type."""
        if self._document.swagger:
            body = next((one for one in parameters if one.get("in") == "body"), None)
            kinds = operation.get("consumes") or self._document.members.get("consumes") or [_JSON]
            return self._models_of(dict.fromkeys(kinds, body)) if body else {}
        body = operation.get("requestBody")
        return self._models_of(self._document.followed(body).get("content") or {}) if body else {}

    def _models_of(self, by_kind: Json) -> Json:
        """Media type → model, of objects that may have a schema."""
        found: Json = {}
        for kind, one in _members(by_kind).items():
            schema = _members(_members(one).get("schema"))
            if schema:
                found[kind] = self._models.name_of(schema)
        return found

    def _responses(self, operation: Json) -> Json:
        """The method responses; `default` has no status, so it makes none."""
        made: Json = {}
        for status, given in (operation.get("responses") or {}).items():
            if not _STATUS.fullmatch(str(status)):
                continue
            response = self._document.followed(given)
            headers = {f"method.response.header.{name}": False for name in _members(response.get("headers"))}
            content = response.get("content") or {}
            if self._document.swagger:
                kinds = operation.get("produces") or self._document.members.get("produces") or [_JSON]
                content = dict.fromkeys(kinds, response)
            made[str(status)] = {
                "statusCode": str(status),
                "responseModels": self._models_of(content) or None,
                "responseParameters": headers or None,
            }
        return made

    def _integration(self, path: str, verb: str, operation: Json, method: Json) -> Json | None:
        given = operation.get(INTEGRATION)
        if given is None:
            return None
        asked = _asked(given, path, verb)
        try:
            check_integration(asked, method["requestParameters"])
        except NotModelled as error:
            raise NotModelled(f"{error.what}, of {verb} {path}") from error
        except AwsError as error:
            self.problems.append(
                f"Unable to put integration on '{verb}' for resource at path '{path}': {error.message}"
            )
            return None
        asked["integrationResponses"] = self._integration_responses(given, path, verb, asked["type"], method)
        return asked

    def _integration_responses(self, given: Json, path: str, verb: str, kind: str, method: Json) -> Json:
        made: Json = {}
        for pattern, one in (given.get("responses") or {}).items():
            response = {**one, "statusCode": str(one["statusCode"])}
            there = method["methodResponses"].get(response["statusCode"])
            where = f"Unable to put integration response on '{verb}' for resource at path '{path}': "
            if kind == "MOCK" and there is None:
                self.problems.append(where + "Invalid Response status code specified")
            else:
                declared = None if there is None else there["responseParameters"] or {}
                try:
                    check_response_members(response, declared)
                except NotModelled:
                    raise
                except AwsError as error:
                    self.problems.append(where + error.message)
            response["selectionPattern"] = None if pattern == "default" else pattern
            made[response["statusCode"]] = response
        return made


def _members(value: Any) -> Json:
    """The members of an object that may be missing. Raises BadRequestException for what is no object."""
    if not isinstance(value, dict | None):
        raise invalid()
    return value or {}


def _asked(given: Json, path: str, verb: str) -> Json:
    """An x-amazon-apigateway-integration in the words of PutIntegration."""
    for name in given:
        if name not in _INTEGRATION_MEMBERS and not (name == "payloadFormatVersion" and given[name] == "1.0"):
            raise NotModelled(f"{name} of {INTEGRATION} ({verb} {path})")
    asked = {
        _INTEGRATION_MEMBERS[name]: value for name, value in given.items() if name in _INTEGRATION_MEMBERS
    }
    asked.pop("responses", None)
    asked["type"] = str(asked.get("type") or "").upper()
    if str(asked.pop("connectionType", None) or "INTERNET").upper() != "INTERNET":
        raise NotModelled(f"VPC links (connectionType of {verb} {path})")
    behaviour = str(asked.get("passthroughBehavior") or _PASSTHROUGH[0]).upper()
    if behaviour not in _PASSTHROUGH:
        raise malformed(path)
    return {**asked, "passthroughBehavior": behaviour}


def _request_parameters(path: str, parameters: list[Json]) -> Json:
    """The path's own variables are required, whether the document names them or not."""
    made = {f"method.request.path.{name}": True for name in _VARIABLE.findall(path)}
    for one in parameters:
        place = _PLACES.get(str(one.get("in")))
        if place:
            made[f"method.request.{place}.{one['name']}"] = bool(one.get("required", place == "path"))
    return made
