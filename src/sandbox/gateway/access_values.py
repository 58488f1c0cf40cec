"""The values of `$context` variables in access logs.

Sources, besides the pages that `access_format` names: public lines of HTTP APIs (2025-05-18: seconds in
requestTimeEpoch, both ids alike, the function's status in integration.status and Lambda's in
integrationStatus; 2022-04-21: no resourcePath) and of REST APIs
(ministryofjustice/modernisation-platform-environments, pull request 3807: milliseconds; DataBiosphere/azul,
issues 6284 and 7470 and pull request 6624: which response type, message and integration error each failure
has, and that a request that no method takes is logged).
"""

from __future__ import annotations

import time

from sandbox.gateway.events import Routed, clock, identity
from sandbox.gateway.notes import Notes
from sandbox.messages import Reply

Values = dict[str, str]

_HTTP_ERRORS = {
    "permission": (
        "The IAM role configured on the integration or API Gateway doesn't have permissions to call the "
        "integration. Check the permissions and try again."
    ),
    "malformed": (
        "The response from the Lambda function doesn't match the format that API Gateway expects. "
        "Check your Lambda function code and try again."
    ),
    "timeout": "Endpoint request timed out",
    "throttled": "Rate Exceeded.",
    "too-large": "The request is larger than Lambda takes.",
}
"""By the kind of failure: integrationErrorMessage of HTTP APIs. Recorded: the first, and that of a function's
own error (Amazon's *DynamoDB design patterns* lab, Dynatrace's documentation of API Gateway logs)."""
_REFUSED = {"permission": "403", "throttled": "429", "too-large": "413"}
"""What Lambda answers where it runs nothing."""


def http_values(routed: Routed, reply: Reply, notes: Notes) -> Values:
    """Of a request to an HTTP API."""
    return {
        **_common(routed, reply, notes),
        "requestId": routed.extended_id,
        "requestTimeEpoch": str(int(routed.now)),
        "routeKey": routed.route,
        "path": routed.path,
        **_integration(notes, _http_error(notes)),
    }


def rest_values(routed: Routed, reply: Reply, notes: Notes) -> Values:
    """Of a request to a REST API; resourcePath is empty where no method takes it."""
    values = {
        **_common(routed, reply, notes),
        "requestId": routed.request_id,
        "requestTimeEpoch": str(int(routed.now * 1000)),
        "resourcePath": routed.route,
        "resourceId": routed.resource_id,
        "path": routed.whole_path,
        **_integration(notes, _rest_error(notes)),
    }
    if notes.mocked:
        values["integrationStatus"] = values["integration.integrationStatus"] = "200"
    return values


def _common(routed: Routed, reply: Reply, notes: Notes) -> Values:
    request, message = routed.request, notes.message
    who = identity(routed, request.header("user-agent"))
    return {
        "accountId": routed.account,
        "apiId": routed.api_id,
        "domainName": routed.domain,
        "domainPrefix": routed.api_id,
        "stage": routed.stage,
        "extendedRequestId": routed.extended_id,
        "httpMethod": request.method,
        "protocol": request.protocol,
        "requestTime": clock(int(routed.now)),
        "status": str(reply.status),
        "responseLength": str(len(reply.body)),
        "responseLatency": str(int((time.perf_counter() - notes.began) * 1000)),
        "error.message": message,
        "error.messageString": f'"{message}"' if message else "",
        "error.responseType": notes.kind,
        **{f"identity.{name}": value or "" for name, value in who.items()},
    }


def _integration(notes: Notes, error: str) -> Values:
    told = "" if notes.latency is None else str(notes.latency)
    request_id = notes.result.request_id if notes.result else ""
    of_lambda = "200" if notes.result else _REFUSED.get(notes.failure, "")
    return {
        "awsEndpointRequestId": request_id,
        "integration.requestId": request_id,
        "integration.status": "" if notes.status is None else str(notes.status),
        "integrationStatus": of_lambda,
        "integration.integrationStatus": of_lambda,
        "integration.latency": told,
        "integrationLatency": told,
        "integration.error": error,
        "integrationErrorMessage": error,
    }


def _http_error(notes: Notes) -> str:
    if notes.failure == "function":
        said = notes.function_message
        text = f"The Lambda function returned the following error: {said}. "
        return f"{text}Check your Lambda function code and try again."
    return _HTTP_ERRORS.get(notes.failure, "")


def _rest_error(notes: Notes) -> str:
    if notes.failure == "function":
        return f"Lambda Customer Function Error:{notes.function_message}"
    return notes.log
