"""What a function returned, as an HTTP answer. Pure: the result's JSON in, status, headers, body out.

    >>> http_2(b'{"message": "hi"}').status, http_2(b'{"message": "hi"}').body
    (200, b'{"message":"hi"}')
    >>> rest(b'{"message": "hi"}', binary=False)
    Traceback (most recent call last):
    sandbox.gateway.responses.Malformed: the result has the key 'message', which a REST API does not know

Sources: API Gateway Developer Guide, *Working with AWS Lambda proxy integrations for HTTP APIs*;
localstack/localstack, test_aws_proxy_response_payload_format_validation (recorded 2024-11-15);
aws/aws-lambda-dotnet, Tools/LambdaTestTool-v2, Snapshots (recorded 2025-04-14).
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from sandbox.gateway import headers as rules
from sandbox.gateway.headers import Headers

_TEXT = ("Content-Type", "text/plain; charset=utf-8")
_JSON = ("Content-Type", "application/json")

_REST_KEYS = frozenset(("statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"))

BODILESS = frozenset((204, 304))
"""Statuses whose answers have no body and no Content-Type."""


class Malformed(Exception):
    """A result that no HTTP answer can be made of; its text says why, in plain words."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """The HTTP answer of a result; `note` says in plain words how it came about."""

    status: int
    headers: Headers
    body: bytes
    note: str


def http_2(payload: bytes) -> Mapped:
    """The answer of an HTTP API to a result in payload format 2.0. Raises Malformed.

    Without a statusCode, the whole result is the body (a string without its quotes); unknown keys
    and multiValueHeaders are ignored.
    """
    result = _parse(payload)
    if not isinstance(result, dict) or "statusCode" not in result:
        return _inferred(result)
    status = _status(result["statusCode"], "HTTP")
    sent = rules.http_out((name, values[0]) for name, values in _single(result.get("headers")).items())
    for cookie in _list(result.get("cookies"), "cookies"):
        pair = rules.safe("Set-Cookie", cookie)
        if pair:
            sent.append(pair)
    body = _body(result, decode=True)
    return _http_mapped(status, sent, body, "the result has a statusCode: its parts are the answer")


def http_1(payload: bytes) -> Mapped:
    """The answer of an HTTP API to a result in payload format 1.0. Raises Malformed."""
    result = _parse(payload)
    if not isinstance(result, dict):
        raise Malformed(f"the result is {_kind(result)}, not an object with a statusCode")
    if "statusCode" not in result:
        raise Malformed("the result has no statusCode, which payload format 1.0 needs")
    status = _status(result["statusCode"], "HTTP")
    # Single values come before the multiple ones here, after them in REST APIs
    # (V1_CombinesSingleAndMultiValueHeadersHttpV1, …Rest).
    pairs = rules.merged(_single(result.get("headers")), _multi(result.get("multiValueHeaders")))
    body = _body(result, decode=True)
    return _http_mapped(status, rules.http_out(pairs), body, "the result's parts are the answer")


def rest(payload: bytes, binary: bool) -> Mapped:
    """The answer of a REST API. Raises Malformed, also for an unknown key.

    binary: whether the client accepts one of the API's binaryMediaTypes; only then is a body with
    isBase64Encoded decoded. A result without statusCode means 200.
    """
    result = _parse(payload)
    if not isinstance(result, dict):
        raise Malformed(f"the result is {_kind(result)}, not an object")
    unknown = sorted(set(result) - _REST_KEYS)
    if unknown:
        raise Malformed(f"the result has the key '{unknown[0]}', which a REST API does not know")
    given = result.get("statusCode")
    status = 200 if given is None else _status(given, "REST")
    pairs = rules.merged(_multi(result.get("multiValueHeaders")), _single(result.get("headers")))
    sent = rules.rest_out(pairs)
    if "content-type" not in rules.names(sent) and status not in BODILESS:
        sent.append(_JSON)
    note = "the result's parts are the answer"
    if given is None:
        note = "the result has no statusCode and no unknown key: 200"
    return Mapped(status, sent, _body(result, decode=binary), note)


def _http_mapped(status: int, sent: Headers, body: bytes, note: str) -> Mapped:
    if "content-type" not in rules.names(sent) and status not in BODILESS:
        sent.append(_TEXT)
        note += "; it names no Content-Type: text/plain"
    return Mapped(status, sent, body, note)


def _inferred(result: Any) -> Mapped:
    """Payload 2.0 without a statusCode: 200, application/json, the result itself as the body."""
    text = (
        result if isinstance(result, str) else json.dumps(result, separators=(",", ":"), ensure_ascii=False)
    )
    note = f"the result is {_kind(result)} without a statusCode: 200 with the whole result as the body"
    return Mapped(200, [_JSON], text.encode("utf-8", "replace"), note)


def _parse(payload: bytes) -> Any:
    try:
        return json.loads(payload.decode())
    except ValueError as error:
        raise Malformed(f"the result is not JSON: {error}") from error


def _status(given: Any, kind: str) -> int:
    """A status that HTTP knows for an answer: 200 to 599, as a number or, on both kinds, as digits."""
    digits = isinstance(given, str) and given.strip().isdecimal()
    whole = isinstance(given, float) and given.is_integer()
    status = int(given) if digits or whole else given
    if isinstance(status, bool) or not isinstance(status, int):
        raise Malformed(f"the statusCode {json.dumps(given)} is not a whole number")
    if not 200 <= status <= 599:
        raise Malformed(f"the statusCode {status} is not an HTTP status that {kind} APIs can answer with")
    return status


def _body(result: dict[str, Any], decode: bool) -> bytes:
    body = result.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise Malformed(f"the body is {_kind(body)}, not a string: it has to be made JSON text first")
    encoded = result.get("isBase64Encoded")
    if encoded is not None and not isinstance(encoded, bool):
        raise Malformed(f"isBase64Encoded is {_kind(encoded)}, not true or false")
    if not (encoded and decode):
        return body.encode("utf-8", "replace")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed(f"isBase64Encoded is true and the body is not base64: {error}") from error


def _single(headers: Any) -> dict[str, list[str]]:
    """`headers`: an object of strings, numbers and booleans; null values are left out."""
    if headers is None:
        return {}
    if not isinstance(headers, dict):
        raise Malformed(f"headers is {_kind(headers)}, not an object")
    return {name: [_text(name, value)] for name, value in headers.items() if value is not None}


def _multi(headers: Any) -> dict[str, list[str]]:
    """`multiValueHeaders`: an object of lists."""
    if headers is None:
        return {}
    if not isinstance(headers, dict):
        raise Malformed(f"multiValueHeaders is {_kind(headers)}, not an object")
    multi = {}
    for name, values in headers.items():
        if not isinstance(values, list):
            raise Malformed(f"in multiValueHeaders, '{name}' is {_kind(values)}, not a list")
        multi[name] = [_text(name, value) for value in values if value is not None]
    return multi


def _text(name: str, value: Any) -> str:
    text = rules.text_of(value)
    if text is None:
        raise Malformed(f"the header '{name}' is {_kind(value)}, not a string")
    return text


def _list(value: Any, name: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise Malformed(f"{name} is not a list of strings")
    return value


def _kind(value: Any) -> str:
    """`value`'s type in JSON's words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    names = {dict: "an object", list: "a list", str: "a string", int: "a number", float: "a number"}
    return names.get(type(value), "of an unknown type")
