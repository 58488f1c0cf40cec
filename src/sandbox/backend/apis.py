"""APIs as moto keeps them, and what the sandbox adds to them.

moto's deployments hold no snapshot and its HTTP APIs have none at all, so both are kept here, in
moto's own objects: they go when the API goes, and when moto is reset.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.backend import function_versions
from sandbox.errors import NotModelled

_MODULES = {"HTTP": "moto.apigatewayv2.models", "REST": "moto.apigateway.models"}
_BACKENDS = {"HTTP": "apigatewayv2_backends", "REST": "apigateway_backends"}


class ApiHandle:
    """One API, found: kind (`HTTP` or `REST`), account and region, and moto's object of it."""

    __slots__ = ("_backend", "account", "api", "api_id", "kind", "region")

    def __init__(self, kind: str, account: str, region: str, backend: Any, api_id: str) -> None:
        self.kind = kind
        self.account = account
        self.region = region
        self.api_id = api_id
        self._backend = backend
        self.api = backend.apis[api_id]

    def alive(self) -> bool:
        """Whether the API still exists; one made anew under the same id is another."""
        return self._backend.apis.get(self.api_id) is self.api

    @property
    def version(self) -> int:
        """Grows with every change of what the API serves."""
        return int(getattr(self.api, "sandbox_version", 0))

    def changed(self) -> None:
        """Say that something the API serves was changed."""
        self.api.sandbox_version = self.version + 1

    @property
    def deployments(self) -> dict[str, dict[str, Any]]:
        """What was deployed, by deployment id, oldest first: plain data, frozen when it was made."""
        kept: dict[str, dict[str, Any]] | None = getattr(self.api, "sandbox_deployments", None)
        if kept is None:
            kept = self.api.sandbox_deployments = {}
        return kept


def find(api_id: str) -> ApiHandle | None:
    """The API of an id, in whatever account and region it lives; None if there is none."""
    for kind in _MODULES:
        for account, region, backend in _all_backends(kind):
            api = backend.apis.get(api_id)
            if api is not None and getattr(api, "protocol_type", "HTTP") == "HTTP":
                return ApiHandle(kind, account, region, backend, api_id)
    return None


def handle(kind: str, account: str, region: str, api_id: str) -> ApiHandle | None:
    """The API of an id in one account and region; None if there is none."""
    module = sys.modules.get(_MODULES[kind])
    if module is None:
        return None
    try:
        backend = getattr(module, _BACKENDS[kind])[account][region]
    except KeyError as error:
        raise NotModelled(f"the region '{region}'") from error
    return ApiHandle(kind, account, region, backend, api_id) if api_id in backend.apis else None


def _all_backends(kind: str) -> Iterator[tuple[str, str, Any]]:
    # A module that nobody has imported yet has no APIs, and the import would take 0.2 s.
    module = sys.modules.get(_MODULES[kind])
    if module is None or not hasattr(module, _BACKENDS[kind]):
        return
    for account, regions in list(getattr(module, _BACKENDS[kind]).items()):
        for region, backend in list(regions.items()):
            yield account, region, backend


@dataclass(frozen=True)
class FunctionPolicy:
    """A function's resource policy. token: another one whenever the policy is another one."""

    token: tuple[str, int]
    statements: tuple[dict[str, Any], ...]


def function_policy(account: str, region: str, name: str, qualifier: str | None) -> FunctionPolicy | None:
    """The resource policy of a function, version or alias; None if there is no such function."""
    policy = function_versions.policy(account, region, name, qualifier or "$LATEST")
    if policy is None:
        return None
    return FunctionPolicy((policy.revision, len(policy.statements)), tuple(policy.statements))


def function_policy_token(
    account: str, region: str, name: str, qualifier: str | None
) -> tuple[str, int] | None:
    """`FunctionPolicy.token`, without the policy: microseconds, for the warm path."""
    policy = function_versions.policy(account, region, name, qualifier or "$LATEST")
    # moto gives an added statement a new revision, but not a removed one: so count them too.
    return None if policy is None else (policy.revision, len(policy.statements))
