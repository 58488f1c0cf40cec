"""AWS's wire protocols, read and written by moto's parsers and botocore's service models."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sandbox.errors import AwsError, NotModelled
from sandbox.messages import HttpRequest, Reply

if TYPE_CHECKING:
    from moto.core.model import ServiceModel
    from moto.core.request import Request

# Known without loading a service model (20 to 200 ms each): read from botocore's metadata.protocol.
_PROTOCOLS = {
    "dynamodb": "json",
    "dynamodbstreams": "json",
    "logs": "json",
    "ssm": "json",
    "iam": "query",
    "sts": "query",
    "cloudformation": "query",
    "lambda": "rest-json",
    "apigateway": "rest-json",
    "apigatewayv2": "rest-json",
    "s3": "rest-xml",
    "execute-api": "rest-json",  # deployed APIs, which have no service model: how they word refusals
}


def protocol_of(service: str) -> str:
    """The protocol of a service: `json`, `query`, `rest-json`, `rest-xml`.

    Raises NotModelled for a service botocore does not know.
    """
    known = _PROTOCOLS.get(service)
    if known:
        return known
    protocol = str(service_model(service).protocol)
    return "query" if protocol == "ec2" else protocol


@cache
def service_model(service: str) -> ServiceModel:
    """botocore's model of a service."""
    from botocore.exceptions import UnknownServiceError
    from moto.core.utils import get_service_model

    try:
        return get_service_model(service)
    except UnknownServiceError as error:
        raise NotModelled(f"the service '{service}'") from error


def moto_request(service: str, region: str, account: str, request: HttpRequest) -> Request:
    """`request` as moto takes it: addressed to AWS's own host, in the name of `account`.

    The environ is made by hand: werkzeug's builder takes three times as long.
    """
    from moto.core.request import Request

    host = "s3.amazonaws.com" if service == "s3" else f"{service}.{region}.amazonaws.com"
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(request.raw_path, "latin-1"),
        "RAW_URI": request.raw_path,
        "QUERY_STRING": request.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    preserved: dict[str, str] = {}
    for name, value in request.headers:
        lower = name.lower()
        if lower.startswith("x-moto-") or lower in ("host", "transfer-encoding"):
            continue
        key = name.upper().replace("-", "_")
        if lower not in ("content-type", "content-length"):
            key = f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
        if "_" in name and lower.startswith("x-amz-meta-"):
            preserved[key] = name
    environ["HTTP_HOST"] = host
    environ["CONTENT_LENGTH"] = str(len(request.body))
    environ["HTTP_X_MOTO_ACCOUNT_ID"] = account
    environ["moto.preserved_header_names"] = preserved
    return Request(environ)


def match(service: str, request: HttpRequest) -> tuple[str, dict[str, Any]]:
    """Operation and path parameters of a REST request, by method and path.

    Raises AwsError(UnknownOperationException) where the service has no such operation.
    """
    from moto.core.routing import get_service_router
    from werkzeug.exceptions import MethodNotAllowed, NotFound

    service_model(service)
    try:
        operation, parameters = get_service_router(service).match(
            moto_request(service, "us-east-1", "0", request)
        )
    except (NotFound, MethodNotAllowed, NotImplementedError) as error:
        text = f"{service} has no operation {request.method} {request.raw_path}"
        raise AwsError("UnknownOperationException", text, 404) from error
    return operation.name, parameters


def parse(
    service: str, operation: str, request: HttpRequest, uri_parameters: dict[str, Any]
) -> dict[str, Any]:
    """The parameters of a query or REST request, under the names of the service model."""
    from botocore.model import OperationNotFoundError
    from moto.core.parse import PROTOCOL_PARSERS

    model = service_model(service)
    try:
        parser = PROTOCOL_PARSERS[protocol_of(service)](model.operation_model(operation), map_type=dict)
    except OperationNotFoundError as error:
        raise unknown_operation(service, operation) from error
    raw = moto_request(service, "us-east-1", "0", request)
    try:
        parsed = parser.parse(
            {
                "method": raw.method,
                "values": raw.values,
                "headers": raw.headers,
                "body": raw.data,
                "url_path": raw.path,
                "url_params": uri_parameters,
            }
        )
    except ValueError as error:
        raise AwsError("SerializationException", f"The request cannot be read: {error}") from error
    return dict(parsed)


def serialise(service: str, operation: str, result: dict[str, Any], request_id: str) -> Reply:
    """`result` (names of the service model) as the service's protocol writes it."""
    from moto.core.serialize import get_serializer_class

    model = service_model(service)
    operation_model = model.operation_model(operation)
    serializer = get_serializer_class(model.service_name, protocol_of(service))(operation_model)
    answer = serializer.serialize(result)
    body = answer["body"]
    if isinstance(body, str):  # moto's serialiser writes a placeholder into answers of the query protocol
        body = body.replace("<RequestId>request-id</RequestId>", f"<RequestId>{request_id}</RequestId>")
    headers = {k: str(v) for k, v in answer["headers"].items()}
    headers.setdefault("x-amzn-RequestId", request_id)
    return Reply(
        answer["status_code"],
        tuple(headers.items()),
        body.encode() if isinstance(body, str) else body,
    )


def unknown_operation(service: str, operation: str) -> AwsError:
    """The error of an operation that a service does not have, by its protocol."""
    if protocol_of(service) == "query":
        return AwsError("InvalidAction", f"Could not find operation {operation}", 400)
    return AwsError("UnknownOperationException", f"Unknown operation: {operation}", 400)
