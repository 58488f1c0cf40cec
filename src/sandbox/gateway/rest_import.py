"""ImportRestApi, PutRestApi and GetExport: REST APIs from OpenAPI documents and back.

What each mode leaves: API Gateway Developer Guide, *Update an existing REST API*; localstack/localstack,
test_put_rest_api_mode_binary_media_types (recorded on AWS).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import apis, calls, rest_apis
from sandbox.backend import rest_definitions as definitions
from sandbox.backend.apis import ApiHandle
from sandbox.backend.moto_backend import MotoBackend
from sandbox.gateway import control, openapi, rest_policies
from sandbox.gateway.control import Handler, Json, bad_request, home_of
from sandbox.gateway.deployments import REST_TIMEOUT_MS
from sandbox.gateway.openapi_definition import Definition, defined
from sandbox.gateway.openapi_export import EXPORT_TYPES, exported_document, written
from sandbox.gateway.openapi_schemas import addressed
from sandbox.gateway.rest_descriptions import described_api
from sandbox.iam import Caller
from sandbox.messages import Reply

_OVERWRITE, _MERGE = "overwrite", "merge"
_JSON = "application/json"
_ACCEPTED = {
    "": "application/octet-stream",
    "*/*": "application/octet-stream",
    _JSON: _JSON,
    "application/yaml": "application/yaml",
}


class RestImports:
    """Handlers of the operations that read or write OpenAPI documents."""

    def __init__(self, backend: MotoBackend) -> None:
        self._backend = backend
        self.handlers: dict[str, Handler] = {
            "ImportRestApi": self.import_api,
            "PutRestApi": self.put_api,
            "GetExport": self.get_export,
        }

    async def import_api(self, call: ApiCall, caller: Caller) -> Reply:
        definition = _definition(call)
        if not definition.name:
            raise openapi.invalid()
        asked = {"name": definition.name}
        create = replace(
            call,
            operation="CreateRestApi",
            request=calls.request(call.service, "CreateRestApi", asked, call.region),
            uri_parameters={},
        )
        made = await control.moto_json(self._backend, create, caller)
        home = apis.handle("REST", caller.account, call.region, made["id"])
        assert home is not None, "moto has just made it"
        _apply(home, definition, overwrite=True)
        return Reply.of_json(_answer(home, definition), 201)

    async def put_api(self, call: ApiCall, caller: Caller) -> Reply:
        home, mode = home_of("REST", call, caller), call.parameters.get("mode") or _MERGE
        if mode not in (_OVERWRITE, _MERGE):
            # The words: getmoto/moto, test_put_rest_api__fail_on_invalid_mode.
            raise bad_request('Enumeration value of OpenAPI import mode must be "overwrite" or "merge"')
        there = frozenset(definitions.paths(home)) if mode == _MERGE else frozenset()
        definition = _definition(call, there)
        _apply(home, definition, overwrite=mode == _OVERWRITE)
        return Reply.of_json({"tags": {}, **_answer(home, definition)})

    async def get_export(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = home_of("REST", call, caller), call.parameters
        name, kind = asked["stageName"], asked["exportType"]
        if name not in home.api.stages:
            raise control.not_found("Invalid stage identifier specified")
        if kind not in EXPORT_TYPES:
            raise bad_request(f"No API exporter for type '{kind}'")
        stage = rest_apis.stage_json(home, name)
        frozen = home.deployments[stage["deploymentId"]]["configuration"]
        extensions = _query(call).get("extensions", "")
        document = exported_document(home, name, frozen, kind, extensions)
        accepted = call.request.header("accept")
        if accepted not in _ACCEPTED:
            raise bad_request(f"Invalid Accept header {accepted}: API Gateway exports JSON and YAML")
        content_type = _ACCEPTED[accepted]
        as_yaml = content_type.endswith("yaml")
        name = f"{kind}_{document['info']['version']}.{'yaml' if as_yaml else 'json'}"
        headers = (
            ("Content-Type", content_type),
            ("Content-Disposition", f'attachment; filename="{name}"'),
        )
        return Reply(200, headers, written(document, as_yaml))


def _query(call: ApiCall) -> dict[str, str]:
    """The operation's `parameters`: what of the query string has no name of its own."""
    return {name: value for name, value in call.request.query if name not in ("mode", "failonwarnings")}


def _definition(call: ApiCall, there: frozenset[str] = frozenset()) -> Definition:
    document = openapi.read(call.request.body)
    definition = defined(document, _query(call), there)
    fails = str(call.parameters.get("failOnWarnings")).lower() == "true"
    if fails and definition.warnings:
        raise bad_request("Warnings found during import:\n\t" + "\n\t".join(definition.warnings))
    return definition


def _answer(home: ApiHandle, definition: Definition) -> Json:
    warnings = {"warnings": definition.warnings} if definition.warnings else {}
    return {**described_api(home), **warnings}


def _apply(home: ApiHandle, definition: Definition, *, overwrite: bool) -> None:
    """Make of an API what a definition says; nothing here can be refused any more."""
    _set_members(home, definition, overwrite)
    for name, model in definition.models.items():
        schema = addressed(model["schema"], home.api_id)
        definitions.put_model(home, name, schema, model["description"], _JSON)
    validators = {
        name: definitions.put_validator(
            home, name, one["validateRequestBody"], one["validateRequestParameters"]
        )
        for name, one in definition.validators.items()
    }
    for kind, response in definition.gateway_responses.items():
        definitions.put_gateway_response(home, kind, response)
    if overwrite:
        definitions.clear_methods(home)
        definitions.keep_paths(home, set(definition.paths))
        definitions.keep_models(home, set(definition.models))
        definitions.keep_validators(home, set(definition.validators))
        definitions.keep_gateway_responses(home, set(definition.gateway_responses))
    for path, methods in definition.paths.items():
        resource = definitions.resource_at(home, path)
        for method in methods.values():
            definitions.put_method(home, resource, _with_ids(method, validators))
    home.changed()


def _set_members(home: ApiHandle, definition: Definition, overwrite: bool) -> None:
    kinds = rest_apis.binary_media_types(home)
    added = [kind for kind in definition.binary_media_types or () if overwrite or kind not in kinds]
    members: dict[str, Any] = {
        "name": definition.name or None,
        "version": definition.version,
        "binaryMediaTypes": added if overwrite else [*kinds, *added],
        "disableExecuteApiEndpoint": definition.endpoint_disabled,
    }
    if definition.endpoint_types:
        members["endpoint_configuration"] = {"types": definition.endpoint_types}
    rest_apis.set_members(home, **{name: value for name, value in members.items() if value is not None})
    if overwrite or definition.policy:
        text = rest_policies.kept(definition.policy, home) if definition.policy else None
        rest_apis.set_members(home, policy=text)
    if overwrite or definition.description:
        rest_apis.set_members(home, description=definition.description)


def _with_ids(method: Json, validators: dict[str, str]) -> Json:
    """A method with its validator's id, and the defaults of its integration."""
    integration = method["methodIntegration"]
    if integration:
        timeout = int(integration.get("timeoutInMillis") or REST_TIMEOUT_MS)
        integration = {**integration, "timeoutInMillis": timeout}
    validator = validators.get(method["requestValidator"] or "")
    return {**method, "requestValidatorId": validator, "methodIntegration": integration}
