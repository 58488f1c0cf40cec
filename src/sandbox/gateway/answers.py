"""The answers API Gateway gives by itself, in HTTP APIs and in REST APIs.

Source: AWS-recorded bodies and headers (cases http-404-unknown-path, http-resp-status-zero,
rest-403-unknown-path, rest-502-status-zero …) and API Gateway Developer Guide, *Gateway response
types*. HTTP APIs write JSON without blanks; REST APIs write a blank after the colon where the answer
comes of an integration.
"""

from __future__ import annotations

import json

from sandbox.messages import Reply

_JSON = ("Content-Type", "application/json")


def http_answer(status: int, message: str, request_id: str) -> Reply:
    """An HTTP API's own answer."""
    headers = (_JSON, ("Apigw-Requestid", request_id))
    return Reply(status, headers, b'{"message":"' + message.encode() + b'"}')


def http_not_found(request_id: str) -> Reply:
    return http_answer(404, "Not Found", request_id)


def http_bad_request(request_id: str) -> Reply:
    return http_answer(400, "Bad Request", request_id)


def http_forbidden(request_id: str) -> Reply:
    """Whatever is wrong with a signature, or with what its owner may do: an HTTP API does not tell."""
    return http_answer(403, "Forbidden", request_id)


def http_internal_error(request_id: str) -> Reply:
    return http_answer(500, "Internal Server Error", request_id)


def http_unavailable(request_id: str) -> Reply:
    return http_answer(503, "Service Unavailable", request_id)


def http_throttled(request_id: str) -> Reply:
    """For more requests than the stage lets through.

    Source: terraform-aws-modules/terraform-aws-apigateway-v2, issue 13.
    """
    return http_answer(429, "Too Many Requests", request_id)


def http_too_large(request_id: str) -> Reply:
    return http_answer(413, "Request Entity Too Large", request_id)


def http_headers_too_large(request_id: str) -> Reply:
    return http_answer(431, "Request Header Fields Too Large", request_id)


def rest_answer(
    status: int, error: str, message: str, request_id: str, extended_id: str, blank: bool = False
) -> Reply:
    """A REST API's own answer (a default gateway response); no X-Amzn-Trace-Id goes with it."""
    headers = (
        _JSON,
        ("x-amzn-RequestId", request_id),
        ("x-amzn-ErrorType", error),
        ("x-amz-apigw-id", extended_id),
    )
    colon = b'": "' if blank else b'":"'
    return Reply(status, headers, b'{"message' + colon + message.encode() + b'"}')


def rest_refused(error: str, member: str, message: str, request_id: str, extended_id: str) -> Reply:
    """For a request that is not let in. member: in which the message stands: IAM's own has a capital M."""
    whole = rest_answer(403, error, "", request_id, extended_id)
    body = json.dumps({member: message}, separators=(",", ":"), ensure_ascii=False)
    return Reply(whole.status, whole.headers, body.encode())


def rest_missing_token(request_id: str, extended_id: str) -> Reply:
    """For a path or method that the stage's deployment does not have."""
    error = "MissingAuthenticationTokenException"
    return rest_answer(403, error, "Missing Authentication Token", request_id, extended_id)


def rest_forbidden(request_id: str, extended_id: str) -> Reply:
    """For a stage or an API that is not there."""
    return rest_answer(403, "ForbiddenException", "Forbidden", request_id, extended_id)


def rest_internal_error(status: int, request_id: str, extended_id: str) -> Reply:
    """500 where the API may not invoke the function, 502 where the function or its result failed."""
    error = "InternalServerErrorException"
    return rest_answer(status, error, "Internal server error", request_id, extended_id, blank=True)


def rest_timeout(request_id: str, extended_id: str) -> Reply:
    error = "InternalServerErrorException"
    return rest_answer(504, error, "Endpoint request timed out", request_id, extended_id, blank=True)


def rest_network_error(request_id: str, extended_id: str) -> Reply:
    """For an HTTP endpoint that does not answer."""
    error, told = "InternalServerErrorException", "Network error communicating with endpoint"
    return rest_answer(504, error, told, request_id, extended_id, blank=True)


def rest_throttled(request_id: str, extended_id: str) -> Reply:
    """For more requests than the stage lets through (header: amberelectric/public-api, issue 280)."""
    return rest_answer(429, "TooManyRequestsException", "Too Many Requests", request_id, extended_id)


def rest_too_large(request_id: str, extended_id: str) -> Reply:
    return rest_answer(413, "RequestTooLargeException", "Request Too Long", request_id, extended_id)


def rest_bad_request(message: str, request_id: str, extended_id: str) -> Reply:
    """A request validator's refusal."""
    return rest_answer(400, "BadRequestException", message, request_id, extended_id, blank=True)


def rest_unsupported_media_type(request_id: str, extended_id: str) -> Reply:
    """For a body of a type that no request template takes."""
    return rest_answer(
        415, "BadRequestException", "Unsupported Media Type", request_id, extended_id, blank=True
    )


def rest_headers_too_large(request_id: str, extended_id: str) -> Reply:
    """For a request line and headers over the limit."""
    return rest_answer(431, "BadRequestException", "Request Header Fields Too Large", request_id, extended_id)
