"""What UpdateStage may change.

Sources: API Reference, *Patch operations* (UpdateStage); localstack/localstack,
tests/aws/services/apigateway, test_create_update_stages, test_update_stage_remove_wildcard and
test_stage_access_log_settings_validation (recorded on AWS).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sandbox.backend import rest_apis
from sandbox.backend.apis import ApiHandle
from sandbox.errors import NotModelled
from sandbox.gateway import cloudwatch_role
from sandbox.gateway.control import Json, bad_request
from sandbox.gateway.patches import entry, is_true
from sandbox.gateway.stage_checks import check_destination, check_format, check_limits

_ACCESS_LOG = ("destinationArn", "format")
_BAD_ACCESS_LOG = (
    "Invalid accessLogSettings path. Must be one of : "
    "[/accessLogSettings/destinationArn, /accessLogSettings/format]"
)
_METHOD = re.compile(r"/(?P<resource>[^/]+)/(?P<verb>[^/]+)(?:/(?P<setting>\w+/\w+))?")
_PLACES = (
    *("/deploymentId", "/description", "/cacheClusterEnabled", "/cacheClusterSize", "/clientCertificateId"),
    *("/accessLogSettings", "/accessLogSettings/destinationArn", "/accessLogSettings/format"),
    *("/{resourcePath}/{httpMethod}/metrics/enabled", "/{resourcePath}/{httpMethod}/logging/dataTrace"),
    "/{resourcePath}/{httpMethod}/logging/loglevel",
    (
        "/{resourcePath}/{httpMethod}/throttling/burstLimit"
        "/{resourcePath}/{httpMethod}/throttling/rateLimit"
        "/{resourcePath}/{httpMethod}/caching/ttlInSeconds"
    ),
    *("/{resourcePath}/{httpMethod}/caching/enabled", "/{resourcePath}/{httpMethod}/caching/dataEncrypted"),
    "/{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl",
    "/{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy",
    *("/*/*/metrics/enabled", "/*/*/logging/dataTrace", "/*/*/logging/loglevel"),
    "/*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds",
    *("/*/*/caching/enabled", "/*/*/caching/dataEncrypted"),
    "/*/*/caching/requireAuthorizationForCacheControl",
    *("/*/*/caching/unauthorizedCacheControlHeaderStrategy", "/variables/{variable_name}", "/tracingEnabled"),
)
"""As AWS lists them in its error, commas forgotten and all."""

_SETTINGS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "metrics/enabled": ("metricsEnabled", is_true),
    "logging/loglevel": ("loggingLevel", str),
    "logging/dataTrace": ("dataTraceEnabled", is_true),
    "throttling/burstLimit": ("throttlingBurstLimit", int),
    "throttling/rateLimit": ("throttlingRateLimit", float),
    "caching/enabled": ("cachingEnabled", is_true),
    "caching/ttlInSeconds": ("cacheTtlInSeconds", int),
    "caching/dataEncrypted": ("cacheDataEncrypted", is_true),
    "caching/requireAuthorizationForCacheControl": ("requireAuthorizationForCacheControl", is_true),
    "caching/unauthorizedCacheControlHeaderStrategy": ("unauthorizedCacheControlHeaderStrategy", str),
}
_DEFAULTS: Json = {
    "metricsEnabled": False,
    "dataTraceEnabled": False,
    "throttlingBurstLimit": 5000,
    "throttlingRateLimit": 10000.0,
    "cachingEnabled": False,
    "cacheTtlInSeconds": 300,
    "cacheDataEncrypted": False,
    "requireAuthorizationForCacheControl": True,
    "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
}
_LOG_LEVELS = ("OFF", "ERROR", "INFO")


def patched(home: ApiHandle, name: str, operations: list[Json]) -> Json:
    """What a stage becomes, by moto's attributes and `deploymentId`; nothing is changed yet.

    Raises BadRequestException and NotModelled for the first operation that cannot be applied.
    """
    stage = home.api.stages[name]
    wanted: Json = {
        "variables": dict(stage.variables),
        "method_settings": {key: dict(value) for key, value in stage.method_settings.items()},
        "access_log_settings": dict(stage.access_log_settings or {}),
    }
    for operation in operations:
        _patch(home, wanted, operation)
    wanted["access_log_settings"] = wanted["access_log_settings"] or None
    return wanted


def _patch(home: ApiHandle, wanted: Json, operation: Json) -> None:
    op, path, value = operation["op"], operation["path"], operation.get("value")
    variable = entry(operation, "variables")
    if path.startswith(("/canarySettings", "/cacheClusterSize", "/clientCertificateId")):
        raise NotModelled(f"changes of {path} by UpdateStage")
    if path == "/cacheClusterEnabled":
        if is_true(value):
            raise NotModelled("caches of stages (cacheClusterEnabled)")
    elif path == "/documentationVersion":
        raise NotModelled("documentation of APIs (documentationVersion)")
    elif variable is not None:
        if op == "remove":
            wanted["variables"].pop(variable, None)
        else:
            wanted["variables"][variable] = str(value)
    elif path in ("/deploymentId", "/description", "/tracingEnabled"):
        if op != "replace":
            raise bad_request("Invalid patch operation specified. Must be one of: [replace]")
        key = {"/tracingEnabled": "tracing_enabled"}.get(path, path[1:])
        wanted[key] = is_true(value) if path == "/tracingEnabled" else str(value)
    elif path.startswith("/accessLogSettings"):
        _patch_access_log(home, wanted["access_log_settings"], op, path, value)
    else:
        _patch_method(home, wanted["method_settings"], op, path, value)


def _patch_access_log(home: ApiHandle, settings: Json, op: str, path: str, value: Any) -> None:
    name = path.removeprefix("/accessLogSettings").removeprefix("/")
    if op == "remove":
        if name:
            raise _no_setting(f"accessLogSettings/{name}")
        settings.clear()
        return
    if name not in _ACCESS_LOG:
        raise bad_request(_BAD_ACCESS_LOG)
    if not value:
        raise bad_request("Access Log value must not be empty")
    if name == "format":
        check_format("REST", value)
    else:
        check_destination(home, value)
    _check_role(home)
    settings[name] = value


def _no_setting(place: str) -> Exception:
    return bad_request(
        f"Cannot remove method setting {place} because there is no method setting for this method "
    )


def _check_role(home: ApiHandle) -> None:
    """Raise BadRequestException where API Gateway has no role to write logs by."""
    if not rest_apis.cloudwatch_role(home.account, home.region):
        raise cloudwatch_role.not_set()


def _patch_method(home: ApiHandle, settings: dict[str, Json], op: str, path: str, value: Any) -> None:
    found = _METHOD.fullmatch(path)
    setting = found["setting"] if found else None
    if found is None or (setting not in _SETTINGS if op != "remove" else setting is not None):
        raise bad_request(f"Invalid method setting path: {path}. Must be one of: [{', '.join(_PLACES)}]")
    place = f"{found['resource']}/{found['verb']}"
    if op == "remove":
        if place not in settings:
            raise _no_setting(place)
        del settings[place]
        return
    key, convert = _SETTINGS[str(setting)]
    try:
        converted = convert(value)
    except (TypeError, ValueError) as error:
        raise bad_request(f"Invalid value for {path}: {value}") from error
    if key == "cachingEnabled" and converted:
        raise NotModelled("caches of stages (caching/enabled)")
    if key == "loggingLevel" and converted not in _LOG_LEVELS:
        raise bad_request(f"Invalid logging level specified. Must be one of: [{', '.join(_LOG_LEVELS)}]")
    if key == "loggingLevel" and converted != "OFF":
        _check_role(home)
    if key.startswith("throttling"):
        check_limits([(path, converted)])
    settings.setdefault(place, dict(_DEFAULTS))[key] = converted
