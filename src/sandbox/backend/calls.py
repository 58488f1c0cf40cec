"""AWS calls made in process: parameters in, an HTTP request as an SDK would send it; its answer, parsed.

So that whatever a call meets on its way (authorisation, checks, moto) it meets as if it had come by HTTP.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlencode

from sandbox.backend import protocols
from sandbox.errors import AwsError
from sandbox.messages import HttpRequest, Reply


@cache
def _serialiser(service: str) -> Any:
    from botocore.serialize import create_serializer

    return create_serializer(protocols.service_model(service).protocol, include_validation=False)


@cache
def _parser(service: str) -> Any:
    from botocore.parsers import create_parser

    return create_parser(protocols.service_model(service).protocol)


def request(service: str, operation: str, parameters: dict[str, Any], region: str) -> HttpRequest:
    """The request of a call. Its signature is none: moto's S3 asks only whether there is one, and where."""
    model = protocols.service_model(service).operation_model(operation)
    built = _serialiser(service).serialize_to_request(dict(parameters), model)
    body = built["body"]
    if isinstance(body, dict):  # the query protocol
        body = urlencode(body).encode()
    elif isinstance(body, str):
        body = body.encode()
    path, _, fixed = built["url_path"].partition("?")
    query = urlencode(built["query_string"] or {}, doseq=True)
    scope = f"Credential=in-process/20260101/{region}/{service}/aws4_request"
    signed = {**built["headers"], "Authorization": f"AWS4-HMAC-SHA256 {scope}"}
    headers = tuple((name, str(value)) for name, value in signed.items())
    return HttpRequest(
        built["method"], path, "&".join(filter(None, (fixed, query))), headers, bytes(body or b"")
    )


def result(service: str, operation: str, reply: Reply) -> dict[str, Any]:
    """The result in an answer. Raises AwsError for an answer that is an error."""
    model = protocols.service_model(service).operation_model(operation)
    shape = model.output_shape
    headers = {name.lower(): value for name, value in reply.headers}
    body: Any = reply.body
    if shape is not None and model.has_streaming_output and reply.status < 300:
        return {shape.serialization["payload"]: body}
    parsed: dict[str, Any] = _parser(service).parse(
        {"headers": headers, "body": body, "status_code": reply.status}, shape
    )
    if reply.status >= 300:
        error = parsed.get("Error", {})
        raise AwsError(str(error.get("Code", "")), str(error.get("Message", "")), reply.status)
    parsed.pop("ResponseMetadata", None)
    return parsed


def uri_parameters(service: str, request: HttpRequest) -> dict[str, Any]:
    """The parameters in a request's path, which the REST protocols have."""
    if not protocols.protocol_of(service).startswith("rest"):
        return {}
    return protocols.match(service, request)[1]
