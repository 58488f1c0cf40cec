"""MOCK integrations of REST APIs: an answer without a backend.

Source: API Gateway Developer Guide, *Set up mock integrations for REST APIs in API Gateway*: the
request template gives the statusCode by which the integration response is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.gateway import integration_responses
from sandbox.gateway.responses import Malformed, Mapped
from sandbox.gateway.rest_parameters import Sources
from sandbox.gateway.templates import Inputs, status_code


def answer(integration: Mapping[str, Any], inputs: Inputs, sources: Sources) -> Mapped:
    """The integration's answer. Raises UnsupportedMediaType, and Malformed where no response fits."""
    content_type = sources.request.header("content-type")
    rendered = integration_responses.request_body(integration, inputs, content_type)
    status = status_code(inputs.body if rendered is None else rendered)
    if status is None:
        raise Malformed("the request template gives no statusCode, by which a MOCK chooses its answer")
    chosen = integration_responses.choose(integration, str(status), "statusCode")
    note = f"MOCK: statusCode {status} of the request template chose the response {chosen['statusCode']}"
    return integration_responses.answer(chosen, inputs, sources, ([], b""), note)
