"""REST APIs and their resources as AWS describes them."""

from __future__ import annotations

from sandbox.backend.apis import ApiHandle
from sandbox.gateway import rest_policies
from sandbox.gateway.control import Json


def described_api(home: ApiHandle) -> Json:
    """An API as CreateRestApi gives it."""
    return tidy_api(home.api.to_dict())


def tidy_api(api: Json) -> Json:
    """An API of moto's as AWS gives it: empty members left out."""
    kept = {key: value for key, value in api.items() if value not in (None, "", [], {})}
    if "policy" in kept:
        kept["policy"] = rest_policies.told(kept["policy"])
    kept["disableExecuteApiEndpoint"] = bool(api.get("disableExecuteApiEndpoint"))
    kept["endpointConfiguration"] = {"ipAddressType": "ipv4", **(api.get("endpointConfiguration") or {})}
    return kept
