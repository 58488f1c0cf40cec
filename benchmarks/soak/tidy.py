"""Removes what the fuzzed calls have made, so that state does not grow; whatever was made can be listed and
removed, or that is a fault.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from benchmarks.soak.target import CALLED, SERVING, Target, client

REGION = "us-east-1"


def tidy(target: Target) -> list[str]:
    """Remove all functions, APIs and log groups but those made at the start; what went wrong.

    With the log groups of the functions that are called goes what they printed, of which the sandbox keeps
    16 MB a stream.
    """
    names = target.names
    functions, logs = client(target.url, "lambda", CALLED), client(target.url, "logs", CALLED)
    v1, v2 = client(target.url, "apigateway", CALLED), client(target.url, "apigatewayv2", CALLED)
    wrong: list[str] = []
    _each(
        wrong,
        "functions",
        lambda: [f["FunctionName"] for f in _all(functions, "list_functions", "Functions")],
        names["functionname"],
        lambda name: functions.delete_function(FunctionName=name),
    )
    _each(
        wrong,
        "REST APIs",
        lambda: [api["id"] for api in _all(v1, "get_rest_apis", "items")],
        names["restapiid"],
        lambda name: v1.delete_rest_api(restApiId=name),
    )
    _each(
        wrong,
        "HTTP APIs",
        lambda: [api["ApiId"] for api in _all(v2, "get_apis", "Items")],
        names["apiid"],
        lambda name: v2.delete_api(ApiId=name),
    )
    _each(
        wrong,
        "log groups",
        lambda: [group["logGroupName"] for group in _all(logs, "describe_log_groups", "logGroups")],
        names["loggroupname"],
        lambda name: logs.delete_log_group(logGroupName=name),
    )
    printed = client(target.url, "logs", SERVING)
    _each(
        wrong,
        "logs of functions",
        lambda: [group["logGroupName"] for group in _all(printed, "describe_log_groups", "logGroups")],
        [],
        lambda name: printed.delete_log_group(logGroupName=name),
    )
    return wrong


def _all(service: Any, operation: str, key: str) -> list[dict[str, Any]]:
    return [item for page in service.get_paginator(operation).paginate() for item in page[key]]


def _each(
    wrong: list[str],
    what: str,
    found: Callable[[], list[str]],
    kept: list[str],
    remove: Callable[[str], object],
) -> None:
    try:
        for name in found():
            if name not in kept:
                remove(name)
    except (ClientError, BotoCoreError, KeyError, ValueError) as error:
        wrong.append(f"{what} cannot be listed and removed: {type(error).__name__}: {error}"[:500])
