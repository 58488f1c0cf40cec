"""Lambda proxy integration: from the event to a Request, and from an answer to the proxy response.

HTTP APIs send events of payload format 2.0, REST APIs of format 1.0.
Only this module knows the difference.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from boto3.dynamodb.types import DYNAMODB_CONTEXT, Binary

Event = Mapping[str, Any]

CORS = {"access-control-allow-origin": "*"}
"""Lets a page of any origin read the answers. An HTTP API puts its own CORS configuration in its place."""


class BadRequest(Exception):
    """The request is at fault; the message says how."""


@dataclass
class Request:
    """One HTTP request, of either kind of API.

    route: method and path pattern, such as `GET /users/{userId}`. query: decoded. body: as in the event.
    user_id: decoded, from the path; a route sets it where the id comes in the body.
    """

    route: str
    query: Mapping[str, str]
    body: str
    is_base64: bool
    user_id: str | None = None


def request_of(event: Event) -> Request:
    """What an event of either payload format asks for."""
    parameters = event.get("pathParameters") or {}
    return Request(
        route=event.get("routeKey") or f"{event.get('httpMethod')} {event.get('resource')}",
        query=event.get("queryStringParameters") or {},
        body=event.get("body") or "",
        is_base64=event.get("isBase64Encoded", False),
        # REST APIs pass the path on as it was sent, and their events have no version.
        user_id=parameters.get("userId") if "version" in event else _decoded(parameters.get("userId")),
    )


def json_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body, whole numbers as int and others as float. Raises BadRequest."""
    try:
        text = base64.b64decode(request.body, validate=True).decode() if request.is_base64 else request.body
        value = json.loads(
            text,
            parse_int=lambda digits: int(_storable(digits)),
            parse_float=lambda digits: float(_storable(digits)),
            parse_constant=_storable,
            object_pairs_hook=_named,
        )
        json.dumps(value, ensure_ascii=False).encode()  # fails for half a character: "\ud800"
    except (ValueError, RecursionError) as error:  # neither base64, nor UTF-8, nor JSON
        raise BadRequest("the body is not valid JSON") from error
    if not isinstance(value, dict):
        raise BadRequest("the body must be a JSON object")
    return value


def response(status: int, value: Any = None) -> dict[str, Any]:
    """The proxy response. value: becomes the JSON body; None is no body."""
    if value is None:
        return {"statusCode": status, "headers": CORS}
    headers = {"content-type": "application/json", **CORS}
    return {"statusCode": status, "headers": headers, "body": json.dumps(value, default=_plain)}


def _plain(value: Any) -> Any:
    """What only others can have put into the table, in JSON's types: sets as lists, bytes in base64."""
    match value:
        case set():
            return sorted(value)
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Binary():
            return base64.b64encode(value.value).decode()
        case _:
            raise TypeError(f"{type(value).__name__} is no type of DynamoDB's")


def _decoded(part: str | None) -> str | None:
    return None if part is None else unquote(part)


def _storable(digits: str) -> str:
    """The same number, if DynamoDB can keep it: 38 digits, and no NaN. Raises BadRequest."""
    try:
        number = DYNAMODB_CONTEXT.create_decimal(digits)
    except ArithmeticError:
        number = None
    if number is None or not number.is_finite():
        raise BadRequest(f"DynamoDB does not keep the number {digits[:50]}")
    return digits


def _named(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The pairs as a dict, if DynamoDB takes their names. Raises BadRequest."""
    if any(name == "" for name, _ in pairs):
        raise BadRequest('an attribute cannot be called ""')
    return dict(pairs)
