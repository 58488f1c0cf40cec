"""HTTP APIs made from OpenAPI documents, and documents made from them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import yaml

from sandbox.api_call import ApiCall
from sandbox.backend import apis, http_apis
from sandbox.backend.apis import ApiHandle
from sandbox.errors import NotModelled
from sandbox.gateway import http_definition, http_export
from sandbox.gateway.control import Handler, Json, bad_request, home_of, not_found
from sandbox.gateway.http_definition import Definition
from sandbox.gateway.http_stages import auto_deploy
from sandbox.iam import Caller
from sandbox.messages import Reply

_DESCRIPTION = "AutoCreate from OpenAPI Import"
"""What API Gateway writes to integrations that it imports."""


class HttpImport:
    """Handlers of ImportApi, ReimportApi and ExportApi. told: an API's JSON as its answers have it."""

    def __init__(self, told: Callable[[Json], Json]) -> None:
        self._told = told
        self.handlers: dict[str, Handler] = {
            "ImportApi": self.import_api,
            "ReimportApi": self.reimport_api,
            "ExportApi": self.export_api,
        }

    async def import_api(self, call: ApiCall, caller: Caller) -> Reply:
        definition = _definition(call.parameters)
        api_id = http_apis.create_api(caller.account, call.region, definition.members["Name"])
        home = apis.handle("HTTP", caller.account, call.region, api_id)
        assert home is not None, "it has just been made"
        return self._imported(home, definition)

    async def reimport_api(self, call: ApiCall, caller: Caller) -> Reply:
        """The document takes the place of routes, integrations and settings; stages stay."""
        home = home_of("HTTP", call, caller)
        return self._imported(home, _definition(call.parameters))

    def _imported(self, home: ApiHandle, definition: Definition) -> Reply:
        http_apis.overwrite(home, definition.members, definition.tags)
        for route in definition.routes:
            target = None
            if route.integration is not None:
                members = {**route.integration, "Description": _DESCRIPTION}
                target = f"integrations/{http_apis.create_integration(home, members)}"
            http_apis.create_route(home, route.key, target, route.operation, route.authorization)
        auto_deploy(home)
        told = self._told(http_apis.api_json(home))
        if definition.warnings:
            told["warnings"] = list(definition.warnings)
        return Reply.of_json(told, 201)

    async def export_api(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = home_of("HTTP", call, caller), call.parameters
        if asked.get("Specification") != "OAS30":
            raise bad_request(f"Invalid specification {asked.get('Specification')}: only OAS30 is known")
        if asked.get("OutputType") not in ("JSON", "YAML"):
            raise bad_request(f"Invalid output type {asked.get('OutputType')}: JSON or YAML")
        if asked.get("ExportVersion", http_definition.IMPORT_EXPORT_VERSION) != "1.0":
            raise bad_request(f"Invalid export version {asked['ExportVersion']}: only 1.0 is known")
        extensions = str(asked.get("IncludeExtensions", True)).lower() != "false"
        document = http_export.document(http_apis.api_json(home), *_exported(home, asked), extensions)
        if asked["OutputType"] == "YAML":
            text = yaml.safe_dump(document, sort_keys=False)
            return Reply(200, (("Content-Type", "application/yaml"),), text.encode())
        return Reply(200, (("Content-Type", "application/json"),), json.dumps(document, indent=2).encode())


def _definition(asked: Json) -> Definition:
    if asked.get("Basepath", "ignore") != "ignore":
        raise NotModelled(f"base paths of an OpenAPI document (Basepath {asked['Basepath']})")
    definition = http_definition.define(str(asked.get("Body") or ""))
    if definition.warnings and str(asked.get("FailOnWarnings", False)).lower() == "true":
        raise bad_request("\n\t".join(("Warnings found during import:", *definition.warnings)))
    return definition


def _exported(home: ApiHandle, asked: Json) -> tuple[dict[str, Any], str | None]:
    """What is exported, and the stage it is served by: a stage's deployment, or the API as it is now."""
    name = asked.get("StageName")
    if name is None:
        return http_apis.configuration(home), None
    stages = http_apis.stages(home)
    if name not in stages:
        raise not_found(f"Invalid stage identifier specified {name}")
    deployment = home.deployments.get(stages[name].get("deploymentId", ""))
    if deployment is None:
        raise not_found(f"Nothing has been deployed to stage {name}")
    return deployment["configuration"], name
