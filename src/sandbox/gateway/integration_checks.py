"""What PutIntegration and PutIntegrationResponse of REST APIs take, and what they refuse.

Messages: localstack/localstack, tests/aws/services/apigateway, test_put_integration_validation and
test_put_integration_aws_proxy_uri (recorded on AWS).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sandbox.backend import rest_apis
from sandbox.backend.apis import ApiHandle
from sandbox.errors import AwsError, NotModelled
from sandbox.gateway import control, loopback, rest_parameters, templates
from sandbox.gateway.control import Json, bad_request, not_found
from sandbox.gateway.deployments import REST_TIMEOUT_MS
from sandbox.gateway.targets import is_invocations_arn

_TYPES = ("HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS")
_ARN = re.compile(r"arn:aws[\w-]*:.+")
_INTEGRATION_ARN = re.compile(r"arn:aws[\w-]*:apigateway:[\w-]+:[\w.-]+:(path|action)/.+")


def check_integration(asked: Json, declared: Iterable[str] = ()) -> None:
    """Refuse what an integration cannot be. declared: the method's request parameters."""
    kind = asked.get("type")
    if kind not in _TYPES:
        raise AwsError(
            "ValidationException",
            f"1 validation error detected: Value '{kind}' at 'putIntegrationInput.type' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{', '.join(_TYPES)}]",
            400,
        )
    if kind != "MOCK" and not asked.get("integrationHttpMethod"):
        raise bad_request("Enumeration value for HttpMethod must be non-empty")
    if kind in ("AWS_PROXY", "AWS"):
        _check_function(asked)
    elif kind in ("HTTP", "HTTP_PROXY"):
        loopback.check(asked.get("uri") or "")
    if asked.get("connectionType", "INTERNET") != "INTERNET":
        raise NotModelled(f"private integrations (connectionType {asked['connectionType']})")
    control.refuse_members(asked, {"connectionId": "VPC links", "tlsConfig": "TLS settings"})
    rest_parameters.check_request(asked.get("requestParameters"), declared)
    control.refuse_members(asked, {"contentHandling": "content handling", "cacheKeyParameters": "caching"})
    for template in (asked.get("requestTemplates") or {}).values():
        _check_template(template)
    timeout = asked.get("timeoutInMillis")
    if timeout is not None and not 50 <= int(timeout) <= REST_TIMEOUT_MS:
        raise bad_request(f"Timeout should be between 50 ms and {REST_TIMEOUT_MS} ms")


def _check_function(asked: Json) -> None:
    uri = asked.get("uri") or ""
    if not _ARN.fullmatch(uri):
        raise bad_request("Invalid ARN specified in the request")
    if not _INTEGRATION_ARN.fullmatch(uri):
        raise bad_request("AWS ARN for integration must contain path or action")
    if not is_invocations_arn(uri):
        if asked["type"] == "AWS":
            raise NotModelled(f"service integrations of REST APIs ({uri.split(':')[4]})", "Use a function.")
        raise bad_request(
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function "
            "and Firehose stream invocations."
        )


def check_response(home: ApiHandle, asked: Json) -> None:
    method = rest_apis.method_json(home, asked["resourceId"], asked["httpMethod"])
    there = method["methodResponses"].get(asked["statusCode"])
    if method["methodIntegration"]["type"] == "MOCK" and there is None:
        raise not_found("Invalid Response status code specified")
    declared = None if there is None else list(there.get("responseParameters") or {})
    check_response_members(asked, declared)


def check_response_members(asked: Json, declared: Iterable[str] | None) -> None:
    """Refuse what an integration response cannot be. declared: parameters of the method response, if any."""
    control.refuse_members(asked, {"contentHandling": "content handling"})
    for template in (asked.get("responseTemplates") or {}).values():
        _check_template(template)
    rest_parameters.check_response(asked.get("responseParameters"), declared)


def _check_template(template: str | None) -> None:
    problem = templates.problem(template or "")
    if problem:
        raise NotModelled(problem)
