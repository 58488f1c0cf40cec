"""The events that functions behind a REST API receive.

Recorded on AWS in localstack/localstack, tests/aws/services/apigateway,
test_lambda_aws_proxy_integration (2024-03-20 to 2024-08-02), and in hotsock/voker,
vokerhttp/testdata/apigwv1-request.json (us-west-2, 2026-07-10).
"""

from __future__ import annotations

import base64

from sandbox.api_call import ALGORITHM
from sandbox.gateway.events import (
    Event,
    Routed,
    added,
    clock,
    identity,
    is_binary,
    last,
    query_1,
)
from sandbox.gateway.headers import REST_DROPPED, title_case

# REST events spell these as AWS does, all others as the client did (case rest-evt1-header-case).
_REST_SPELLED = {"host": "Host", "user-agent": "User-Agent", "authorization": "Authorization"}

_ADDED = ("host", "x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto")


def rest_event(routed: Routed) -> Event:
    """The proxy event of a REST API: paths and path variables as sent, nulls where there is nothing."""
    request = routed.request
    multi = _rest_headers(routed)
    body, encoded = _rest_body(routed)
    return {
        "resource": routed.route,
        "path": routed.path,
        "httpMethod": request.method,
        "headers": last(multi),
        "multiValueHeaders": multi,
        **query_1(request),
        "pathParameters": dict(routed.variables) or None,
        "stageVariables": dict(routed.stage_variables) or None,
        "requestContext": {
            "resourceId": routed.resource_id,
            "resourcePath": routed.route,
            "httpMethod": request.method,
            "extendedRequestId": routed.extended_id,
            "requestTime": clock(int(routed.now)),
            "path": routed.whole_path,
            "accountId": routed.account,
            "protocol": request.protocol,
            "stage": routed.stage,
            "domainPrefix": routed.api_id,
            "requestTimeEpoch": int(routed.now * 1000),
            "requestId": routed.request_id,
            "identity": identity(routed, request.header("user-agent") or None),
            "domainName": routed.domain,
            "deploymentId": routed.deployment,
            "apiId": routed.api_id,
        },
        "body": body,
        "isBase64Encoded": encoded,
    }


def _rest_headers(routed: Routed) -> dict[str, list[str]]:
    multi: dict[str, list[str]] = {}
    for name, value in routed.request.headers:
        key = name.lower()
        if key == "authorization" and value.startswith(ALGORITHM):
            continue  # no function sees a signature (Developer Guide, *Important notes for REST APIs*)
        if key not in REST_DROPPED and key not in _ADDED:
            multi.setdefault(_REST_SPELLED.get(key, name), []).append(value)
    for name, value in added(routed).items():
        multi[title_case(name)] = [value]
    return multi


def _rest_body(routed: Routed) -> tuple[str | None, bool]:
    """Body and isBase64Encoded in REST APIs: text, but for the API's binaryMediaTypes."""
    body = routed.request.body
    if not body:
        return None, False
    if is_binary(routed.request.header("content-type"), routed.binary_types):
        return base64.b64encode(body).decode(), True
    return body.decode("utf-8", "replace"), False
