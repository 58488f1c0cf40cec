"""Integration requests and responses of REST APIs that are not proxies: templates, and which response fits.

Sources: API Gateway Developer Guide, *API Gateway API request and response data mapping reference*;
localstack/localstack, tests/aws/services/apigateway, test_lambda_selection_patterns and
TestApiGatewayHeaderRemapping (recorded on AWS).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.gateway import headers as rules
from sandbox.gateway import rest_parameters
from sandbox.gateway.events import media_type
from sandbox.gateway.headers import Headers
from sandbox.gateway.responses import Malformed, Mapped
from sandbox.gateway.rest_parameters import Sources
from sandbox.gateway.templates import Inputs, render

_JSON = "application/json"


class UnsupportedMediaType(Exception):
    """No request template takes the request's Content-Type, and none may be passed over."""


def request_body(integration: Mapping[str, Any], inputs: Inputs, content_type: str) -> str | None:
    """The rendered request template; None where the body is passed as it is. Raises UnsupportedMediaType."""
    templates = integration.get("requestTemplates") or {}
    template = templates.get(media_type(content_type) or _JSON)
    if template is not None:
        return render(template, inputs)
    behaviour = integration.get("passthroughBehavior") or "WHEN_NO_MATCH"
    if behaviour == "NEVER" or (behaviour == "WHEN_NO_TEMPLATES" and templates):
        raise UnsupportedMediaType(content_type)
    return None


def choose(integration: Mapping[str, Any], text: str, what: str) -> Mapping[str, Any]:
    """The response whose selectionPattern fits `text`, else the one without a pattern. what: `text` is.

    Raises Malformed where none fits.
    """
    responses = (integration.get("integrationResponses") or {}).values()
    for response in responses:
        pattern = response.get("selectionPattern")
        if pattern and text and re.fullmatch(pattern, text):
            return dict(response)
    default = next((r for r in responses if not r.get("selectionPattern")), None)
    if default is None:
        raise Malformed(f"no integration response fits the {what} {text}".rstrip())
    return dict(default)


def answer(
    chosen: Mapping[str, Any],
    inputs: Inputs,
    sources: Sources,
    given: tuple[Headers, bytes],
    note: str,
) -> Mapped:
    """The method response that an integration response makes. given: the integration's headers and body."""
    headers, body = given
    templates = chosen.get("responseTemplates") or {}
    accepted = media_type(sources.request.header("accept"))
    kind = (
        accepted if accepted in templates else _JSON if _JSON in templates else next(iter(templates), _JSON)
    )
    mapped = rest_parameters.response_headers(chosen.get("responseParameters"), sources, headers, body)
    sent = rules.rest_out([("Content-Type", kind), *mapped])
    template = templates.get(kind)
    if template:
        body = render(template, inputs).encode()
    return Mapped(int(chosen["statusCode"]), _last_of_each(sent), body, note)


def _last_of_each(headers: Headers) -> Headers:
    return list({name.lower(): (name, value) for name, value in headers}.values())
