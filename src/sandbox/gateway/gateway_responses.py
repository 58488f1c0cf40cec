"""Gateway responses of REST APIs: what API Gateway answers by itself, and how an API may change it.

    {"DEFAULT_4XX": {"responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}}}

A change is part of the next deployment. Source: API Gateway Developer Guide, *Gateway response types*;
localstack/localstack, tests/aws/services/apigateway, test_gateway_response_put (recorded on AWS).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox.gateway import headers as rules
from sandbox.messages import Reply

Json = dict[str, Any]

STATUS = {
    "ACCESS_DENIED": "403",
    "API_CONFIGURATION_ERROR": "500",
    "AUTHORIZER_CONFIGURATION_ERROR": "500",
    "AUTHORIZER_FAILURE": "500",
    "BAD_REQUEST_BODY": "400",
    "BAD_REQUEST_PARAMETERS": "400",
    "DEFAULT_4XX": None,
    "DEFAULT_5XX": None,
    "EXPIRED_TOKEN": "403",
    "INTEGRATION_FAILURE": "504",
    "INTEGRATION_TIMEOUT": "504",
    "INVALID_API_KEY": "403",
    "INVALID_SIGNATURE": "403",
    "MISSING_AUTHENTICATION_TOKEN": "403",
    "QUOTA_EXCEEDED": "429",
    "REQUEST_TOO_LARGE": "413",
    "RESOURCE_NOT_FOUND": "404",
    "THROTTLED": "429",
    "UNAUTHORIZED": "401",
    "UNSUPPORTED_MEDIA_TYPE": "415",
    "WAF_FILTERED": "403",
}
"""The types, and the status of each where an API does not change it."""

TEMPLATE = '{"message":$context.error.messageString}'
_HEADER = "gatewayresponse.header."


def described(kind: str, changed: Mapping[str, Json]) -> Json:
    """A gateway response as GetGatewayResponse gives it; a default one may come of DEFAULT_4XX or _5XX."""
    own = changed.get(kind)
    given = own or changed.get(_default_of(kind)) or {}
    answer = {
        "responseType": kind,
        "statusCode": given.get("statusCode") or STATUS[kind],
        "responseParameters": given.get("responseParameters") or {},
        "responseTemplates": given.get("responseTemplates") or {"application/json": TEMPLATE},
        "defaultResponse": own is None,
    }
    return {key: value for key, value in answer.items() if value is not None}


def apply(reply: Reply, kind: str, changed: Mapping[str, Json], context: Mapping[str, str]) -> Reply:
    """API Gateway's own answer of a type, as the API changed it; unchanged if it did not.

    context: values of `$context.…` by what follows the first dot.
    """
    given = changed.get(kind) or changed.get(_default_of(kind))
    if not given:
        return reply
    sent = [
        pair
        for name, value in (given.get("responseParameters") or {}).items()
        if (pair := rules.safe(name.removeprefix(_HEADER), value.strip("'")))
    ]
    templates = given.get("responseTemplates") or {}
    body, headers = reply.body, reply.headers
    if templates:
        content_type, template = next(iter(templates.items()))
        body = _rendered(template, reply, context).encode()
        headers = reply.with_headers(("Content-Type", content_type)).headers
    status = int(given.get("statusCode") or reply.status)
    return Reply(status, headers, body).with_headers(*sent)


def problem(parameters: Mapping[str, str], templates: Mapping[str, str]) -> str:
    """What of a changed gateway response is not modelled, or ""."""
    for name, value in parameters.items():
        if not name.startswith(_HEADER) or not (value.startswith("'") and value.endswith("'")):
            return f"the parameter {name} = {value} of gateway responses"
    for template in templates.values():
        for known in (*_messages("", ""), *_CONTEXT):
            template = template.replace(known, "")
        if "$" in template or "#set" in template or "#if" in template:
            return "VTL in templates of gateway responses, other than $context.error.messageString and ids"
    return ""


_CONTEXT = (
    "$context.requestId",
    "$context.extendedRequestId",
    "$context.stage",
    "$context.error.responseType",
)


def _messages(quoted: str, plain: str) -> dict[str, str]:
    """By reference: `messageString` comes with its quotes, `message` without (longest first)."""
    return {"$context.error.messageString": quoted, "$context.error.message": plain}


def _rendered(template: str, reply: Reply, context: Mapping[str, str]) -> str:
    body = json.loads(reply.body)
    message = body.get("message", body.get("Message"))
    for reference, value in _messages(json.dumps(message), message).items():
        template = template.replace(reference, value)
    for name, value in context.items():
        template = template.replace(f"$context.{name}", value)
    return template


def _default_of(kind: str) -> str:
    if kind.startswith("DEFAULT_"):
        return kind
    return "DEFAULT_5XX" if str(STATUS[kind]).startswith("5") else "DEFAULT_4XX"
