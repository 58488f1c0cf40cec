"""What UpdateRestApi may change.

Sources: API Reference, *Patch operations* (UpdateRestApi); localstack/localstack,
test_update_rest_api_behaviour and test_update_rest_api_ip_address_type (recorded on AWS).
"""

from __future__ import annotations

from typing import Any

from sandbox.backend import rest_apis
from sandbox.backend.apis import ApiHandle
from sandbox.errors import NotModelled
from sandbox.gateway import rest_policies
from sandbox.gateway.control import Json, bad_request, not_found
from sandbox.gateway.patches import entry, is_true, unsupported

# Paths, and moto's attributes.
_MEMBERS = {"/name": "name", "/description": "description"}
_REFUSED = {
    "/minimumCompressionSize": "compression",
    "/apiKeySource": "API keys",
    "/securityPolicy": "TLS settings",
    "/endpointAccessMode": "TLS settings",
}
_POLICY = "/policy"
_TYPES = ("REGIONAL", "EDGE", "PRIVATE")


def patch_api(home: ApiHandle, operations: list[Json]) -> None:
    """Apply all operations, or none where one cannot be."""
    kinds = list(rest_apis.binary_media_types(home))
    members: dict[str, Any] = {}
    for operation in operations:
        op, path, value = operation["op"], operation["path"], operation.get("value")
        kind = entry(operation, "binaryMediaTypes")
        if kind is not None:
            _patch_binary(kinds, op, kind, value)
        elif path.startswith("/endpointConfiguration/"):
            _patch_endpoint(home, members, op, path, value)
        elif path in _REFUSED:
            if path != "/apiKeySource" or value != "HEADER":
                raise NotModelled(f"{_REFUSED[path]} (changes of {path} by UpdateRestApi)")
        elif path == _POLICY:
            if op not in ("replace", "remove"):
                raise unsupported(op, path)
            policy = rest_policies.checked(value if op == "replace" else None)
            members["policy"] = rest_policies.kept(policy, home) if policy else None
        elif path not in (*_MEMBERS, "/disableExecuteApiEndpoint"):
            raise bad_request(f"Invalid patch path {path}")
        elif op == "remove" and path == "/description":
            members["description"] = None
        elif op != "replace":
            raise unsupported(op, path)
        elif path in _MEMBERS:
            members[_MEMBERS[path]] = value
        else:
            members["disableExecuteApiEndpoint"] = is_true(value)
    rest_apis.set_members(home, binaryMediaTypes=kinds, **members)
    home.changed()


def _patch_binary(kinds: list[str], op: str, kind: str, value: Any) -> None:
    if op == "add" and kind not in kinds:
        kinds.append(kind)
    elif op in ("remove", "replace"):
        if kind not in kinds:
            raise not_found(f"Invalid binary media type {kind}")
        kinds.remove(kind)
        if op == "replace":
            kinds.append(str(value))


def _patch_endpoint(home: ApiHandle, members: dict[str, Any], op: str, path: str, value: Any) -> None:
    current = {**home.api.endpoint_configuration, **members.get("endpoint_configuration", {})}
    if path == "/endpointConfiguration/ipAddressType":
        if op != "replace":
            raise bad_request("Invalid patch operation specified. Must be one of: [replace]")
        if value not in ("ipv4", "dualstack"):
            raise bad_request("ipAddressType must be either ipv4 or dualstack.")
        members["endpoint_configuration"] = {**current, "ipAddressType": value}
    elif path.startswith("/endpointConfiguration/types/"):
        if op != "replace":
            raise NotModelled(f"the patch operation {op} of an API's endpoint types")
        if value not in _TYPES:
            raise bad_request("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
        if value == "PRIVATE":
            raise NotModelled("private APIs (endpointConfiguration types PRIVATE)")
        members["endpoint_configuration"] = {**current, "types": [value]}
    else:
        raise NotModelled(f"changes of {path} by UpdateRestApi")
