"""The event that API Gateway makes of the request, for a direct invoke that was asked for. Pure.

Source: API Gateway Developer Guide, *Input format of a Lambda function for proxy integration*, *Create Lambda
proxy integrations for HTTP APIs*.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, unquote

from workshop.doctor.context import Context

_PARAMETER = re.compile(r"\{(\w+)\+?\}")


def event(context: Context, payload: str) -> dict[str, Any]:
    """The event in a payload format, "1.0" or "2.0"."""
    query = dict(parse_qsl(context.address.query))
    headers = {"content-type": "application/json", "host": "doctor"}
    route = context.route.path if context.route else context.path
    parameters = path_parameters(route, context.path)
    common: dict[str, Any] = {"headers": headers, "isBase64Encoded": False}
    place = {"stage": context.stage, "requestId": "doctor", "accountId": context.account}
    if payload == "2.0":
        http = {
            "method": context.method,
            "path": context.path,
            "sourceIp": "127.0.0.1",
            "protocol": "HTTP/1.1",
        }
        named = f"{context.method} {route}" if route != "$default" else route
        given = {"queryStringParameters": query, "pathParameters": parameters, "body": context.data}
        return {
            **common,
            "version": "2.0",
            "routeKey": named,
            "rawPath": context.path,
            "rawQueryString": context.address.query,
            "requestContext": {**place, "http": http, "routeKey": named},
            **{name: value for name, value in given.items() if value},
        }
    return {
        **common,
        "resource": route,
        "path": context.path,
        "httpMethod": context.method,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": {**place, "httpMethod": context.method, "resourcePath": route},
        "body": context.data,
    }


def path_parameters(route: str, path: str) -> dict[str, str]:
    """The values of a route's parameters in a path.

    >>> path_parameters("/users/{userId}", "/users/ada%20l")
    {'userId': 'ada l'}
    """
    names = _PARAMETER.findall(route)
    parts = re.split(r"\{\w+(\+?)\}", route)
    pattern = "".join(
        re.escape(part) if at % 2 == 0 else ("(.+)" if part else "([^/]+)") for at, part in enumerate(parts)
    )
    found = re.fullmatch(pattern, path)
    return dict(zip(names, map(unquote, found.groups()), strict=True)) if found else {}
