"""What API Gateway refuses of a stage's settings of logs and throttling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.backend.apis import ApiHandle
from sandbox.errors import NotModelled
from sandbox.gateway import access_format
from sandbox.gateway.control import bad_request, not_found

_GROUP = re.compile(r"log-group:[\w/.-]+", re.ASCII)
_LIMITS = ("ThrottlingBurstLimit", "ThrottlingRateLimit")


def check_destination(home: ApiHandle, arn: str) -> None:
    """Raise BadRequestException for an ARN that is no log group's; NotModelled for another account's.

    Words: serverless/serverless, issue 6304; those for what is no ARN are API Gateway's of other ARNs.
    """
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or parts[2] not in ("logs", "firehose"):
        raise bad_request("Invalid ARN specified in the request")
    if parts[2] == "firehose":
        raise NotModelled(f"access logs to Amazon Data Firehose ({arn})")
    if not _GROUP.fullmatch(parts[5]):
        raise bad_request(
            "Access log destination must only contain characters a-z, A-Z, 0-9, '_', '-', '/', '.': "
            f"'{parts[5]}'"
        )
    if (parts[3], parts[4]) != (home.region, home.account):
        raise NotModelled(f"access logs to another account or region ({arn})")


def check_format(kind: str, text: str) -> None:
    """Raise BadRequestException for a format that access logs of this kind of API cannot have."""
    problem = access_format.problem(kind, text)
    if problem:
        raise bad_request(problem)


def check_http(home: ApiHandle, asked: Mapping[str, Any]) -> None:
    """Look at AccessLogSettings, DefaultRouteSettings and RouteSettings of CreateStage and UpdateStage.

    Words: terraform-aws-modules/terraform-aws-apigateway-v2, issue 42 and pull request 80.
    """
    access = asked.get("AccessLogSettings") or {}
    if access.get("DestinationArn"):
        check_destination(home, access["DestinationArn"])
    if access.get("Format"):
        check_format("HTTP", access["Format"])
    routes = asked.get("RouteSettings") or {}
    known = {route.route_key for route in home.api.routes.values()}
    for key in routes:
        if key not in known:
            raise not_found(f"Unable to find Route by key {key} within the provided RouteSettings")
    for settings in (asked.get("DefaultRouteSettings") or {}, *routes.values()):
        if settings.get("LoggingLevel") in ("INFO", "ERROR"):
            raise bad_request("Execution logs are not supported on protocolType HTTP")
        check_limits({name: settings.get(name) for name in _LIMITS}.items())


def check_limits(limits: Iterable[tuple[str, Any]]) -> None:
    """Raise BadRequestException for a rate or burst below 0. AWS's words are not recorded."""
    for name, value in limits:
        if value is not None and value < 0:
            raise bad_request(f"Invalid value for {name}: {value}. It must be 0 or more")
