"""MOCK integrations of REST APIs: an answer without a backend.

Source: API Gateway Developer Guide, *Set up mock integrations for REST APIs in API Gateway*: the
request template gives the statusCode by which the integration response is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.gateway import headers as rules
from sandbox.gateway.events import media_type
from sandbox.gateway.headers import Headers
from sandbox.gateway.responses import Malformed, Mapped
from sandbox.gateway.templates import Inputs, render, status_code

_JSON = "application/json"


class UnsupportedMediaType(Exception):
    """No request template takes the request's Content-Type, and none may be passed over."""


def answer(integration: Mapping[str, Any], inputs: Inputs, content_type: str, accept: str) -> Mapped:
    """The integration's answer. Raises UnsupportedMediaType, and Malformed where no response fits."""
    status = status_code(_rendered_request(integration, inputs, content_type))
    if status is None:
        raise Malformed("the request template gives no statusCode, by which a MOCK chooses its answer")
    chosen = _choose(integration.get("integrationResponses") or {}, status)
    templates = chosen.get("responseTemplates") or {}
    kind = media_type(accept) if media_type(accept) in templates else next(iter(templates), _JSON)
    body = render(templates.get(kind) or "", inputs)
    sent: Headers = [("Content-Type", kind), *_headers(chosen, inputs)]
    note = f"MOCK: statusCode {status} of the request template chose the response {chosen['statusCode']}"
    return Mapped(int(chosen["statusCode"]), _last_of_each(sent), body.encode(), note)


def header_problem(value: str) -> str:
    """What of a response parameter's value is not modelled, or ""."""
    if re.fullmatch(r"'[^']*'", value) or value.startswith(("context.", "stageVariables.")):
        return ""
    return f"the response parameter {value}"


def _rendered_request(integration: Mapping[str, Any], inputs: Inputs, content_type: str) -> str:
    templates = integration.get("requestTemplates") or {}
    template = templates.get(media_type(content_type) or _JSON)
    if template is not None:
        return render(template, inputs)
    behaviour = integration.get("passthroughBehavior") or "WHEN_NO_MATCH"
    if behaviour == "NEVER" or (behaviour == "WHEN_NO_TEMPLATES" and templates):
        raise UnsupportedMediaType(content_type)
    return inputs.body


def _choose(responses: Mapping[str, Any], status: int) -> Mapping[str, Any]:
    """The response whose selectionPattern fits the status, else the one without a pattern."""
    for response in responses.values():
        pattern = response.get("selectionPattern")
        if pattern and re.fullmatch(pattern, str(status)):
            return dict(response)
    default = next((r for r in responses.values() if not r.get("selectionPattern")), None)
    if default is None:
        raise Malformed(f"no integration response fits the statusCode {status}")
    return dict(default)


def _headers(response: Mapping[str, Any], inputs: Inputs) -> Headers:
    sent = []
    for name, value in (response.get("responseParameters") or {}).items():
        text = value[1:-1] if value.startswith("'") else render(f"${value}", inputs)
        pair = rules.safe(name.removeprefix("method.response.header."), text)
        if pair:
            sent.append(pair)
    return sent


def _last_of_each(headers: Headers) -> Headers:
    return list({name.lower(): (name, value) for name, value in headers}.values())
