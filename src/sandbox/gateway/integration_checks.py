"""What PutIntegration and PutIntegrationResponse of REST APIs take, and what they refuse.

Messages: localstack/localstack, tests/aws/services/apigateway, test_put_integration_validation and
test_put_integration_aws_proxy_uri (recorded on AWS).
"""

from __future__ import annotations

import re

from sandbox.backend import rest_apis
from sandbox.backend.apis import ApiHandle
from sandbox.errors import AwsError, NotModelled
from sandbox.gateway import control, mock, templates
from sandbox.gateway.control import Json, bad_request, not_found
from sandbox.gateway.deployments import REST_TIMEOUT_MS
from sandbox.gateway.targets import is_invocations_arn

_TYPES = ("HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS")
_ARN = re.compile(r"arn:aws[\w-]*:.+")
_INTEGRATION_ARN = re.compile(r"arn:aws[\w-]*:apigateway:[\w-]+:[\w.-]+:(path|action)/.+")


def check_integration(asked: Json) -> None:
    kind = asked.get("type")
    if kind not in _TYPES:
        raise AwsError(
            "ValidationException",
            f"1 validation error detected: Value '{kind}' at 'putIntegrationInput.type' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{', '.join(_TYPES)}]",
            400,
        )
    if kind == "AWS_PROXY":
        _check_proxy(asked)
    elif kind != "MOCK":
        raise NotModelled(f"{kind} integrations of REST APIs (type)", "Use AWS_PROXY or MOCK.")
    refused = {
        "requestParameters": "parameter mapping",
        "connectionId": "VPC links",
        "tlsConfig": "TLS settings",
    }
    control.refuse_members(asked, refused)
    control.refuse_members(asked, {"contentHandling": "content handling", "cacheKeyParameters": "caching"})
    for template in (asked.get("requestTemplates") or {}).values():
        _check_template(template)
    timeout = asked.get("timeoutInMillis")
    if timeout is not None and not 50 <= int(timeout) <= REST_TIMEOUT_MS:
        raise bad_request(f"Timeout should be between 50 ms and {REST_TIMEOUT_MS} ms")


def _check_proxy(asked: Json) -> None:
    if not asked.get("integrationHttpMethod"):
        raise bad_request("Enumeration value for HttpMethod must be non-empty")
    uri = asked.get("uri") or ""
    if not _ARN.fullmatch(uri):
        raise bad_request("Invalid ARN specified in the request")
    if not _INTEGRATION_ARN.fullmatch(uri):
        raise bad_request("AWS ARN for integration must contain path or action")
    if not is_invocations_arn(uri):
        raise bad_request(
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function "
            "and Firehose stream invocations."
        )


def check_response(home: ApiHandle, asked: Json) -> None:
    method = rest_apis.method_json(home, asked["resourceId"], asked["httpMethod"])
    if method["methodIntegration"]["type"] == "MOCK" and asked["statusCode"] not in method["methodResponses"]:
        raise not_found("Invalid Response status code specified")
    check_response_members(asked)


def check_response_members(asked: Json) -> None:
    """Refuse what of an integration response is not modelled."""
    control.refuse_members(asked, {"contentHandling": "content handling"})
    for template in (asked.get("responseTemplates") or {}).values():
        _check_template(template)
    for name, value in (asked.get("responseParameters") or {}).items():
        problem = mock.header_problem(value)
        if problem or not name.startswith("method.response.header."):
            raise NotModelled(problem or f"the response parameter {name}")


def _check_template(template: str | None) -> None:
    problem = templates.problem(template or "")
    if problem:
        raise NotModelled(problem)
