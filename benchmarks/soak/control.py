"""Calls of AWS APIs, made of the service models: every operation, with what its shapes allow and what not."""

from __future__ import annotations

import json
from functools import cache
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.serialize import create_serializer

from benchmarks.soak.target import CALLED, Target
from benchmarks.soak.values import Maker, mutated, odd_json
from benchmarks.soak.wire import Request

SERVICES = ("lambda", "lambda", "apigatewayv2", "apigateway", "logs")
_SIGNING = {"apigatewayv2": "apigateway"}
# Waits for what may never come, and would make all others wait: answered as it should be, after its time.
_SLOW = frozenset(("StartLiveTail", "InvokeWithResponseStream"))

REFUSED = frozenset((501,))
"""NotImplemented: what is not modelled names itself."""

_SIGNED = "AWS4-HMAC-SHA256 Credential={}/aws4_request, SignedHeaders=host, Signature=0"
SIGNATURES = (
    "",
    "AWS4-HMAC-SHA256",
    "AWS4-HMAC-SHA256 Credential=, SignedHeaders=, Signature=",
    _SIGNED.format("AKIANOBODY/20260101/us-east-1/{service}"),
    _SIGNED.format("{account}/20260101/nowhere-9/{service}"),
    _SIGNED.format("{account}/20260101/us-east-1/nothing"),
    "AWS4-HMAC-SHA256 Credential={account}/x/y/z, SignedHeaders=;;;, Signature=\xff",
    "AWS4-ECDSA-P256-SHA256 Credential={account}",
    "Bearer abc",
)


@cache
def model(service: str) -> ServiceModel:
    """botocore's model of a service."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


@cache
def _serialiser(service: str) -> Any:
    return create_serializer(model(service).metadata["protocol"], include_validation=False)


@cache
def operations(service: str) -> tuple[str, ...]:
    """The operations that are called."""
    return tuple(name for name in model(service).operation_names if name not in _SLOW)


def make(chance: Random, target: Target, services: tuple[str, ...] = SERVICES) -> Request:
    """One call."""
    service = chance.choice(services)
    name = chance.choice(operations(service))
    operation = model(service).operation_model(name)
    shape = operation.input_shape
    names = dict(target.names)
    if service == "lambda" and name == "Invoke":
        names["invocationtype"] = ["RequestResponse", "Event", "DryRun"]
    parameters = Maker(chance, names).make(shape) if shape else {}
    if chance.random() < 0.25:
        parameters = _other_types(chance, parameters)
    try:
        built = _serialiser(service).serialize_to_request(parameters, operation)
    except Exception:  # no client writes it: what it cannot write stands in the body instead
        built = _serialiser(service).serialize_to_request(
            Maker(chance, names).make(shape) if shape else {}, operation
        )
        built["body"] = json.dumps(odd_json(chance)).encode()
    return _request(chance, service, name, built)


def _other_types(chance: Random, parameters: dict[str, Any]) -> dict[str, Any]:
    changed = mutated(chance, parameters)
    return changed if isinstance(changed, dict) else parameters


def _request(chance: Random, service: str, name: str, built: dict[str, Any]) -> Request:
    body = _spoilt(chance, _bytes(built["body"]))
    path = quote(built["url_path"], safe="/%~?=&$*:@!'(),;+")
    query = urlencode(built["query_string"] or {}, doseq=True)
    if query:
        path += ("&" if "?" in path else "?") + query
    method = built["method"]
    if chance.random() < 0.03:
        method = chance.choice(("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"))
    if chance.random() < 0.03:
        path = chance.choice(
            (path + "/", path + "/more", "/" + path, path.upper(), path[:-2] or "/", path + "?%")
        )
    headers = {**built["headers"], **_signed(chance, service)}
    if chance.random() < 0.05:
        headers["Content-Type"] = chance.choice(
            ("", "text/plain", "application/xml", "\xff", "multipart/form-data")
        )
    if chance.random() < 0.02 and "X-Amz-Target" in headers:
        headers["X-Amz-Target"] = chance.choice(
            ("", ".", "Logs_20140328.", "Nothing.Nothing", "DynamoDB_20120810.X")
        )
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += [f"{key}: {_line(value)}" for key, value in headers.items()]
    data = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body
    told = f"{method} {path[:150]} {body[:300]!r}"
    return Request(f"{service} {name}", told, (data,), "read", 1, method, REFUSED)


def _bytes(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def _line(value: Any) -> str:
    return str(value).replace("\r", " ").replace("\n", " ").replace("\x00", " ")


def _signed(chance: Random, service: str) -> dict[str, str]:
    signing = _SIGNING.get(service, service)
    scope = f"{CALLED}/20260101/us-east-1/{signing}/aws4_request"
    signature = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
    if chance.random() < 0.04:
        signature = chance.choice(SIGNATURES).format(account=CALLED, service=signing)
    return {"Authorization": signature, "X-Amz-Date": "20260101T000000Z"}


def _spoilt(chance: Random, body: bytes) -> bytes:
    """A body with other types in it, or that is no JSON any more."""
    if chance.random() < 0.3 and body:
        try:
            return json.dumps(mutated(chance, json.loads(body))).encode()
        except (ValueError, RecursionError):
            return body
    if chance.random() < 0.06:
        odd = (body[:-1], b"\xff" + body, b"[" * 20_000, b"null", b"NaN", b"5", b'"x"', b"[]", b"", body * 2)
        return chance.choice(
            (*odd, b'{"a": 1, "a": 2}', b'{"a": "\\ud800"}', b"x" * 300_000, b'{"\\u0000": 0}')
        )
    return body
