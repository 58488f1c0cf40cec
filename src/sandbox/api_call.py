"""One signed AWS API request, parsed once: HTTP in, `ApiCall` out.

The service and the region come from the credential scope of the signature, the operation from the
protocol: the `X-Amz-Target` header (json), the `Action` parameter (query), or method and path (rest).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from sandbox.backend import protocols
from sandbox.errors import AwsError, NotModelled
from sandbox.messages import HttpRequest

ALGORITHM = "AWS4-HMAC-SHA256"

# Signing names that differ from the name of the service model (botocore: metadata.signingName).
_BY_TARGET = {
    "DynamoDB_20120810": "dynamodb",
    "DynamoDBStreams_20120810": "dynamodbstreams",
    "Logs_20140328": "logs",
    "AmazonSSM": "ssm",
}


@dataclass(frozen=True)
class Claim:
    """What a signature claims, before anyone has checked it.

    `scope` is `(date, region, service)` of the credential; `timestamp` is `YYYYMMDDThhmmssZ`.
    """

    access_key: str
    scope: tuple[str, str, str]
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: str
    presigned: bool = False
    expires: int = 0
    token: str = ""


@dataclass(frozen=True)
class ApiCall:
    """One AWS API call.

    >>> call.service, call.operation, call.parameters
    ('dynamodb', 'GetItem', {'TableName': 'users', 'Key': {'userId': {'S': 'ada'}}})
    """

    service: str
    operation: str
    region: str
    claim: Claim | None
    request: HttpRequest = field(repr=False)
    uri_parameters: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def protocol(self) -> str:
        """`json`, `query`, `rest-json` or `rest-xml`."""
        return protocols.protocol_of(self.service)

    @property
    def action(self) -> str:
        """The IAM action, in most cases `service:Operation`."""
        return f"{self.service}:{self.operation}"

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """The parameters under their names in the service model; blobs are bytes.

        Raises AwsError(SerializationException) where the body cannot be read.
        """
        if self.protocol == "json":
            return _json_body(self.request.body)
        return protocols.parse(self.service, self.operation, self.request, self.uri_parameters)


def _json_body(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise AwsError("SerializationException", f"The request body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise AwsError("SerializationException", "The request body is not a JSON object.")
    return value


def parse(request: HttpRequest) -> ApiCall:
    """Read one AWS API request.

    Raises AwsError: MissingAuthenticationToken for an unsigned request, IncompleteSignature for an
    unreadable signature, UnknownOperationException for an operation the service does not have.
    """
    claim = _claim(request)
    if claim is None:
        service, region = _unsigned_service(request), "us-east-1"
    else:
        _, region, service = claim.scope
        service = _model_name(service, request)
    operation, uri_parameters = _operation(service, request)
    return ApiCall(service, operation, region, claim, request, uri_parameters)


def protocol_hint(request: HttpRequest) -> tuple[str, str]:
    """`(protocol, service)` of a request that could not be parsed, for the shape of its error."""
    if request.has_header("x-amz-target"):
        return "json", _BY_TARGET.get(request.header("x-amz-target").split(".")[0], "")
    try:
        claim = _claim(request)
        service = _model_name(claim.scope[2], request) if claim else ""
        return protocols.protocol_of(service), service
    except AwsError:
        return "query", ""


def _claim(request: HttpRequest) -> Claim | None:
    authorization = request.header("authorization")
    if authorization:
        return _header_claim(request, authorization)
    query = dict(request.query)
    if "X-Amz-Signature" in query:
        return _query_claim(query)
    if "AWSAccessKeyId" in query and "Signature" in query:
        instead = 'Make the URL with Config(signature_version="s3v4").'
        raise NotModelled("presigned URLs of Signature Version 2", instead)
    return None


def _header_claim(request: HttpRequest, authorization: str) -> Claim:
    algorithm, _, rest = authorization.partition(" ")
    if algorithm != ALGORITHM:
        raise AwsError(
            "IncompleteSignatureException",
            f"Unsupported AWS 'algorithm': '{algorithm[:40]}'. The sandbox reads {ALGORITHM}.",
            400,
        )
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    missing = [k for k in ("Credential", "Signature", "SignedHeaders") if not parts.get(k)]
    timestamp = request.header("x-amz-date") or request.header("date")
    if missing or not timestamp:
        text = " ".join(f"Authorization header requires '{name}' parameter." for name in missing)
        if not timestamp:
            text += " Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        raise AwsError("IncompleteSignatureException", text.strip(), 400)
    access_key, scope = _scope(parts["Credential"])
    return Claim(
        access_key,
        scope,
        tuple(parts["SignedHeaders"].split(";")),
        parts["Signature"],
        timestamp,
        token=request.header("x-amz-security-token"),
    )


def _query_claim(query: dict[str, str]) -> Claim:
    access_key, scope = _scope(query.get("X-Amz-Credential", ""))
    expires = query.get("X-Amz-Expires", "0")
    if not expires.isdigit():
        raise AwsError("AuthorizationQueryParametersError", "X-Amz-Expires should be a number", 400)
    return Claim(
        access_key,
        scope,
        tuple(query.get("X-Amz-SignedHeaders", "host").split(";")),
        query["X-Amz-Signature"],
        query.get("X-Amz-Date", ""),
        presigned=True,
        expires=int(expires),
        token=query.get("X-Amz-Security-Token", ""),
    )


def _scope(credential: str) -> tuple[str, tuple[str, str, str]]:
    # An access key id holds no slash, so the scope is what follows the first one.
    access_key, _, scope = credential.partition("/")
    parts = scope.split("/")
    if not access_key or len(parts) != 4 or parts[3] != "aws4_request":
        text = (
            "Credential must have exactly 5 slash-delimited elements, "
            f"e.g. keyid/date/region/service/term, got '{credential[:120]}'"
        )
        raise AwsError("IncompleteSignatureException", text, 400)
    return access_key, (parts[0], parts[1], parts[2])


def _model_name(signing_name: str, request: HttpRequest) -> str:
    if signing_name == "apigateway" and request.raw_path.startswith("/v2/"):
        return "apigatewayv2"
    if signing_name == "dynamodb" and request.header("x-amz-target").startswith("DynamoDBStreams_"):
        return "dynamodbstreams"
    return signing_name


def _unsigned_service(request: HttpRequest) -> str:
    target = request.header("x-amz-target").split(".")[0]
    if target in _BY_TARGET:
        return _BY_TARGET[target]
    raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)


def _operation(service: str, request: HttpRequest) -> tuple[str, dict[str, Any]]:
    protocol = protocols.protocol_of(service)
    if protocol == "json":
        target = request.header("x-amz-target")
        prefix, _, name = target.rpartition(".")
        if not name:
            raise AwsError("UnknownOperationException", "The X-Amz-Target header is missing.", 400)
        if service in _BY_TARGET.values() and _BY_TARGET.get(prefix) != service:
            raise protocols.unknown_operation(service, target)
        return name, {}
    if protocol == "query":
        return _query_action(request), {}
    return protocols.match(service, request)


def _query_action(request: HttpRequest) -> str:
    form = parse_qs(request.body.decode("utf-8", "replace")) if request.body else {}
    action = form.get("Action") or parse_qs(request.query_string).get("Action")
    if not action:
        raise AwsError("MissingAction", "The Action parameter is missing.", 400)
    return action[0]
